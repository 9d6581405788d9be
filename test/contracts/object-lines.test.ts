import { gzipSync } from 'node:zlib';
import { packLines, unpackLines } from '../../contracts/object-lines.ts';

const lines = (count: number): Buffer => Buffer.from(Array.from({ length: count }, (_, line) => `{"k":"${line}","e":{"name":"Größe ${line % 7}"}}\n`).join(''));

describe('Lines of an object', () => {
  it.each([0, 1, 5_000, 60_000])('come back as they were: %d of them', (count) => {
    expect(unpackLines(packLines(lines(count))).equals(lines(count))).toBe(true);
  });

  it('are one Zstandard frame of the same bytes each time, a fifth of their size at most', () => {
    const packed = packLines(lines(5_000));

    expect(packed.subarray(0, 4)).toEqual(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]));
    expect(packLines(lines(5_000)).equals(packed)).toBe(true);
    expect(packed.length).toBeLessThan(lines(5_000).length / 5);
  });

  it('of an object that is gzip are read, too', () => {
    expect(unpackLines(gzipSync(lines(3))).equals(lines(3))).toBe(true);
  });

  it.each([
    ['cut short', packLines(lines(300)).subarray(0, -1)],
    ['gzip, and cut short', gzipSync(lines(300)).subarray(0, -1)],
    ['empty', Buffer.alloc(0)],
    ['not packed', lines(3)],
  ])('cannot be read of an object that is %s', (_, object) => {
    expect(() => unpackLines(object)).toThrow();
  });
});
