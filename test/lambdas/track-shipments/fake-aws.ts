import { AwsError } from '../../../lambdas/_shared/aws/aws-error.ts';
import type { AwsClient } from '../../../lambdas/_shared/aws/client.ts';
import type { AttributeValue, Item } from '../../../lambdas/_shared/marshall.ts';
import { SHIPMENT_INDEXES } from '../../../lambdas/track-shipments/names.ts';
import { parseStatement } from './partiql.ts';
import type { ParsedStatement } from './partiql.ts';

/** One call to the fake, as hooks see it. */
export interface FakeCall {
  readonly service: 'dynamo' | 's3';
  readonly operation: string;
  /** Counted from 1 over all services. */
  readonly number: number;
  readonly input: unknown;
}

export interface FakeHooks {
  /** Throw here: the call has no effect. */
  readonly before?: (call: FakeCall) => void | Promise<void>;
  /** Throw here: the call had its effect, its answer is lost. */
  readonly after?: (call: FakeCall) => void | Promise<void>;
  /** Answers whether this eventually consistent read sees the image before the last write. */
  readonly stale?: () => boolean;
  /** An error code for one statement or one put of a bulk call; undefined = none. */
  readonly refuse?: (target: { operation: string; pk: string; sk: string }) => string | undefined;
}

export interface FakeAws extends AwsClient {
  hooks: FakeHooks;
  /** Items per page of a query without a limit. */
  pageSize: number;
  readonly tables: ReadonlyMap<string, Map<string, Item>>;
  readonly objects: Map<string, Buffer>;
  readonly calls: FakeCall[];
  /** Write units by table, as DynamoDB bills them: max of both sizes, failed conditions included. */
  readonly units: Map<string, number>;
  /** The same by index of the shipments table. */
  readonly indexUnits: Map<string, number>;
  readonly items: (table: string) => Item[];
  readonly writes: (table?: string) => number;
  readonly put: (table: string, item: Item) => void;
  readonly remove: (table: string, key: { pk: string; sk: string }) => void;
}

export const throttled = (operation: string): AwsError => new AwsError({ code: 'ProvisionedThroughputExceededException', status: 400, operation, message: 'slow down' });
export const lostAnswer = (operation: string): AwsError => new AwsError({ code: 'NetworkError', status: 0, operation, message: 'socket hang up' });

const WRITES = new Set(['PutItem', 'UpdateItem', 'BatchWriteItem', 'BatchExecuteStatement']);

