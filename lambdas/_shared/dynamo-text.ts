/**
 * DynamoDB's values as JSON, put together by hand: of the bulk requests of the ingest path `JSON.stringify` costs more than
 * sending them, because it looks for getters, `toJSON` and cycles where none can be.
 */
import type { AttributeValue, Item } from './marshall.ts';

/** Longer texts are quoted faster by the library. */
const SHORT = 64;
const [FIRST_PRINTABLE, BEHIND_LAST, QUOTE, BACKSLASH] = [0x20, 0x7f, 0x22, 0x5c] as const;

/** What `JSON.stringify` says of a text. */
export function quoted(text: string): string {
  if (text.length > SHORT) return JSON.stringify(text);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < FIRST_PRINTABLE || code >= BEHIND_LAST || code === QUOTE || code === BACKSLASH) return JSON.stringify(text);
  }
  return `"${text}"`;
}

/** What `JSON.stringify` says of a value. Numbers and bytes are digits and base64: nothing in them needs an escape. */
export function valueText(value: AttributeValue): string {
  if ('S' in value) return `{"S":${quoted(value.S)}}`;
  if ('N' in value) return `{"N":"${value.N}"}`;
  return 'B' in value ? `{"B":"${value.B}"}` : JSON.stringify(value);
}

/** The same of an item. Names of attributes are our own: plain words. */
export function itemText(item: Item): string {
  let text = '';
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) text += `${text === '' ? '{' : ','}"${name}":${valueText(value)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}
