import type { AwsClient } from '../../lambdas/_shared/aws/client.ts';
import { textOfRequest } from '../../lambdas/_shared/aws/json-text.ts';

type Value = Readonly<Record<string, string>>;
type Item = Readonly<Record<string, Value>>;
interface Statement { readonly Statement: string; readonly Parameters: readonly Value[] }

const KILOBYTE = 1_024;

/** A DynamoDB in memory, as far as vehicles use one; it bills as AWS does: a unit for each kilobyte written, half of one for each 4 KB read. */
export class BilledTable {
  writeUnits = 0;
  /** By first character of the sort key: P, A, T. */
  readonly unitsOf: Record<string, number> = {};
  readUnits = 0;
  readonly items = new Map<string, Item>();

  readonly aws: Pick<AwsClient, 'dynamo'> = { dynamo: (operation, input) => Promise.resolve(this.#answer(operation, JSON.parse(textOfRequest(input)) as Record<string, unknown>)) };

  put(item: Item): void {
    this.items.set(addressOf(item), item);
  }

  #answer(operation: string, input: Record<string, unknown>): Record<string, unknown> {
    if (operation === 'PutItem') {
      this.#store(input['Item'] as Item);
      return {};
    }
    if (operation === 'BatchGetItem') return this.#batch(input['RequestItems'] as Record<string, { Keys: Item[] }>);
    if (operation === 'BatchExecuteStatement') return { Responses: (input['Statements'] as Statement[]).map((statement) => this.#execute(statement)) };
    if (operation === 'Query') return { Items: this.#query(input['ExpressionAttributeValues'] as Item) };
    throw new Error(`The table of this measurement knows no ${operation}.`);
  }

  #batch(requests: Record<string, { Keys: Item[] }>): Record<string, unknown> {
    const [[table, { Keys }] = ['', { Keys: [] }]] = Object.entries(requests);
    const found = Keys.map((key) => this.items.get(addressOf(key))).filter((item) => item !== undefined);
    this.readUnits += Keys.reduce((sum, key) => sum + Math.max(1, Math.ceil(sizeOf(this.items.get(addressOf(key)) ?? {}) / (4 * KILOBYTE))) / 2, 0);
    return { Responses: { [table]: found }, UnprocessedKeys: {} };
  }

  #query({ ':pk': pk, ':from': from, ':to': to }: Item): Item[] {
    return [...this.items.values()].filter((item) => item['pk']?.['S'] === pk?.['S'] && (from === undefined || ((item['sk']?.['S'] ?? '') >= (from['S'] ?? '') && (item['sk']?.['S'] ?? '') <= (to?.['S'] ?? ''))));
  }

  #execute({ Statement: text, Parameters: parameters }: Statement): object {
    const names = Array.from(text.matchAll(/["'](\w+)["'](?: = |: )\?/g), (match) => match[1] ?? '');
    const given: Item = Object.fromEntries(names.map((name, at) => [name, parameters[at] ?? {}]));
    if (text.startsWith('INSERT')) {
      if (this.items.has(addressOf(given))) return { Error: { Code: 'DuplicateItem' } };
      this.#store(given);
      return {};
    }
    // `version` is named twice: what it becomes, and behind WHERE what it was.
    const before = this.items.get(addressOf(given));
    const set: Item = Object.fromEntries(names.slice(0, -3).map((name, at) => [name, parameters[at] ?? {}]));
    if (before === undefined || before['version']?.['N'] !== parameters.at(-1)?.['N']) return { Error: { Code: 'ConditionalCheckFailed' } };
    this.#store({ ...before, ...set });
    return {};
  }

  #store(item: Item): void {
    const address = addressOf(item);
    const units = Math.ceil(Math.max(sizeOf(item), sizeOf(this.items.get(address) ?? {})) / KILOBYTE);
    this.writeUnits += units;
    const kind = item['sk']?.['S']?.charAt(0) ?? '';
    this.unitsOf[kind] = (this.unitsOf[kind] ?? 0) + units;
    this.items.set(address, item);
  }
}

const addressOf = (item: Item): string => `${item['pk']?.['S']}|${item['sk']?.['S']}`;

/** Bytes as DynamoDB counts them: names and values; numbers about a byte for two digits, and one. */
function sizeOf(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + name.length + ('S' in value ? Buffer.byteLength(value['S'] ?? '') : 'B' in value ? Buffer.byteLength(value['B'] ?? '', 'base64') : Math.ceil((value['N'] ?? '').length / 2) + 1), 0);
}
