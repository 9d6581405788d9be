import { causeOf, isStorm, STORM, stormId, stormLevel } from '../../domain/alert/index.ts';
import type { AlertRow, StormCause, StormMember } from '../../domain/alert/index.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { itemOf, N, numberOf, S, stringOf } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';
import { listKeys, rowKey } from './alert-items.ts';
import { updateItem } from './update-item.ts';

const DAY = 86_400_000;
/** Members are asked for within the window only; a storm that is looked at later still shows them. */
const MEMBER_LIFE_MS = 7 * DAY;
/** Counted no further: a storm of more is told no differently. */
const MOST_COUNTED = 2_000;
const ROUNDS = 6;
const MEMBER_PREFIX = 'M#';

export interface StormMembership {
  readonly stormId: string;
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
  readonly table: string;
}

/** Members first, then the storm, then (by the caller) the alerts' own rows: a crash between any two is mended by the repeat. */
export function createStormBook(options: StormBookOptions): StormBook {
  return {
    join: async (alerts, seenAt) => {
      const joined = new Map<string, StormMembership>();
      const byStorm = Map.groupBy(alerts.flatMap((one) => causesOf(one)), ({ id }) => id);
      for (const [id, newcomers] of byStorm) {
        for (const newcomer of newcomers) await addMember(options, newcomer);
        const first = Math.min(...newcomers.map(({ at }) => at));
        const members = await readMembers(options, { id, from: first - STORM.windowMs });
        const grouped = newcomers.filter(({ at }) => isStorm(members, at));
        if (grouped.length > 0) await raiseStorm(options, { newcomer: grouped[0] as Caused, id, seenAt });
        for (const { row } of grouped) joined.set(row.alertId, { stormId: id });
      }
      return joined;
    },
  };
}

interface Caused extends Newcomer {
  readonly cause: StormCause;
  readonly id: string;
}

function causesOf({ row, at }: Newcomer): Caused[] {
  const cause = causeOf(row);
  return cause === undefined ? [] : [{ row, at, cause, id: stormId(cause) }];
}

async function addMember({ aws, table }: StormBookOptions, { id, at, row }: Caused): Promise<void> {
  const item: Item = { pk: S(id), sk: S(memberKey(at, row.alertId)), severity: N(row.severity), expiresAt: N(Math.ceil((at + MEMBER_LIFE_MS) / 1000)) };
  await aws.dynamo('PutItem', { TableName: table, Item: item });
}

const memberKey = (at: number, alertId: string): string => `${MEMBER_PREFIX}${String(at).padStart(13, '0')}#${alertId}`;

/** Of a storm, from a moment on, by time. */
export async function readMembers({ aws, table }: StormBookOptions, { id, from }: { id: string; from: number }): Promise<StormMember[]> {
  const members: StormMember[] = [];
  let start: unknown;
  do {
    const answer = await aws.dynamo('Query', {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': S(id), ':from': S(memberKey(Math.max(0, from), '')), ':to': S(`${MEMBER_PREFIX}~`) },
      ...(start !== undefined && { ExclusiveStartKey: start }),
    });
    for (const item of (answer['Items'] ?? []) as unknown[]) members.push(...memberOf(stringOf(itemOf(item)?.['sk']) ?? ''));
    start = answer['LastEvaluatedKey'] ?? undefined;
  } while (start !== undefined && members.length < MOST_COUNTED);
  return members;
}

function memberOf(key: string): StormMember[] {
  const found = /^M#(\d{13})#(.+)$/.exec(key);
  return found?.[2] === undefined ? [] : [{ at: Number(found[1]), alertId: found[2] }];
}

/** The row of the storm: opened, or counted up. Its count is that of the set, so whoever comes last or again is right. */
async function raiseStorm(options: StormBookOptions, { newcomer, id, seenAt }: { newcomer: Caused; id: string; seenAt: number }): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const answer = await options.aws.dynamo('GetItem', { TableName: options.table, Key: rowKey(id), ConsistentRead: true });
    const known = itemOf(answer['Item']);
    const isOpen = isGoingOn(known, newcomer.at);
    const openedAt = isOpen ? (numberOf(known?.['openedAt']) ?? newcomer.at) : undefined;
    const members = await readMembers(options, { id, from: openedAt ?? newcomer.at - STORM.windowMs });
    const count = Math.max(STORM.from, new Set(members.map(({ alertId }) => alertId)).size);
    if (isOpen && (numberOf(known?.['members']) ?? 0) >= count) return;
    const set = stormAttributes({ newcomer, id, seenAt, count, openedAt: openedAt ?? members[0]?.at ?? newcomer.at, lastAt: members.at(-1)?.at ?? newcomer.at, known });
    const remove = isOpen ? [] : ['ackBy', 'ackAt', 'snoozedBy', 'snoozedUntil'];
    if (await updateItem(options.aws, { table: options.table, key: rowKey(id), set, remove, onlyIf: { name: 'stateVersion', is: known?.['stateVersion'] } })) return;
  }
  throw new Error(`The row of ${id} was written by others ${ROUNDS} times in a row; the batch comes again.`);
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
