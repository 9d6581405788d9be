import { applyChange } from '../../domain/alert/index.ts';
import type { AlertRow, ImageChange, Turn } from '../../domain/alert/index.ts';
import { alertId } from '../../domain/alert/index.ts';
import { S, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import type { DynamoBatches, Statement } from '../track-shipments/dynamo-batches.ts';
import { alertRowOf, attributesOf, ROW_KEY, rowKey } from './alert-items.ts';
import { ContendedRowsError, RefusedRowsError } from './errors.ts';
import { ENDED_WITH_EPISODE } from './names.ts';
import { rowStatement } from './row-statements.ts';
import type { StormBook, StormMembership } from './storm-book.ts';

export interface RaisedCounts {
  opened: number;
  worsened: number;
  eased: number;
  closed: number;
  /** Rows with something to tell. */
  told: number;
}

export interface AlertStore {
  /**
   * Brings the rows to what the changes of one batch say, in their order. Repeating it, whole or in parts, changes nothing
   * more. @throws AwsError when the table does not take it: then the batch must come again.
   */
  readonly apply: (changes: readonly ImageChange[], seenAt: number) => Promise<RaisedCounts>;
}

const ROUNDS = 6;

export interface AlertStoreOptions {
  readonly batches: Pick<DynamoBatches, 'get' | 'execute'>;
  readonly storms: StormBook;
  readonly table: string;
}

export function createAlertStore(options: AlertStoreOptions): AlertStore {
  return {
    apply: async (changes, seenAt) => {
      const counts: RaisedCounts = { opened: 0, worsened: 0, eased: 0, closed: 0, told: 0 };
      let left: ReadonlySet<string> = new Set(changes.flatMap(idsOf));
      for (let round = 0; left.size > 0; round += 1) {
        if (round === ROUNDS) throw new ContendedRowsError(`${left.size} rows of alerts were written by others ${ROUNDS} times in a row; the batch comes again.`);
        left = await applyOnce(options, { changes, ids: left, seenAt, counts });
      }
      return counts;
    },
  };
}

const idsOf = ({ shipmentId, before, after }: ImageChange): string[] => [...(before?.alerts ?? []), ...after.alerts].map((alert) => alertId(shipmentId, alert));

interface Planned {
  readonly row: AlertRow;
  /** The row as it was read; undefined: there was none. */
  readonly read: Item | undefined;
  readonly turn: Turn | undefined;
  readonly isNews: boolean;
  /** A new episode: what people did with the one before is over. */
  readonly isNewEpisode: boolean;
  /** When the record that told it was written. */
  readonly at: number;
}

/** Answers the ids of rows that somebody else wrote meanwhile. */
async function applyOnce(options: AlertStoreOptions, { changes, ids, seenAt, counts }: { changes: readonly ImageChange[]; ids: ReadonlySet<string>; seenAt: number; counts: RaisedCounts }): Promise<Set<string>> {
  const known = await readRows(options, ids);
  const planned = planRows(changes, { known, ids, seenAt });
  const memberships = await options.storms.join(planned.filter(({ isNews, row }) => isNews && row.level > 0).map(({ row, at }) => ({ row, at })), seenAt);
  const results = await options.batches.execute(planned.map((one) => statementOf(options.table, one, memberships)));
  const contended = new Set<string>();
  planned.forEach((one, index) => {
    if (results[index] === 'done') count(counts, one);
    if (results[index] === 'condition-failed') contended.add(one.row.alertId);
  });
  const refused = results.filter((result) => result === 'refused').length;
  if (refused > 0) throw new RefusedRowsError(`${refused} of ${results.length} rows of alerts were not taken; the batch comes again.`);
  return contended;
}

async function readRows({ batches }: AlertStoreOptions, ids: ReadonlySet<string>): Promise<Map<string, Item>> {
  const { items, unread } = await batches.get([...ids].map((pk) => ({ pk, sk: ROW_KEY })), { consistent: true });
  if (unread.length > 0) throw new RefusedRowsError(`${unread.length} rows of alerts could not be read; the batch comes again.`);
  return new Map(items.map((item) => [stringOf(item['pk']) ?? '', item]));
}

/** One write per row, whatever number of images the batch has of its shipment: the last one says what is. */
function planRows(changes: readonly ImageChange[], { known, ids, seenAt }: { known: ReadonlyMap<string, Item>; ids: ReadonlySet<string>; seenAt: number }): Planned[] {
  const rows = new Map<string, AlertRow>();
  for (const row of [...known.values()].map(alertRowOf)) if (row !== undefined) rows.set(row.alertId, row);
  const planned = new Map<string, Planned>();
  for (const change of changes) {
    for (const { row, turn, isNews } of applyChange(change, (id) => rows.get(id), seenAt)) {
      if (!ids.has(row.alertId)) continue;
      const before = planned.get(row.alertId);
      rows.set(row.alertId, row);
      planned.set(row.alertId, {
        row,
        read: known.get(row.alertId),
        turn: turn ?? before?.turn,
        isNews: isNews || before?.isNews === true,
        isNewEpisode: turn === 'opens' || before?.isNewEpisode === true,
        at: isNews ? change.at : (before?.at ?? change.at),
      });
    }
  }
  return [...planned.values()];
}

function statementOf(table: string, { row, read, isNews, isNewEpisode }: Planned, memberships: ReadonlyMap<string, StormMembership>): Statement {
  const storm = memberships.get(row.alertId)?.stormId;
  const unset = [
    ...(isNews && storm === undefined ? ['storm'] : []),
    ...(row.planned === undefined ? ['planned'] : []),
    ...(row.estimated === undefined ? ['estimated'] : []),
  ];
  const set = { ...attributesOf(row), ...(isNews && storm !== undefined && { storm: S(storm) }) };
  return rowStatement(table, { key: rowKey(row.alertId), read, set, unset, over: isNewEpisode ? ENDED_WITH_EPISODE : [] });
}

function count(counts: RaisedCounts, { turn, isNews, row }: Planned): void {
  if (turn === 'opens') counts.opened += 1;
  if (turn === 'worsens') counts.worsened += 1;
  if (turn === 'eases') counts.eased += 1;
  if (turn === 'closes') counts.closed += 1;
  if (isNews && row.level > 0) counts.told += 1;
}
