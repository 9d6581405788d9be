/**
 * What is true of the orders database after a set of changes, by the simplest code that can say it: all distinct changes are kept, sorted by
 * their place in the log, and read again for each question. It shares nothing with the lake, which it judges.
 */
import type { OrderChangeV1 } from '../../contracts/generated/order-change/v1.types.ts';
import type { Row, TableName } from './row-change.ts';

export interface CurrentRow {
  /** The row's key, e.g. `ORD-2F81K`. */
  readonly key: string;
  /** The row; of a deleted one the last that was known. */
  readonly row: Row;
  readonly isDeleted: boolean;
  readonly position: string;
}

/** A row as it was from one moment to another, milliseconds since 1970. */
export interface RowVersion extends CurrentRow {
  readonly validFrom: number;
  /** Absent: until now. */
  readonly validTo?: number;
}

export interface OrdersTruth {
  add(data: string | Buffer): void;
  /** Distinct changes. */
  changes(): number;
  /** Rows of a table, by key. */
  current(table: TableName): CurrentRow[];
  /**
   * Versions of all rows of a table in event time (commit time), by key and time. Of several changes of a row in one millisecond only the
   * last in the log makes a version; a deletion makes one too.
   */
  history(table: TableName): RowVersion[];
  /** The row of a table as it was at a moment; undefined when it was not there. */
  rowAt(table: TableName, key: string, time: number): Row | undefined;
}

export function createOrdersTruth(): OrdersTruth {
  const known = new Map<string, OrderChangeV1>();
  const history = (table: TableName): RowVersion[] => [...byKey([...known.values()].filter((change) => change.table === table))].flatMap(([key, changes]) => versionsOf(key, changes));
  return {
    add: (data) => {
      const change = JSON.parse(data.toString()) as OrderChangeV1;
      known.set(JSON.stringify([change.schema, change.table, change.key, change.position, change.op]), change);
    },
    changes: () => known.size,
    current: (table) => history(table).filter(({ validTo }) => validTo === undefined).map(({ key, row, isDeleted, position }) => ({ key, row, isDeleted, position })),
    history,
    rowAt: (table, key, time) => history(table).find((version) => version.key === key && version.validFrom <= time && time < (version.validTo ?? Infinity) && !version.isDeleted)?.row,
  };
}

/** Changes of each row in the order of the log; rows by key. */
function byKey(changes: readonly OrderChangeV1[]): [string, OrderChangeV1[]][] {
  const sorted = [...changes].sort((a, b) => (a.position < b.position ? -1 : 1));
  return [...Map.groupBy(sorted, ({ key = {} }) => Object.values(key).map(String).join(' '))].sort(([a], [b]) => (a < b ? -1 : 1));
}

function versionsOf(key: string, changes: readonly OrderChangeV1[]): RowVersion[] {
  const last = changes.filter((change, index) => changes[index + 1]?.sourceTs !== change.sourceTs);
  return last.map((change, index) => {
    const next = last[index + 1];
    const row: Row = change.after ?? change.before ?? {};
    return { key, row, isDeleted: change.op === 'd', position: change.position, validFrom: Date.parse(change.sourceTs), ...(next === undefined ? {} : { validTo: Date.parse(next.sourceTs) }) };
  });
}
