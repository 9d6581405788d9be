/** The merge under the writer's protocol: read, merge, write if the version is still the one read. */
import fc from 'fast-check';
import { EMPTY, fold, pack, unpack } from '../../../domain/shipment/index.ts';
import type { ShipmentEvent } from '../../../domain/shipment/index.ts';
import { batchesOf, deliveries, events, expectSameState, RUNS } from './generators.ts';

interface Stored {
  readonly version: number;
  readonly bytes: Buffer;
}

class Table {
  item: Stored = { version: 0, bytes: pack(EMPTY) };

  /** Refused when somebody wrote since `read`. */
  write(read: Stored, bytes: Buffer): boolean {
    if (read.version !== this.item.version) return false;
    if (!bytes.equals(read.bytes)) this.item = { version: read.version + 1, bytes };
    return true;
  }
}

type Fate = 'done' | 'crash before the write' | 'crash after the write';
const fates = fc.array(fc.constantFrom<Fate>('done', 'crash before the write', 'crash after the write'), { maxLength: 30 });

/** One attempt at a batch; false means that the stream delivers it again. */
function attempt(table: Table, batch: readonly ShipmentEvent[], fate: Fate): boolean {
  const read = table.item;
  const bytes = pack(fold(batch, unpack(read.bytes)));
  if (fate === 'crash before the write') return false;
  return table.write(read, bytes) && fate === 'done';
}

describe('writers that crash and race', () => {
  it('reach the state of one clean pass when each batch is repeated until it was answered', () => {
    fc.assert(
      fc.property(deliveries, fates, ({ told, arrivals, batchSize }, fate) => {
        const table = new Table();
        const pending = [...fate];
        for (const batch of batchesOf(arrivals, batchSize)) {
          while (!attempt(table, batch, pending.shift() ?? 'done'));
        }
        expectSameState(unpack(table.item.bytes), fold(told));
      }),
      RUNS,
    );
  });

  it('write nothing when a batch changes nothing', () => {
    fc.assert(
      fc.property(events, (told) => {
        const table = new Table();
        attempt(table, told, 'done');
        const { version } = table.item;
        for (const batch of batchesOf([...told].reverse(), 3)) attempt(table, batch, 'done');
        expect(table.item.version).toBe(version);
      }),
      RUNS,
    );
  });

  it('lose nothing when two of them interleave at any step and retry on a refused write', () => {
    fc.assert(
      fc.property(events, events, fc.array(fc.boolean(), { minLength: 8, maxLength: 40 }), (left, right, schedule) => {
        const table = new Table();
        const writers = [racingWriter(table, left), racingWriter(table, right)];
        for (const turn of schedule) writers[Number(turn)]?.next();
        for (const writer of writers) while (writer.next().done !== true);
        expectSameState(unpack(table.item.bytes), fold([...left, ...right]));
      }),
      RUNS,
    );
  });
});

/** Gives way to the other writer between its read and its write. */
function* racingWriter(table: Table, told: readonly ShipmentEvent[]): Generator<undefined, void> {
  for (const batch of batchesOf(told, 4)) {
    let isWritten = false;
    while (!isWritten) {
      const read = table.item;
      yield undefined;
      isWritten = table.write(read, pack(fold(batch, unpack(read.bytes))));
      yield undefined;
    }
  }
}
