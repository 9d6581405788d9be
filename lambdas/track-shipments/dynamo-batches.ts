import type { AwsClient } from '../_shared/aws/client.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import type { Logger } from '../_shared/logger.ts';
import { queryAll } from '../_shared/aws/pages.ts';
import { itemOf, S } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';
import { executeRequest, getRequest, putRequest } from './batch-requests.ts';

/** DynamoDB's own limits per call. */
export const LIMITS = { get: 100, write: 25, execute: 25 } as const;

/** Calls under way at once, of all that use the table: enough to hide latency, few enough not to look like an attack to a small table. */
const PARALLEL_CALLS = 8;

/** Rounds in which DynamoDB may hand back keys or puts that it did not take (throttling). */
const UNPROCESSED_ROUNDS = 4;

export interface Statement {
  readonly Statement: string;
  readonly Parameters: readonly Parameter[];
}

/** A number may be told as it is: its digits are then written once, where they are sent. */
export type Parameter = AttributeValue | number;

/** What became of one statement. `refused`: throttled, failed or not answered; its effect is unknown. */
export type StatementResult = 'done' | 'condition-failed' | 'refused';

export interface DynamoBatches {
  /** Items by `pk` and `sk`; absent ones are missing in the answer. `unread` = keys that DynamoDB would not read now. */
  readonly get: (keys: readonly ItemKey[], options: { consistent: boolean }) => Promise<{ items: Item[]; unread: ItemKey[] }>;
  /** All items of a partition whose sort key begins so; undefined when DynamoDB would not read now. */
  readonly query: (key: { readonly pk: string; readonly prefix: string }, options: { consistent: boolean }) => Promise<readonly Item[] | undefined>;
  /** Unconditional puts; answers the indexes of those that were refused. */
  readonly put: (items: readonly Item[]) => Promise<ReadonlySet<number>>;
  /** Conditional statements, one result each, in order. */
  readonly execute: (statements: readonly Statement[]) => Promise<StatementResult[]>;
}

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

