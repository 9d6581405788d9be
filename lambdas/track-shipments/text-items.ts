import { hash } from 'node:crypto';
import { TEXT_KEY_PREFIX } from '../../domain/shipment/index.ts';
import type { EventText } from '../../domain/shipment/index.ts';
import { N, S, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { isLaterText } from './fold-batch.ts';
import type { NamedText, TextVersion } from './fold-batch.ts';

/**
 * Free texts lie beside the state, in items that are written once: those of entries that are new to a shipment together, because
 * a write costs by the started KB and a text is a fifth of one (docs/decisions/0105-texts-of-a-batch-in-one-item.md).
 */
export type StoredText = Pick<TextVersion, 'text' | 'published'>;

/** Name, published, text: how an item lists them, as JSON. */
type ListedText = readonly [name: string, published: number, text: EventText];

export interface TextsOfShipment {
  readonly shipmentId: string;
  readonly texts: readonly NamedText[];
  readonly horizonMs: number;
}

/** Characters behind which a list ends: far from what DynamoDB refuses (400 KB), and a longer one would save nothing. */
const LONGEST_LIST = 4_000;

/**
 * The items (`sk = T#…`) of texts whose entries are new. Each is named by all that it says: a repeat writes the same item again, and a writer that is late
 * never writes over one that knew more.
 */
export function newTextItems({ shipmentId, texts, horizonMs }: TextsOfShipment): Item[] {
  const items: Item[] = [];
  let [lines, expiry] = ['', 0];
  const close = (): void => {
    items.push(textItem({ shipmentId, key: hash('sha256', lines).slice(0, 32), lines, expiry }));
    [lines, expiry] = ['', 0];
  };
  for (const text of texts) {
    lines += lines === '' ? lineOf(text) : `,${lineOf(text)}`;
    expiry = Math.max(expiry, textExpiry(text.version, horizonMs));
    if (lines.length >= LONGEST_LIST) close();
  }
  if (lines !== '') close();
  return items;
}

/** The items of texts that are told anew, of known entries: each named by its name, so that who tells one again and again fills one item. */
export const anewTextItems = ({ shipmentId, texts, horizonMs }: TextsOfShipment): Item[] =>
  texts.map((text) => textItem({ shipmentId, key: text.name, lines: lineOf(text), expiry: textExpiry(text.version, horizonMs) }));

const textItem = ({ shipmentId, key, lines, expiry }: { shipmentId: string; key: string; lines: string; expiry: number }): Item => ({ pk: S(shipmentId), sk: S(TEXT_KEY_PREFIX + key), texts: S(`[${lines}]`), expiresAt: N(expiry) });

const lineOf = ({ name, version }: NamedText): string => JSON.stringify([name, version.published, version.text] satisfies ListedText);

/** Epoch seconds: two horizons past its event, or past its publication. */
export const textExpiry = ({ eventTime, published }: TextVersion, horizonMs: number): number => Math.ceil((Math.max(eventTime, published) + 2 * horizonMs) / 1000);

/** All texts that items of a shipment say, by name: of one that lies there twice the later. Other items say none. */
export function storedTexts(items: readonly Item[]): Map<string, StoredText> {
  const texts = new Map<string, StoredText>();
  for (const item of items) {
    for (const [name, published, text] of listedTexts(item)) {
      const [own, other] = [{ text, published }, texts.get(name)];
      if (other === undefined || isLaterText(own, other)) texts.set(name, own);
    }
  }
  return texts;
}

function listedTexts(item: Item): readonly ListedText[] {
  const listed = stringOf(item['texts']);
  return listed === undefined ? [] : (JSON.parse(listed) as ListedText[]);
}