/** A DynamoDB and an S3 in memory: conditions, per-statement errors and bills as AWS has them; unkindness by hooks. */
export function createFakeAws(): FakeAws {
  const tables = new Map<string, Map<string, Item>>();
  const previous = new Map<string, Item | undefined>();
  const objects = new Map<string, Buffer>();
  const calls: FakeCall[] = [];
  const units = new Map<string, number>();
  const indexUnits = new Map<string, number>();

  const table = (name: string): Map<string, Item> => {
    const known = tables.get(name) ?? new Map<string, Item>();
    tables.set(name, known);
    return known;
  };
  const bill = (name: string, ...sizes: number[]): void => {
    units.set(name, (units.get(name) ?? 0) + Math.max(1, Math.ceil(Math.max(...sizes) / 1024)));
  };
  /** An entry that moves is deleted and put: two units; one that stays costs nothing. */
  const billIndexes = (before: Item | undefined, after: Item): void => {
    for (const { name, key } of Object.values(SHIPMENT_INDEXES)) {
      const [old, own] = [before?.[key], after[key]].map((value) => (value === undefined ? undefined : textOf(value)));
      if (old !== own) indexUnits.set(name, (indexUnits.get(name) ?? 0) + (old === undefined ? 0 : 1) + (own === undefined ? 0 : 1));
    }
  };
  const store = (name: string, item: Item): void => {
    const id = keyOf(item);
    const before = table(name).get(id);
    billIndexes(before, item);
    bill(name, itemSize(item), before === undefined ? 0 : itemSize(before));
    previous.set(`${name} ${id}`, before);
    table(name).set(id, item);
  };
  const read = (name: string, key: Item, consistent: boolean): Item | undefined => {
    const id = keyOf(key);
    const stale = !consistent && previous.has(`${name} ${id}`) && fake.hooks.stale?.() === true;
    return stale ? previous.get(`${name} ${id}`) : table(name).get(id);
  };

  const execute = (statement: ParsedStatement): object => {
    const { pk, sk } = statement.key;
    const refused = fake.hooks.refuse?.({ operation: 'BatchExecuteStatement', pk, sk });
    if (refused !== undefined) return { Error: { Code: refused, Message: 'refused by the test' } };
    const id = JSON.stringify([pk, sk]);
    const before = table(statement.table).get(id);
    if (statement.kind === 'insert') {
      if (before !== undefined) return failed(statement.table, before, 'DuplicateItem');
      store(statement.table, statement.item);
      return {};
    }
    const met = before !== undefined && Object.entries(statement.conditions).every(([name, value]) => JSON.stringify(before[name]) === JSON.stringify(value));
    if (!met) return failed(statement.table, before ?? {}, 'ConditionalCheckFailed');
    const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !statement.remove.includes(name)));
    store(statement.table, { ...kept, ...statement.set });
    return {};
  };
  const failed = (name: string, item: Item, code: string): object => {
    bill(name, itemSize(item));
    return { Error: { Code: code, Message: code } };
  };

  const operations: Record<string, (input: Record<string, unknown>) => Record<string, unknown>> = {
    GetItem: (input) => {
      const item = read(String(input['TableName']), input['Key'] as Item, input['ConsistentRead'] === true);
      return item === undefined ? {} : { Item: item };
    },
    PutItem: (input) => {
      requireCondition(input, table(String(input['TableName'])).get(keyOf(input['Item'] as Item)));
      store(String(input['TableName']), input['Item'] as Item);
      return {};
    },
    BatchGetItem: (input) => {
      const [[name, request]] = Object.entries(input['RequestItems'] as Record<string, { Keys: Item[]; ConsistentRead?: boolean }>) as [[string, { Keys: Item[]; ConsistentRead?: boolean }]];
      if (request.Keys.length > 100) throw validation('Too many items requested for the BatchGetItem call');
      if (new Set(request.Keys.map(keyOf)).size !== request.Keys.length) throw validation('Provided list of item keys contains duplicates');
      const items = request.Keys.map((key) => read(name, key, request.ConsistentRead === true)).filter((item) => item !== undefined);
      return { Responses: { [name]: items }, UnprocessedKeys: {} };
    },
    BatchWriteItem: (input) => {
      const [[name, requests]] = Object.entries(input['RequestItems'] as Record<string, { PutRequest: { Item: Item } }[]>) as [[string, { PutRequest: { Item: Item } }[]]];
      if (requests.length > 25) throw validation('Too many items in the BatchWriteItem call');
      if (new Set(requests.map((one) => keyOf(one.PutRequest.Item))).size !== requests.length) throw validation('Provided list of item keys contains duplicates');
      const left = requests.filter(({ PutRequest: { Item: item } }) => {
        const refused = fake.hooks.refuse?.({ operation: 'BatchWriteItem', pk: textOf(item['pk']), sk: textOf(item['sk']) });
        if (refused === undefined) store(name, item);
        return refused !== undefined;
      });
      return { UnprocessedItems: left.length === 0 ? {} : { [name]: left } };
    },
    BatchExecuteStatement: (input) => {
      const statements = input['Statements'] as { Statement: string; Parameters: AttributeValue[] }[];
      if (statements.length > 25) throw validation('Member must have length less than or equal to 25');
      return { Responses: statements.map((one) => execute(parseStatement(one.Statement, one.Parameters))) };
    },
    Scan: (input) => {
      if (input['FilterExpression'] !== 'sk = :main') throw new Error('The fake scans main items only.');
      const names = Object.values(input['ExpressionAttributeNames'] as Record<string, string>);
      const own = [...table(String(input['TableName'])).values()].filter((item) => hashOf(textOf(item['pk'])) % Number(input['TotalSegments']) === input['Segment']).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
      const from = input['ExclusiveStartKey'] === undefined ? 0 : own.findIndex((item) => keyOf(item) === keyOf(input['ExclusiveStartKey'] as Item)) + 1;
      const page = own.slice(from, from + fake.pageSize);
      const last = page.at(-1);
      const projected = page.filter((item) => textOf(item['sk']) === 'S').map((item) => Object.fromEntries(names.filter((name) => name in item).map((name) => [name, item[name]])));
      const units = Math.max(0.5, Math.ceil(page.reduce((sum, item) => sum + itemSize(item), 0) / 4096) / 2);
      return { Items: projected, ConsumedCapacity: { CapacityUnits: units }, ...(from + page.length < own.length && last !== undefined ? { LastEvaluatedKey: { pk: last['pk'], sk: last['sk'] } } : {}) };
    },
    Query: (input) => {
      const { ':key': key, ':prefix': prefix, ...others } = input['ExpressionAttributeValues'] as Record<string, AttributeValue>;
      const index = Object.values(SHIPMENT_INDEXES).find(({ name }) => name === input['IndexName']);
      const partition = index === undefined ? Object.values(others)[0] : key;
      const [partitionName, sortName] = index === undefined ? ['pk', 'sk'] : [index.key, 'pk'];
      const found = [...table(String(input['TableName'])).values()].filter((item) => partitionName in item && textOf(item[partitionName]) === textOf(partition) && textOf(item[sortName]).startsWith(textOf(prefix))).sort((a, b) => (textOf(a[sortName]) < textOf(b[sortName]) ? -1 : 1));
      const ordered = input['ScanIndexForward'] === false ? found.reverse() : found;
      // As DynamoDB: the start key need not exist (any more).
      const after = input['ExclusiveStartKey'] === undefined ? undefined : textOf((input['ExclusiveStartKey'] as Item)[sortName]);
      const rest = after === undefined ? ordered : ordered.filter((item) => (input['ScanIndexForward'] === false ? textOf(item[sortName]) < after : textOf(item[sortName]) > after));
      const page = rest.slice(0, Math.min(Number(input['Limit'] ?? fake.pageSize), fake.pageSize));
      const last = page.at(-1);
      return { Items: page, ...(page.length < rest.length && last !== undefined ? { LastEvaluatedKey: { pk: last['pk'], sk: last['sk'], ...(index !== undefined && { [index.key]: last[index.key] }) } } : {}) };
    },
  };

  const s3 = async <T>(operation: string, input: unknown, effect: () => T): Promise<T> => around({ service: 's3', operation, input }, effect);
  const around = async <T>(call: Omit<FakeCall, 'number'>, effect: () => T): Promise<T> => {
    const numbered = { ...call, number: calls.length + 1 };
    calls.push(numbered);
    await fake.hooks.before?.(numbered);
    const result = effect();
    await fake.hooks.after?.(numbered);
    return result;
  };

  const fake = {
    hooks: {} as FakeHooks,
    pageSize: 1_000,
    tables,
    objects,
    calls,
    units,
    indexUnits,
    items: (name: string) => [...table(name).values()],
    writes: (name?: string) => calls.filter((call) => WRITES.has(call.operation) && (name === undefined || JSON.stringify(call.input).includes(name))).length,
    put: (name: string, item: Item) => void table(name).set(keyOf(item), item),
    remove: (name: string, { pk, sk }: { pk: string; sk: string }) => void table(name).delete(JSON.stringify([pk, sk])),
    dynamo: async (operation: string, input: object) => {
      const run = operations[operation];
      if (run === undefined) throw new Error(`The fake has no ${operation}.`);
      // A copy through JSON: what is not JSON would not go over the wire either.
      return around({ service: 'dynamo', operation, input }, () => JSON.parse(JSON.stringify(run(JSON.parse(JSON.stringify(input)) as Record<string, unknown>))) as Record<string, unknown>);
    },
    putObject: async (input: { bucket: string; key: string; body: Uint8Array | string; ifNoneMatch?: '*' }) =>
      s3('PutObject', input, () => {
        const address = `${input.bucket}/${input.key}`;
        if (input.ifNoneMatch === '*' && objects.has(address)) throw new AwsError({ code: 'PreconditionFailed', status: 412, operation: 's3:PutObject', message: 'exists' });
        objects.set(address, Buffer.from(input.body));
      }),
    getObject: async (input: { bucket: string; key: string }) =>
      s3('GetObject', input, () => {
        const body = objects.get(`${input.bucket}/${input.key}`);
        if (body === undefined) throw new AwsError({ code: 'NoSuchKey', status: 404, operation: 's3:GetObject', message: 'absent' });
        return body;
      }),
    kinesis: () => Promise.reject(new Error('not used here')),
    states: () => Promise.reject(new Error('not used here')),
    listObjects: async (input: { bucket: string; prefix: string }) =>
      s3('ListObjectsV2', input, () => {
        const start = `${input.bucket}/`;
        const keys = [...objects.keys()].filter((key) => key.startsWith(`${start}${input.prefix}`)).sort();
        return keys.map((key) => ({ key: key.slice(start.length), size: objects.get(key)?.length ?? 0 }));
      }),
  };
  return fake;
}

