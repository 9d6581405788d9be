/** Random lives of a shipment's alerts, and a table that takes rows as DynamoDB does: under a condition, one at a time. */
import fc from 'fast-check';
import { applyChange } from '../../../domain/alert/index.ts';
import type { AlertRow, AlertSubject, ImageChange, ShipmentImage } from '../../../domain/alert/index.ts';
import type { Alert } from '../../../domain/shipment/index.ts';

export const HOUR = 3_600_000;
export const NOW = Date.UTC(2026, 10, 20, 12);
/** Runs of each property; `RUNS=20000` for a night. */
export const RUNS = { numRuns: Number(process.env.RUNS ?? 400) };

export const ABOUT: AlertSubject = { region: 'benelux', customerId: 'CUST-1', carrier: 'MAEU', serviceLevel: 'STANDARD', priority: 3 };

const late = fc.record({ level: fc.integer({ min: 1, max: 3 }), place: fc.constantFrom('NLRTM', 'USCHI') }).map(({ level, place }): Alert => ({ kind: 'LATE', subject: `ARRIVED|${place}`, level, members: [], since: NOW - HOUR, planned: NOW - 2 * HOUR }));
const hold = fc.subarray(['a1', 'b2', 'c3', 'd4'], { minLength: 1 }).map((members): Alert => ({ kind: 'HOLD', subject: 'CUSTOMS_HOLD|NLRTM', level: 1, members, since: NOW - HOUR }));
const alerts = fc.array(fc.oneof(late, hold), { maxLength: 3 }).map((list) => [...new Map(list.map((alert) => [`${alert.kind} ${alert.subject}`, alert])).values()]);

/** Images of one shipment in the order of their versions, and the stream's records of them. */
export const lives = fc.array(alerts, { minLength: 1, maxLength: 8 }).map((list) => {
  const images = list.map((open, index): ShipmentImage => ({ version: 100 + index, alerts: open, about: ABOUT }));
  return { images, records: images.map((after, index): ImageChange => ({ shipmentId: 'SHP-1', before: images[index - 1], after, at: NOW, catchingUp: false })) };
});

/** The same with the order in which records arrive: each at least once, some again. */
export const deliveries = lives.chain((life) =>
  fc
    .tuple(fc.shuffledSubarray(life.records, { minLength: life.records.length }), fc.subarray(life.records), fc.subarray(life.records))
    .chain(([all, again, more]) => fc.record({ life: fc.constant(life), arrivals: fc.shuffledSubarray([...all, ...again, ...more], { minLength: all.length + again.length + more.length }) })),
);

export class RowTable {
  readonly rows = new Map<string, AlertRow>();
  /** What a reader of the table's stream is to deliver. */
  readonly told: string[] = [];

  /** One record; `writes`: so many rows are written before the writer dies. Answers whether it lived. */
  take(record: ImageChange, { writes = Infinity, seenAt = NOW }: { readonly writes?: number; readonly seenAt?: number } = {}): boolean {
    const changes = applyChange(record, (id) => this.rows.get(id), seenAt);
    for (const [index, { row }] of changes.entries()) {
      if (index >= writes) return false;
      this.put(row);
    }
    return true;
  }

  private put(row: AlertRow): void {
    const before = this.rows.get(row.alertId);
    if (before !== undefined && before.stateVersion >= row.stateVersion) return;
    this.rows.set(row.alertId, row);
    if (row.notice !== undefined && row.notice.key !== before?.notice?.key) this.told.push(row.notice.key);
  }

  /** What people see: no more and no less than the last image says. */
  open(): unknown[] {
    return [...this.rows.values()].filter(({ level }) => level > 0).map(({ alertId: id, level, severity }) => ({ id, level, severity })).sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
