/** The three bulk requests as text (lambdas/_shared/dynamo-text.ts says why). */
import { JsonText } from '../_shared/aws/json-text.ts';
import { itemText, quoted, valueText } from '../_shared/dynamo-text.ts';
import type { Item } from '../_shared/marshall.ts';
import type { ItemKey, Statement } from './dynamo-batches.ts';

/** Of a `BatchGetItem`. */
export function getRequest({ table, keys, consistent }: { readonly table: string; readonly keys: readonly ItemKey[]; readonly consistent: boolean }): JsonText {
  let list = '';
  for (const { pk, sk } of keys) list += `${list === '' ? '' : ','}{"pk":{"S":${quoted(pk)}},"sk":{"S":${quoted(sk)}}}`;
  return new JsonText(`{"RequestItems":{${quoted(table)}:{"Keys":[${list}],"ConsistentRead":${consistent}}}}`);
}

/** Of a `BatchWriteItem` of puts. */
export function putRequest({ table, puts }: { readonly table: string; readonly puts: readonly { readonly item: Item }[] }): JsonText {
  let list = '';
  for (const { item } of puts) list += `${list === '' ? '' : ','}{"PutRequest":{"Item":${itemText(item)}}}`;
  return new JsonText(`{"RequestItems":{${quoted(table)}:[${list}]}}`);
}

/** Of a `BatchExecuteStatement`. */
export function executeRequest(statements: readonly Statement[]): JsonText {
  let list = '';
  for (const { Statement: text, Parameters } of statements) {
    let parameters = '';
    for (const value of Parameters) parameters += parameters === '' ? valueText(value) : `,${valueText(value)}`;
    list += `${list === '' ? '' : ','}{"Statement":${quotedStatement(text)},"Parameters":[${parameters}]}`;
  }
  return new JsonText(`{"Statements":[${list}]}`);
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
