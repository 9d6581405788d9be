import { causesOf, isStorm, STORM, STORM_CAUSES, stormId, stormLevel } from '../../domain/alert/index.ts';
import type { AlertRow, StormCause, StormMember } from '../../domain/alert/index.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { pages } from '../_shared/aws/pages.ts';
import { N, numberOf, S, stringOf } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';
import type { DynamoBatches, Statement } from '../track-shipments/dynamo-batches.ts';
import { listKeys, ROW_KEY, rowKey } from './alert-items.ts';
import { ContendedRowsError, RefusedRowsError } from './errors.ts';
import { ENDED_WITH_EPISODE } from './names.ts';
import { rowStatement } from './row-statements.ts';

const DAY = 86_400_000;
/** Members are asked for within the window only; a storm that is looked at later still shows them. */
const MEMBER_LIFE_MS = 7 * DAY;
/** Counted no further: a storm of more is told no differently. */
const MOST_COUNTED = 2_000;
const ROUNDS = 6;
const PARALLEL_QUERIES = 8;
const MEMBER_PREFIX = 'M#';

export interface StormMembership {
  /** Of several storms the first by `STORM_CAUSES`. */
  readonly stormId: string;
  readonly by: StormCause['by'];
}

export interface StormBook {
  /** Counts the alerts among those of their causes, and names those that are part of a storm. A repeat counts nothing twice. */
  readonly join: (alerts: readonly Newcomer[], seenAt: number) => Promise<ReadonlyMap<string, StormMembership>>;
}

export interface Newcomer {
  readonly row: AlertRow;
  /** Ms since 1970; the same when the record that told it comes again. */
  readonly at: number;
}

export interface StormBookOptions {
  readonly aws: Pick<AwsClient, 'dynamo'>;
  readonly batches: Pick<DynamoBatches, 'get' | 'put' | 'execute'>;
  readonly table: string;
}

/** Members first, then the storms, then (by the caller) the alerts' own rows: a crash between any two is mended by the repeat. */
export function createStormBook(options: StormBookOptions): StormBook {
  return {
    join: async (alerts, seenAt) => {
      const joined = new Map<string, StormMembership>();
      const caused = alerts.flatMap(withCauses);
      await addMembers(options, caused);
      let left = Map.groupBy(caused, ({ id }) => id);
      for (let round = 0; left.size > 0; round += 1) {
        if (round === ROUNDS) throw new ContendedRowsError(`${left.size} rows of storms were written by others ${ROUNDS} times in a row; the batch comes again.`);
        left = await joinOnce(options, { newcomers: left, seenAt, joined });
      }
      return joined;
    },
  };
}

type ByStorm = Map<string, Caused[]>;

/** Answers what belongs to storms whose rows somebody else wrote meanwhile. */
async function joinOnce(options: StormBookOptions, { newcomers, seenAt, joined }: { newcomers: ByStorm; seenAt: number; joined: Map<string, StormMembership> }): Promise<ByStorm> {
  const known = await readRows(options, [...newcomers.keys()]);
  const storms = (await mapInTurns([...newcomers], async ([id, those]) => look(options, { id, newcomers: those, known: known.get(id) }))).filter(({ grouped }) => grouped.length > 0);
  for (const { id, grouped } of storms) {
    for (const { row, cause: { by } } of grouped) {
      const before = joined.get(row.alertId);
      if (before === undefined || STORM_CAUSES.indexOf(by) < STORM_CAUSES.indexOf(before.by)) joined.set(row.alertId, { stormId: id, by });
    }
  }
  const raised = storms.flatMap((storm) => {
    const statement = raise(options.table, storm, seenAt);
    return statement === undefined ? [] : [{ id: storm.id, statement }];
  });
  const results = await options.batches.execute(raised.map(({ statement }) => statement));
  if (results.includes('refused')) throw new RefusedRowsError('Rows of storms were not taken; the batch comes again.');
  return new Map(raised.flatMap(({ id }, index) => (results[index] === 'done' ? [] : [[id, newcomers.get(id) ?? []] as const])));
}

async function readRows({ batches }: StormBookOptions, ids: readonly string[]): Promise<Map<string, Item>> {
  const { items, unread } = await batches.get(ids.map((pk) => ({ pk, sk: ROW_KEY })), { consistent: true });
  if (unread.length > 0) throw new RefusedRowsError(`${unread.length} rows of storms could not be read; the batch comes again.`);
  return new Map(items.map((item) => [stringOf(item['pk']) ?? '', item]));
}

interface Caused extends Newcomer {
  readonly cause: StormCause;
  readonly id: string;
}

const withCauses = ({ row, at }: Newcomer): Caused[] => causesOf(row).map((cause) => ({ row, at, cause, id: stormId(cause) }));

async function addMembers({ batches }: StormBookOptions, newcomers: readonly Caused[]): Promise<void> {
  const refused = await batches.put(newcomers.map(({ id, at, row }) => ({ pk: S(id), sk: S(memberKey(at, row.alertId)), severity: N(row.severity), expiresAt: N(Math.ceil((at + MEMBER_LIFE_MS) / 1000)) })));
  if (refused.size > 0) throw new RefusedRowsError(`${refused.size} members of storms were not taken; the batch comes again.`);
}

