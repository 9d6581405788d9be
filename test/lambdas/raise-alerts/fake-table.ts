/** A DynamoDB table in memory with its stream: what the functions of alerts ask of it, and a process that may die at any call. */
import { AwsError } from '../../../lambdas/_shared/aws/aws-error.ts';
import type { AwsClient } from '../../../lambdas/_shared/aws/client.ts';
import type { AttributeValue, Item } from '../../../lambdas/_shared/marshall.ts';
import { stringOf } from '../../../lambdas/_shared/marshall.ts';
import type { TableStreamRecord } from '../../../lambdas/_shared/table-stream.ts';
import { parseStatement } from '../track-shipments/partiql.ts';

interface Statement { readonly Statement: string; readonly Parameters: readonly AttributeValue[] }
type Input = Readonly<Record<string, unknown>>;
type Values = Readonly<Record<string, AttributeValue>>;

/** Thrown where the process dies: nothing that follows happens. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

export class FakeTable implements Pick<AwsClient, 'dynamo'> {
  readonly items = new Map<string, Item>();
  readonly stream: TableStreamRecord[] = [];
  /** Calls until the process dies, and the share of that call's work that was done by then: 0 = none, 1 = all; of a bulk call, a part. */
  dieIn: { calls: number; done: number } | undefined;
  /** Called before each operation: throw to refuse. */
  before: (operation: string, input: Input) => void = () => undefined;
  /** An error code for what a bulk call would write to this item; undefined = none. */
  refuse: (pk: string) => string | undefined = () => undefined;
  calls = 0;
  writes = 0;
  now = 0;

  async dynamo(operation: string, input: object): Promise<Record<string, unknown>> {
    this.calls += 1;
    const dying = this.dieIn;
    if (dying !== undefined) {
      dying.calls -= 1;
      if (dying.calls < 0 || (dying.calls === 0 && dying.done === 0)) throw new Killed();
    }
    const copy = JSON.parse(JSON.stringify(input)) as Input;
    this.before(operation, copy);
    const answer = this.run(operation, dying?.calls === 0 ? partOf(copy, dying.done) : copy);
    if (dying !== undefined && dying.calls <= 0) throw new Killed();
    return Promise.resolve(JSON.parse(JSON.stringify(answer)) as Record<string, unknown>);
  }

  row(pk: string, sk = 'A'): Item | undefined {
    return this.items.get(JSON.stringify([pk, sk]));
  }

  private run(operation: string, input: Input): object {
    switch (operation) {
      case 'GetItem':
        return { Item: this.items.get(keyOf(input['Key'] as Item)) };
      case 'PutItem':
        this.store(input['Item'] as Item);
        return {};
      case 'BatchGetItem':
        return this.batchGet(input);
      case 'BatchWriteItem':
        return this.batchPut(input);
      case 'BatchExecuteStatement':
        return { Responses: (input['Statements'] as Statement[]).map((one) => this.execute(one)) };
      case 'UpdateItem':
        return this.update(input);
      case 'Query':
        return this.query(input);
      default:
        throw new Error(`The fake has no ${operation}.`);
    }
  }

  private store(item: Item): void {
    const key = keyOf(item);
    const before = this.items.get(key);
    this.writes += 1;
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(item)) return;
    this.items.set(key, item);
    this.stream.push({
      eventName: before === undefined ? 'INSERT' : 'MODIFY',
      dynamodb: { ApproximateCreationDateTime: this.now / 1000, SequenceNumber: String(this.stream.length + 1), NewImage: item, ...(before !== undefined && { OldImage: before }) },
    });
  }

  private batchGet(input: Input): object {
    const [[name, request]] = Object.entries(input['RequestItems'] as Record<string, { Keys: Item[] }>) as [[string, { Keys: Item[] }]];
    return { Responses: { [name]: request.Keys.map((key) => this.items.get(keyOf(key))).filter((item) => item !== undefined) }, UnprocessedKeys: {} };
  }

  private batchPut(input: Input): object {
    const requests = Object.values(input['RequestItems'] as Record<string, { PutRequest: { Item: Item } }[]>).flat();
    const items = requests.map(({ PutRequest: { Item: item } }) => item);
    if (items.length > 25 || new Set(items.map(keyOf)).size < items.length) throw new AwsError({ code: 'ValidationException', status: 400, operation: 'BatchWriteItem', message: 'too many, or one twice' });
    const left = requests.filter(({ PutRequest: { Item: item } }) => this.refuse(stringOf(item['pk']) ?? '') !== undefined);
    for (const item of items) if (this.refuse(stringOf(item['pk']) ?? '') === undefined) this.store(item);
    return { UnprocessedItems: left.length === 0 ? {} : { [Object.keys(input['RequestItems'] as object)[0] ?? '']: left } };
  }

  private execute({ Statement: text, Parameters }: Statement): object {
    const statement = parseStatement(text, Parameters);
    const refused = this.refuse(statement.key.pk);
    if (refused !== undefined) return { Error: { Code: refused, Message: 'refused by the test' } };
    const known = this.row(statement.key.pk, statement.key.sk);
    if (statement.kind === 'insert') {
      if (known !== undefined) return { Error: { Code: 'DuplicateItem', Message: 'it is there' } };
      this.store(statement.item);
      return {};
    }
    const met = known !== undefined && Object.entries(statement.conditions).every(([name, value]) => JSON.stringify(known[name]) === JSON.stringify(value));
    if (!met) return { Error: { Code: 'ConditionalCheckFailed', Message: 'failed' } };
    this.store({ ...known, ...statement.set });
    return {};
  }

  private update(input: Input): object {
    const names = input['ExpressionAttributeNames'] as Record<string, string>;
    const values = (input['ExpressionAttributeValues'] ?? {}) as Values;
    const key = input['Key'] as Item;
    const known = this.items.get(keyOf(key));
    if (!holds(String(input['ConditionExpression']), { item: known ?? {}, names, values })) throw new AwsError({ code: 'ConditionalCheckFailedException', status: 400, operation: 'UpdateItem', message: 'failed' });
    const [, assignments = '', removals = ''] = /^SET (.*?)(?: REMOVE (.*))?$/.exec(String(input['UpdateExpression'])) ?? [];
    const item: Record<string, AttributeValue> = { ...known, ...key };
    for (const one of assignments.split(', ')) {
      const [name = '', value = ''] = one.split(' = ');
      item[names[name] ?? name] = values[value] as AttributeValue;
    }
    for (const name of removals.split(', ').filter((one) => one !== '')) delete item[names[name] ?? name];
    this.store(item);
    return {};
  }

  private query(input: Input): object {
    const values = input['ExpressionAttributeValues'] as Values;
    const [hash, range] = input['IndexName'] === undefined ? ['pk', 'sk'] : ['list', 'listSort'];
    const found = [...this.items.values()]
      .filter((item) => stringOf(item[hash]) === stringOf(values[':pk']) && inRange(stringOf(item[range]) ?? '', values))
      .sort((a, b) => ((stringOf(a[range]) ?? '') < (stringOf(b[range]) ?? '') ? -1 : 1));
    const ordered = input['ScanIndexForward'] === false ? found.reverse() : found;
    const start = input['ExclusiveStartKey'] === undefined ? 0 : ordered.findIndex((item) => keyOf(item) === keyOf(input['ExclusiveStartKey'] as Item)) + 1;
    const page = ordered.slice(start, start + Number(input['Limit'] ?? 1_000));
    const last = page.at(-1);
    return { Items: page, ...(start + page.length < ordered.length && last !== undefined && { LastEvaluatedKey: { pk: last['pk'], sk: last['sk'], [hash]: last[hash], [range]: last[range] } }) };
  }
}

