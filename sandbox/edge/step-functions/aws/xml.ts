/** Reading the small XML answers of S3 and SNS: elements, no attributes, no mixed content. */
import type { JsonObject } from '../../../json.ts';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const ELEMENT = /<([A-Za-z0-9]+)(?:\s[^>]*)?(?:\/>|>([\s\S]*?)<\/\1>)/g;

/** Elements by name; repeated ones become a list. Text is text: numbers stay strings. */
export function readXml(xml: string): JsonObject {
  const found: JsonObject = {};
  for (const [, name = '', content = ''] of xml.matchAll(ELEMENT)) {
    const value = /<[A-Za-z]/.test(content) ? readXml(content) : unescape(content);
    const before = found[name];
    found[name] = before === undefined ? value : Array.isArray(before) ? [...(before as unknown[]), value] : [before, value];
  }
  return found;
}

const unescape = (text: string): string => text.replaceAll(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (all, decimal?: string, hex?: string, name?: string) => {
  if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
  if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
  return ENTITIES[name ?? ''] ?? all;
});

/** What may stand once or often, as a list. */
export function listOf(value: unknown): unknown[] {
  if (value === undefined || value === '') return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}
