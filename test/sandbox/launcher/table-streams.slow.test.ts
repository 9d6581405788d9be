/** Streams of tables at the launcher's own functions: every way to write, stack updates, snapshots, memory. */
import { runProbe } from './python.ts';

jest.setTimeout(60_000);

let found: Record<string, unknown>;

beforeAll(async () => {
  found = (await runProbe('table_streams_probe.py')) as Record<string, unknown>;
});

it('a stack update that turns a stream on keeps the items and tells its ARN, which later updates keep', () => {
  expect(found['stream turned on']).toEqual({ before: false, same: true, items: 1, changes: [['MODIFY', '0', '1']] });
});

it('every way to write leaves a record with both images, PartiQL included; a write that changes nothing or is refused leaves none', () => {
  expect(found['writes']).toEqual([
    ['MODIFY', '1', '2'],
    ['MODIFY', '2', '3'],
    ['REMOVE', '3', null],
    ['INSERT', null, '5'],
    ['MODIFY', '5', '6'],
    ['MODIFY', '6', '7'],
  ]);
});

it('a transaction that failed leaves nothing on the stream', () => {
  expect(found['transaction']).toEqual({ refused: true, left: 0, done: ['MODIFY', '7', '8'] });
});

it('a snapshot holds the records', () => {
  expect(found['restored']).toBe(true);
});

it('what all readers have finished goes without moving anybody, and the rest is capped', () => {
  expect(found['read']).toEqual({ dropped: 4, again: 0, rest: true });
  expect(found['cap']).toEqual({ held: true, newest: ['MODIFY', '128', '129'], trimmed: true });
});

it('a table says how many items it has to whoever asks', () => {
  expect(found['counted']).toEqual({ described: true, some: true });
});
