type Value = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, Value>>;

/**
 * A DynamoDB in memory, as far as the handlers of this measurement use one: the current items are really there, so that
 * reads bring what earlier batches wrote and conditions hold or fail as they would.
 */
export class StubTables {
  /** Items written or tried to write: each costs write units, also when its condition fails. */
  writes = 0;
  readonly #items = new Map<string, Item>();

  answer(operation: string, input: Readonly<Record<string, unknown>>): object {
    switch (operation) {
      case 'GetItem':
        return this.#read(String(input['TableName']), input['Key'] as Item) ?? {};
      case 'PutItem':
        return this.#put(String(input['TableName']), input['Item'] as Item);
      case 'UpdateItem':
        // Only the naive handler sends it: accepted as it is, at the least cost to the caller.
        this.writes += 1;
        return {};
      case 'BatchGetItem':
        return { Responses: mapTables<{ Keys: Item[] }, Item[]>(input['RequestItems'], (table, { Keys }) => Keys.map((key) => this.#find(table, key)).filter((item) => item !== undefined)), UnprocessedKeys: {} };
      case 'BatchWriteItem':
        mapTables<{ PutRequest: { Item: Item } }[], void>(input['RequestItems'], (table, puts) => puts.forEach(({ PutRequest }) => this.#put(table, PutRequest.Item)));
        return { UnprocessedItems: {} };
      case 'BatchExecuteStatement':
        return { Responses: (input['Statements'] as Statement[]).map((statement) => this.#execute(statement)) };
      case 'Query':
        return this.#query(String(input['TableName']), input['ExpressionAttributeValues'] as Item);
      default:
        throw new Error(`The stub knows no ${operation}.`);
    }
  }

  #find(table: string, key: Item): Item | undefined {
    return this.#items.get(addressOf(table, key));
  }

  #read(table: string, key: Item): { Item: Item } | undefined {
    const found = this.#find(table, key);
    return found === undefined ? undefined : { Item: found };
  }

  /** The only query is that of track-shipments: `pk = :pk AND begins_with(sk, :prefix)`. Few ask it, so all items are looked at. */
  #query(table: string, values: Item): object {
    const from = addressOf(table, { pk: values[':pk'] ?? {}, sk: values[':prefix'] ?? {} }).slice(0, -'"}'.length);
    return { Items: Array.from(this.#items).filter(([address]) => address.startsWith(from)).map(([, item]) => item) };
  }

  #put(table: string, item: Item): object {
    this.writes += 1;
    this.#items.set(addressOf(table, item), item);
    return {};
  }

  #execute({ Statement: text, Parameters: parameters }: Statement): object {
    const insert = /^INSERT INTO "([^"]+)" VALUE \{(.*)\}$/.exec(text);
    if (insert !== null) return this.#insert(insert[1] ?? '', zip(insert[2] ?? '', parameters));
    const update = /^UPDATE "([^"]+)" SET (.*?)(?: REMOVE "?(\w+)"?)? WHERE (.*)$/.exec(text);
    if (update === null) throw new Error(`The stub does not read: ${text}`);
    const set = zip(update[2] ?? '', parameters);
    const where = zip(update[4] ?? '', parameters.slice(Object.keys(set).length));
    return this.#update(update[1] ?? '', { set, where, removed: update[3] });
  }

  #insert(table: string, item: Item): object {
    if (this.#find(table, item) === undefined) return this.#put(table, item);
    this.writes += 1;
    return { Error: { Code: 'DuplicateItem', Message: 'there is one' } };
  }

  #update(table: string, { set, where, removed }: { set: Item; where: Item; removed: string | undefined }): object {
    const before = this.#find(table, where);
    const holds = before !== undefined && Object.entries(where).every(([name, value]) => JSON.stringify(before[name]) === JSON.stringify(value));
    if (holds) return this.#put(table, Object.fromEntries(Object.entries({ ...before, ...set }).filter(([name]) => name !== removed)));
    this.writes += 1;
    return { Error: { Code: 'ConditionalCheckFailed', Message: 'the condition does not hold' } };
  }
}

interface Statement {
  readonly Statement: string;
  readonly Parameters: readonly Value[];
}

/** `"a" = ?, 'b': ? …` with the parameters in order. */
function zip(names: string, parameters: readonly Value[]): Item {
  return Object.fromEntries(Array.from(names.matchAll(/["'](\w+)["'](?: = |: )\?/g), (match, index) => [match[1] ?? '', parameters[index] ?? {}]));
}

const addressOf = (table: string, key: Item): string => `${table}|${JSON.stringify(key['pk'])}|${JSON.stringify(key['sk'])}`;

function mapTables<In, Out>(requests: unknown, map: (table: string, request: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(requests as Record<string, In>).map(([table, request]) => [table, map(table, request)]));
}
