import { applyChange } from '../../domain/alert/index.ts';
import type { AlertRow, ImageChange, Turn } from '../../domain/alert/index.ts';
import { alertId } from '../../domain/alert/index.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { N, S } from '../_shared/marshall.ts';
import type { DynamoBatches } from '../track-shipments/dynamo-batches.ts';
import { alertRowOf, attributesOf, ROW_KEY, rowKey } from './alert-items.ts';
import type { StormBook, StormMembership } from './storm-book.ts';
import { updateItem } from './update-item.ts';

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

/** Others keep writing the same rows: only a redrive beside the stream can do that, and it ends. */
export class ContendedRowsError extends Error {
  override readonly name = 'ContendedRowsError';
}

const ROUNDS = 6;
const PARALLEL_WRITES = 8;

export interface AlertStoreOptions {
  readonly aws: Pick<AwsClient, 'dynamo'>;
  readonly batches: Pick<DynamoBatches, 'get'>;
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
  /** Version that the row was read with; undefined: there was none. */
  readonly base: number | undefined;
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
  const contended = new Set<string>();
  await inTurns(planned, async (one) => {
    if (await writeRow(options, one, memberships)) count(counts, one);
    else contended.add(one.row.alertId);
  });
  return contended;
}

async function readRows({ batches }: AlertStoreOptions, ids: ReadonlySet<string>): Promise<Map<string, AlertRow>> {
  const { items, unread } = await batches.get([...ids].map((pk) => ({ pk, sk: ROW_KEY })), { consistent: true });
  if (unread.length > 0) throw new ContendedRowsError(`${unread.length} rows of alerts could not be read; the batch comes again.`);
  return new Map(items.map(alertRowOf).flatMap((row) => (row === undefined ? [] : [[row.alertId, row] as const])));
}

/** One write per row, whatever number of images the batch has of its shipment: the last one says what is. */
function planRows(changes: readonly ImageChange[], { known, ids, seenAt }: { known: ReadonlyMap<string, AlertRow>; ids: ReadonlySet<string>; seenAt: number }): Planned[] {
  const rows = new Map(known);
  const planned = new Map<string, Planned>();
  for (const change of changes) {
    for (const { row, turn, isNews } of applyChange(change, (id) => rows.get(id), seenAt)) {
      if (!ids.has(row.alertId)) continue;
      const before = planned.get(row.alertId);
      rows.set(row.alertId, row);
      planned.set(row.alertId, {
        row,
        base: known.get(row.alertId)?.stateVersion,
        turn: turn ?? before?.turn,
        isNews: isNews || before?.isNews === true,
        isNewEpisode: turn === 'opens' || before?.isNewEpisode === true,
        at: isNews ? change.at : (before?.at ?? change.at),
      });
    }
  }
  return [...planned.values()];
}

/** What a new episode starts without. */
const ENDED_WITH_EPISODE = ['ackBy', 'ackAt', 'snoozedBy', 'snoozedUntil'] as const;

async function writeRow({ aws, table }: AlertStoreOptions, { row, base, isNews, isNewEpisode }: Planned, memberships: ReadonlyMap<string, StormMembership>): Promise<boolean> {
  const storm = memberships.get(row.alertId)?.stormId;
  const remove = [
    ...(isNewEpisode ? ENDED_WITH_EPISODE : []),
    ...(isNews && storm === undefined ? ['storm'] : []),
    ...(row.planned === undefined ? ['planned'] : []),
    ...(row.estimated === undefined ? ['estimated'] : []),
  ];
  const set = { ...attributesOf(row), ...(isNews && storm !== undefined && { storm: S(storm) }) };
  return updateItem(aws, { table, key: rowKey(row.alertId), set, remove, onlyIf: { name: 'stateVersion', is: base === undefined ? undefined : N(base) } });
}

function count(counts: RaisedCounts, { turn, isNews, row }: Planned): void {
  if (turn === 'opens') counts.opened += 1;
  if (turn === 'worsens') counts.worsened += 1;
  if (turn === 'eases') counts.eased += 1;
  if (turn === 'closes') counts.closed += 1;
  if (isNews && row.level > 0) counts.told += 1;
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(Array.from({ length: Math.min(PARALLEL_WRITES, items.length) }, async () => {
    for (const item of queue) await work(item);
  }));
}
