/** A change of a row of the orders database, and the record that change data capture makes of it. */
import type { OrderChangeV1 } from '../../contracts/generated/order-change/v1.types.ts';
import type { Chance } from '../random.ts';
import { DAY, HOUR, MINUTE, SECOND, type Shares } from '../settings.ts';

export type TableName = 'orders' | 'customers' | 'carriers';
export type Row = NonNullable<OrderChangeV1['after']>;

export interface RowChange {
  readonly table: TableName;
  readonly key: Readonly<Record<string, string>>;
  readonly op: 'c' | 'u' | 'd' | 'r';
  readonly before?: Row;
  readonly after?: Row;
  /** Commit time, milliseconds since 1970. */
  readonly sourceTs: number;
  /** Its number among the changes of that millisecond: several changes of a row can be one transaction. */
  readonly number: number;
}

/** A change on its way: the record's text and when it is put on the stream. */
export interface ChangeMessage {
  readonly kind: 'change' | 'duplicate';
  /** Partition key: the row's key. */
  readonly key: string;
  readonly data: string;
  readonly at: number;
}

export const ORDERS_SOURCE = 'CDC:orders';
const SCHEMA = 'sales';
/** Changes that one millisecond has room for in a log position. */
const POSITIONS_PER_MS = 4_096n;

/** Place in the log, as text that sorts: milliseconds, then number. */
export const positionOf = (sourceTs: number, number: number): string => (BigInt(sourceTs) * POSITIONS_PER_MS + BigInt(number)).toString(16).padStart(16, '0');

const iso = (time: number): string => new Date(time).toISOString();

/** The records of a change: in time, or late, or behind what was committed after it, or twice, as the shares say. */
export function messagesOfChange(change: RowChange, { shares, chance }: { readonly shares: Shares; readonly chance: Chance }): ChangeMessage[] {
  const captured = change.sourceTs + chance.whole(80, 2_000);
  const event: OrderChangeV1 = {
    schemaVersion: '1.0',
    source: ORDERS_SOURCE,
    op: change.op,
    schema: SCHEMA,
    table: change.table,
    key: change.key,
    ...(change.before === undefined ? {} : { before: { ...change.before } }),
    ...(change.after === undefined ? {} : { after: change.after }),
    sourceTs: iso(change.sourceTs),
    captureTs: iso(captured),
    position: positionOf(change.sourceTs, change.number),
    ...(change.op === 'r' ? { snapshot: true } : { txId: String(Math.floor(change.sourceTs / 10) % 1_000_000_000) }),
  };
  const at = captured + chance.whole(200, 3_000) + held(shares, chance);
  const message: ChangeMessage = { kind: 'change', key: JSON.stringify(change.key), data: JSON.stringify(event), at };
  if (!chance.yes(shares.duplicates)) return [message];
  return [message, { ...message, kind: 'duplicate', at: at + Math.round(chance.between(1, 240) * MINUTE) }];
}

/** Milliseconds that a record is held back: most late ones for hours, a tenth for days; the disordered for minutes. */
function held(shares: Shares, chance: Chance): number {
  if (chance.yes(shares.late)) return Math.round(chance.yes(0.9) ? chance.between(2 * HOUR, 30 * HOUR) : chance.between(3 * DAY, 9 * DAY));
  return chance.yes(shares.disorder) ? Math.round(chance.between(20 * SECOND, 40 * MINUTE)) : 0;
}