export interface DynamoBatchesOptions {
  readonly aws: AwsClient;
  readonly table: string;
  /** Waits between rounds of handed-back work; a test passes one that does not wait. */
  readonly pause: (ms: number) => Promise<void>;
  /** Told why a call, or the first statement of a call, was refused: the caller only learns that it was. */
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * What the state store does with its table: three operations in bulk, chunked and bounded, and a query. Refusals are answers here, never
 * errors: one throttled chunk must not throw away what the others did. Other errors of the service (no such table, no
 * right) are refusals too: the caller holds the checkpoint and says so.
 */
export function createDynamoBatches(given: DynamoBatchesOptions): DynamoBatches {
  const turn = createTurnstile(PARALLEL_CALLS);
  const options: Chunked = { ...given, inTurn: async (chunked, work) => Promise.all(chunked.map(async (chunk) => turn(async () => work(chunk)))) };
  return {
    get: (keys, { consistent }) => getAll(options, { keys, consistent }),
    query: (key, { consistent }) => turn(() => refusable(given.log, () => queryPrefix(given, { ...key, consistent }))),
    put: (items) => putAll(options, items),
    execute: async (statements) => (await options.inTurn(chunks(statements, LIMITS.execute), (chunk) => executeChunk(options, chunk))).flat(),
  };
}

interface Chunked extends DynamoBatchesOptions {
  /** Works on all chunks, as many at once as calls may be under way; results in the order of the chunks. */
  readonly inTurn: <T, R>(chunked: readonly T[], work: (chunk: T) => Promise<R>) => Promise<R[]>;
}

async function getAll(options: Chunked, { keys, consistent }: { keys: readonly ItemKey[]; consistent: boolean }): Promise<{ items: Item[]; unread: ItemKey[] }> {
  const parts = await options.inTurn(chunks(keys, LIMITS.get), (chunk) => getChunk(options, { keys: chunk, consistent }));
  return { items: parts.flatMap((part) => part.items), unread: parts.flatMap((part) => part.unread) };
}

async function getChunk({ aws, table, pause, log }: DynamoBatchesOptions, { keys, consistent }: { keys: readonly ItemKey[]; consistent: boolean }): Promise<{ items: Item[]; unread: ItemKey[] }> {
  const items: Item[] = [];
  let open: readonly ItemKey[] = keys;
  for (let round = 0; round < UNPROCESSED_ROUNDS && open.length > 0; round += 1) {
    if (round > 0) await pause(50 * 2 ** round);
    const answer = await refusable(log, () => aws.dynamo('BatchGetItem', getRequest({ table, keys: open, consistent })));
    if (answer === undefined) break;
    items.push(...listOf(answer['Responses'], table));
    open = listOf(fieldOf(answer['UnprocessedKeys'], table), 'Keys').map(unmarshallKey);
  }
  return { items, unread: [...open] };
}

const queryPrefix = ({ aws, table }: DynamoBatchesOptions, { pk, prefix, consistent }: { pk: string; prefix: string; consistent: boolean }): Promise<Item[]> =>
  queryAll(aws, { TableName: table, KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)', ExpressionAttributeValues: { ':pk': S(pk), ':prefix': S(prefix) }, ConsistentRead: consistent });

async function putAll(options: Chunked, items: readonly Item[]): Promise<ReadonlySet<number>> {
  const indexed = items.map((item, index) => ({ item, index }));
  const refused = await options.inTurn(chunks(indexed, LIMITS.write), (chunk) => putChunk(options, chunk));
  return new Set(refused.flat());
}

async function putChunk({ aws, table, pause, log }: DynamoBatchesOptions, chunk: readonly { item: Item; index: number }[]): Promise<number[]> {
  let open = chunk;
  for (let round = 0; round < UNPROCESSED_ROUNDS && open.length > 0; round += 1) {
    if (round > 0) await pause(50 * 2 ** round);
    const answer = await refusable(log, () => aws.dynamo('BatchWriteItem', putRequest({ table, puts: open })));
    if (answer === undefined) break;
    const unprocessed = listOf(answer['UnprocessedItems'], table);
    if (unprocessed.length === 0) return [];
    const left = new Set(unprocessed.map((request) => keyText(itemOf(fieldOf(fieldOf(request, 'PutRequest'), 'Item')) ?? {})));
    open = open.filter(({ item }) => left.has(keyText(item)));
  }
  return open.map(({ index }) => index);
}

async function executeChunk({ aws, log }: DynamoBatchesOptions, statements: readonly Statement[]): Promise<StatementResult[]> {
  const answer = await refusable(log, () => aws.dynamo('BatchExecuteStatement', executeRequest(statements)));
  const responses = listOf(answer, 'Responses');
  const results = statements.map((_, index) => (answer === undefined ? 'refused' : resultOf(responses[index])));
  const first = results.indexOf('refused');
  if (answer !== undefined && first !== -1) log.warn('DynamoDB refused statements', { operation: 'BatchExecuteStatement', code: String(fieldOf(fieldOf(responses[first], 'Error'), 'Code')), refused: results.filter((result) => result === 'refused').length });
  return results;
}

/** `ConditionalCheckFailed` is also the answer to an UPDATE of a missing item, `DuplicateItem` to an INSERT of a present one. */
function resultOf(response: unknown): StatementResult {
  if (response === undefined) return 'refused';
  const error = fieldOf(response, 'Error');
  if (error === undefined || error === null) return 'done';
  const code = fieldOf(error, 'Code');
  return code === 'ConditionalCheckFailed' || code === 'DuplicateItem' ? 'condition-failed' : 'refused';
}

async function refusable<Answer>(log: Pick<Logger, 'warn'>, call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    log.warn('DynamoDB refused a call', { operation: error.operation, code: error.code, status: error.status });
    return undefined;
  }
}

const unmarshallKey = (key: Item): ItemKey => ({ pk: textOf(key['pk']), sk: textOf(key['sk']) });
const keyText = (item: Item): string => JSON.stringify([textOf(item['pk']), textOf(item['sk'])]);

function textOf(value: AttributeValue | undefined): string {
  return value !== undefined && 'S' in value ? value.S : '';
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function listOf(value: unknown, name: string): Item[] {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? (list as Item[]) : [];
}

export function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
}

/** Lets so many calls go on at once; the others wait, first come, first served. */
function createTurnstile(places: number): <R>(call: () => Promise<R>) => Promise<R> {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (call) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      // Whoever waits first takes the place over.
      if (next === undefined) free += 1;
      else next();
    }
  };
}
