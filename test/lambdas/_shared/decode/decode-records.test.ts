import fc from 'fast-check';
import { bytesOf, decodeRecords } from '../../../../lambdas/_shared/decode/decode-records.ts';
import { frameOf } from '../../../../lambdas/_shared/decode/frames.ts';
import { kinesisRecord, sequenceOf, streamOf } from '../../fixtures/kinesis.ts';

const decode = (...contents: (string | Buffer)[]) => decodeRecords(streamOf(contents, { start: 1_772_000_000_123 }).map(kinesisRecord));

describe('Decoding a batch', () => {
  it('gives one event per plain record, with its identity, its arrival and the bytes as sent', () => {
    const [first, second] = decode('{"a":1}', ' not json ');

    expect(first).toMatchObject({ kind: 'event', sequence: sequenceOf(0), index: 0, arrivalTime: 1_772_000_000_123 });
    expect(second).toMatchObject({ kind: 'event', sequence: sequenceOf(1), arrivalTime: 1_772_000_001_123 });
    expect([first, second].map((record) => record && bytesOf(record).toString())).toEqual(['{"a":1}', ' not json ']);
  });

  it('recognises a marker and reads what it says', () => {
    const [marker] = decode('WBM1 {"markerId":"m","contract":"c","day":"2026-03-01","putAt":"2026-03-02T00:20:00Z","extra":1}');

    expect(marker).toMatchObject({ kind: 'marker', marker: { markerId: 'm', contract: 'c', day: '2026-03-01', putAt: '2026-03-02T00:20:00Z' } });
  });

  it('hands events alone to readers that want no others', () => {
    const decoded = decode('{}', 'WBM1{}', 'WBM1{"markerId":"m","contract":"c","day":"d","putAt":"p"}', Buffer.from([0x1f, 0x8b]), '{}');

    expect(decoded.map(({ kind }) => kind)).toEqual(['event', 'undecodable', 'marker', 'undecodable', 'event']);
    expect(decoded.filter(({ kind }) => kind === 'event').map(({ sequence }) => sequence)).toEqual([sequenceOf(0), sequenceOf(4)]);
  });

  it('returns the bytes of every record, whatever they are, and never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (contents) => {
        const decoded = decode(...contents.map((content) => Buffer.from(content)));

        expect(decoded.map((record) => Uint8Array.from(bytesOf(record)))).toEqual(contents.map((content) => Uint8Array.from(content)));
      }),
    );
  });
});

describe('A frame', () => {
  it.each([
    ['{', 'plain'],
    ['', 'plain'],
    ['[1]', 'plain'],
    ['WBM', 'plain'],
    ['WBM1', 'marker'],
    [Buffer.from([0x1f]), 'plain'],
    [Buffer.from([0x1f, 0x8b]), 'gzip'],
    [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'zstd'],
    [Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), 'KPL'],
  ])('is told by its first bytes: %j is %s', (bytes, frame) => {
    expect(frameOf(Buffer.from(bytes))).toBe(frame);
  });
});