/** The first so much of what a bulk call writes; any other call whole. */
function partOf(input: Input, done: number): Input {
  const some = <T>(all: readonly T[]): T[] => all.slice(0, Math.floor(all.length * done));
  if (Array.isArray(input['Statements'])) return { ...input, Statements: some(input['Statements'] as Statement[]) };
  const [[table, requests]] = Object.entries((input['RequestItems'] ?? { '': {} }) as Record<string, unknown>) as [[string, unknown]];
  return Array.isArray(requests) ? { ...input, RequestItems: { [table]: some(requests) } } : input;
}

function inRange(key: string, values: Values): boolean {
  const [from, to, prefix] = [stringOf(values[':from']), stringOf(values[':to']), stringOf(values[':prefix'])];
  return (from === undefined || key >= from) && (to === undefined || key <= to) && (prefix === undefined || key.startsWith(prefix));
}

function holds(condition: string, { item, names, values }: { item: Item; names: Record<string, string>; values: Values }): boolean {
  return condition.split(' AND ').every((part) => {
    const absent = /^attribute_not_exists\((#?\w+)\)$/.exec(part)?.[1];
    if (absent !== undefined) return item[names[absent] ?? absent] === undefined;
    const [, name = '', sign, value = ''] = /^(#?\w+) (=|>) (:\w+)$/.exec(part) ?? [];
    const has = item[names[name] ?? name];
    if (sign === '>') return has !== undefined && 'N' in has && Number(has.N) > Number((values[value] as { N: string }).N);
    if (sign === '=') return JSON.stringify(has) === JSON.stringify(values[value]);
    throw new Error(`The fake knows no condition ${part}.`);
  });
}

const keyOf = (item: Item): string => JSON.stringify([stringOf(item['pk']), stringOf(item['sk'])]);
