/** The three bulk requests, written by hand (lambdas/_shared/dynamo-text.ts says why). */
import { JsonText } from '../_shared/aws/json-text.ts';
import type { JsonWriter } from '../_shared/aws/json-writer.ts';
import { writeItem, writeValue } from '../_shared/dynamo-text.ts';
import type { Item } from '../_shared/marshall.ts';
import type { ItemKey, Parameter, Statement } from './dynamo-batches.ts';

/** Of a `BatchGetItem`. */
export const getRequest = ({ table, keys, consistent }: { readonly table: string; readonly keys: readonly ItemKey[]; readonly consistent: boolean }): JsonText =>
  new JsonText((to) => {
    writeTable(to, table, '{"Keys":');
    writeList(to, keys, writeKey);
    to.plain(`,"ConsistentRead":${consistent}}}}`);
  });

function writeKey(to: JsonWriter, { pk, sk }: ItemKey): void {
  to.plain('{"pk":{"S":');
  to.quoted(pk);
  to.plain('},"sk":{"S":');
  to.quoted(sk);
  to.plain('}}');
}

/** Of a `BatchWriteItem` of puts. */
export const putRequest = ({ table, puts }: { readonly table: string; readonly puts: readonly { readonly item: Item }[] }): JsonText =>
  new JsonText((to) => {
    writeTable(to, table, '');
    writeList(to, puts, writePut);
    to.plain('}}');
  });

function writePut(to: JsonWriter, { item }: { readonly item: Item }): void {
  to.plain('{"PutRequest":{"Item":');
  writeItem(to, item);
  to.plain('}}');
}

function writeTable(to: JsonWriter, table: string, behind: string): void {
  to.plain('{"RequestItems":{');
  to.quoted(table);
  to.plain(`:${behind}`);
}

/** Of a `BatchExecuteStatement`. */
export const executeRequest = (statements: readonly Statement[]): JsonText =>
  new JsonText((to) => {
    to.plain('{"Statements":');
    writeList(to, statements, writeStatement);
    to.plain('}');
  });

function writeStatement(to: JsonWriter, { Statement: text, Parameters }: Statement): void {
  to.plain('{"Statement":');
  to.any(quotedStatement(text));
  to.plain(',"Parameters":');
  writeList(to, Parameters, writeParameter);
  to.plain('}');
}

function writeParameter(to: JsonWriter, value: Parameter): void {
  if (typeof value !== 'number') return writeValue(to, value);
  to.plain('{"N":"');
  to.digits(value);
  to.plain('"}');
}

function writeList<T>(to: JsonWriter, values: readonly T[], write: (to: JsonWriter, value: T) => void): void {
  let before = '[';
  for (const value of values) {
    to.plain(before);
    write(to, value);
    before = ',';
  }
  to.plain(values.length === 0 ? '[]' : ']');
}

/** Statements name what changes, so there are as many texts as sets of attributes that change together: a few dozen. */
const knownStatements = new Map<string, string>();
const MOST_STATEMENTS = 1_000;

function quotedStatement(text: string): string {
  const known = knownStatements.get(text);
  if (known !== undefined) return known;
  const made = JSON.stringify(text);
  if (knownStatements.size < MOST_STATEMENTS) knownStatements.set(text, made);
  return made;
}