const CONDITIONS = ['attribute_not_exists(pk) OR countedAt < :at', 'attribute_not_exists(pk) OR through < :through', 'attribute_not_exists(pk)'];
const numberOf = (value: AttributeValue | undefined): number => (value !== undefined && 'N' in value ? Number(value.N) : 0);

/** The conditions that our single puts carry; another one fails the test. */
function requireCondition(input: Record<string, unknown>, before: Item | undefined): void {
  const condition = input['ConditionExpression'];
  if (condition === undefined || before === undefined) return;
  const { ':at': at } = (input['ExpressionAttributeValues'] ?? {}) as Record<string, AttributeValue>;
  if (condition === 'attribute_not_exists(pk) OR countedAt < :at' && numberOf(before['countedAt']) < numberOf(at)) return;
  const { ':through': through } = (input['ExpressionAttributeValues'] ?? {}) as Record<string, AttributeValue>;
  if (condition === 'attribute_not_exists(pk) OR through < :through' && textOf(before['through']) < textOf(through)) return;
  if (typeof condition !== 'string' || !CONDITIONS.includes(condition)) throw new Error(`The fake does not read the condition ${JSON.stringify(condition)}.`);
  throw new AwsError({ code: 'ConditionalCheckFailedException', status: 400, operation: 'dynamodb:PutItem', message: 'The conditional request failed' });
}

const validation = (message: string): AwsError => new AwsError({ code: 'ValidationException', status: 400, operation: 'fake', message });
const keyOf = (item: Item): string => JSON.stringify([textOf(item['pk']), textOf(item['sk'])]);

function textOf(value: AttributeValue | undefined): string {
  return value !== undefined && 'S' in value ? value.S : '';
}

const hashOf = (text: string): number => [...text].reduce((hash, character) => (hash * 31 + character.charCodeAt(0)) % 65_521, 7);

/** Bytes as DynamoDB counts them: names and values; numbers about a byte for two digits, and one. */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return Math.ceil(value.N.replace(/^0+|[-.]/g, '').length / 2) + 1;
  if ('B' in value) return Buffer.from(value.B, 'base64').length;
  if ('SS' in value) return value.SS.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if ('L' in value) return value.L.reduce((sum, part) => sum + 1 + valueSize(part), 3);
  if ('M' in value) return 3 + itemSize(value.M);
  return 1;
}
