/**
 * DynamoDB's values as JSON, written by hand: of the bulk requests of the ingest path `JSON.stringify` costs more than
 * sending them, because it looks for getters, `toJSON` and cycles where none can be.
 */
import type { JsonWriter } from './aws/json-writer.ts';
import type { AttributeValue, Item } from './marshall.ts';

/** What `JSON.stringify` says of a value. Numbers and bytes are digits and base64: nothing in them needs an escape. */
export function writeValue(to: JsonWriter, value: AttributeValue): void {
  if ('S' in value) {
    to.plain('{"S":');
    to.quoted(value.S);
    to.plain('}');
  } else if ('N' in value) {
    to.plain('{"N":"');
    to.plain(value.N);
    to.plain('"}');
  } else if ('B' in value) {
    to.plain('{"B":"');
    to.plain(value.B);
    to.plain('"}');
  } else to.any(JSON.stringify(value));
}

/** The same of an item. Names of attributes are our own: plain words. */
export function writeItem(to: JsonWriter, item: Item): void {
  let before = '{"';
  for (const name in item) {
    const value = item[name];
    if (value === undefined) continue;
    to.plain(before);
    to.plain(name);
    to.plain('":');
    writeValue(to, value);
    before = ',"';
  }
  to.plain(before === '{"' ? '{}' : '}');
}