const memberKey = (at: number, alertId: string): string => `${MEMBER_PREFIX}${String(at).padStart(13, '0')}#${alertId}`;

/** Of a storm, from a moment on, by time. */
async function readMembers({ aws, table }: StormBookOptions, { id, from }: { id: string; from: number }): Promise<StormMember[]> {
  const members: StormMember[] = [];
  const found = pages(aws, 'Query', {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': S(id), ':from': S(memberKey(Math.max(0, from), '')), ':to': S(`${MEMBER_PREFIX}~`) },
  });
  for await (const { items } of found) {
    members.push(...items.flatMap((item) => memberOf(stringOf(item['sk']) ?? '')));
    if (members.length >= MOST_COUNTED) break;
  }
  return members;
}

function memberOf(key: string): StormMember[] {
  const found = /^M#(\d{13})#(.+)$/.exec(key);
  return found?.[2] === undefined ? [] : [{ at: Number(found[1]), alertId: found[2] }];
}

interface Storm {
  readonly id: string;
  readonly known: Item | undefined;
  /** Newcomers that are part of it; none: it is no storm. */
  readonly grouped: readonly Caused[];
  /** Of the cause, since it opened or since a window before the newcomers, by time. */
  readonly members: readonly StormMember[];
  /** Ms since 1970: when the last known member joined. */
  readonly lastAt: number;
}

/** One query, unless a storm holds more than is counted: then what lies in the window is asked for by itself. */
async function look(options: StormBookOptions, { id, newcomers, known }: { id: string; newcomers: readonly Caused[]; known: Item | undefined }): Promise<Storm> {
  const first = Math.min(...newcomers.map(({ at }) => at));
  const from = first - STORM.windowMs;
  const openedAt = isGoingOn(known, first) ? (numberOf(known?.['openedAt']) ?? from) : from;
  const members = await readMembers(options, { id, from: Math.min(from, openedAt) });
  const recent = openedAt < from && members.length >= MOST_COUNTED ? await readMembers(options, { id, from }) : members;
  return { id, known, members, grouped: newcomers.filter(({ at }) => isStorm(recent, at)), lastAt: recent.at(-1)?.at ?? first };
}

/** Opens the row or counts it up; undefined: it says so already. Its count is that of the set, so whoever comes last or again is right. */
function raise(table: string, { id, known, grouped: [newcomer], members, lastAt }: Storm, seenAt: number): Statement | undefined {
  if (newcomer === undefined) return undefined;
  const isOpen = isGoingOn(known, newcomer.at);
  const from = isOpen ? (numberOf(known?.['openedAt']) ?? newcomer.at) : newcomer.at - STORM.windowMs;
  const counted = members.filter(({ at }) => at >= from);
  const count = Math.max(STORM.from, new Set(counted.map(({ alertId }) => alertId)).size);
  if (isOpen && (numberOf(known?.['members']) ?? 0) >= count) return undefined;
  const set = stormAttributes({ newcomer, id, seenAt, count, openedAt: isOpen ? from : (counted[0]?.at ?? newcomer.at), lastAt, known });
  return rowStatement(table, { key: rowKey(id), read: known, set, over: isOpen ? [] : ENDED_WITH_EPISODE });
}

/** Open, and somebody has joined it within a window: else this is another one. */
const isGoingOn = (known: Item | undefined, at: number): boolean => (numberOf(known?.['level']) ?? 0) > 0 && at - (numberOf(known?.['lastMemberAt']) ?? 0) <= STORM.windowMs;

interface StormInput {
  readonly newcomer: Caused;
  readonly id: string;
  readonly seenAt: number;
  readonly count: number;
  readonly openedAt: number;
  readonly lastAt: number;
  readonly known: Item | undefined;
}

function stormAttributes({ newcomer: { row, cause, at }, id, seenAt, count, openedAt, lastAt, known }: StormInput): Record<string, AttributeValue> {
  const level = stormLevel(count);
  const isOpen = isGoingOn(known, at);
  const toldLevel = isOpen ? (numberOf(known?.['toldLevel']) ?? 0) : 0;
  // Many at once are worse than one; of an open storm the worst so far stays.
  const severity = Math.max(1, Math.min(row.severity - 1, isOpen ? (numberOf(known?.['severity']) ?? 5) : 5));
  return {
    ...listKeys({ isOpen: true, severity, openedAt, changedAt: seenAt, alertId: id }),
    kind: S('STORM'),
    subject: S(`${cause.reason}|${cause.value}`),
    region: S(row.about.region),
    carrier: S('unknown'),
    severity: N(severity),
    level: N(level),
    toldLevel: N(Math.max(level, toldLevel)),
    members: N(count),
    openedAt: N(openedAt),
    changedAt: N(seenAt),
    lastMemberAt: N(lastAt),
    stateVersion: N((numberOf(known?.['stateVersion']) ?? 0) + 1),
    ...(level > toldLevel && { noticeKey: S(`${id}|${openedAt}|${level}`), noticeTurn: S(toldLevel === 0 ? 'opens' : 'worsens'), noticeAt: N(seenAt) }),
    expiresAt: N(Math.ceil((seenAt + 100 * DAY) / 1000)),
  };
}

async function mapInTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queue = items.entries();
  await Promise.all(Array.from({ length: Math.min(PARALLEL_QUERIES, items.length) }, async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  }));
  return results;
}
