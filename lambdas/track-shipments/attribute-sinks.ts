/** Who is told the attributes of an item, one by one: to make the item, or the statement that changes a stored one. */
import { B, N, S } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';
import type { Statement } from './dynamo-batches.ts';
import { nextVersion } from './statements.ts';
import { SPARSE_ATTRIBUTE, UpdateText } from './update-texts.ts';

/** Told each attribute once, by its name; `undefined`, and a text without characters: the item has it not. */
export interface AttributeSink {
  readonly text: (name: string, value: string | undefined) => void;
  readonly number: (name: string, value: number | undefined) => void;
  readonly bytes: (name: string, value: Uint8Array) => void;
}

/** Makes the item. */
export class ItemBuilder implements AttributeSink {
  readonly item: Record<string, AttributeValue>;

  constructor(key: Item) {
    this.item = { ...key };
  }

  text(name: string, value: string | undefined): void {
    if (value !== undefined && value !== '') this.item[name] = S(value);
  }

  number(name: string, value: number | undefined): void {
    if (value !== undefined) this.item[name] = N(value);
  }

  bytes(name: string, value: Uint8Array): void {
    this.item[name] = B(value);
  }
}

const NULL: AttributeValue = { NULL: true };
/** Attributes that an update never changes by being told. */
const UNTOLD = new Set(['pk', 'sk', 'version']);

/**
 * Finds what is to be changed in a stored item so that it says what is told: what `updateStatement` says of the whole item,
 * without making one. Most of the twenty attributes stay as they are in most updates.
 */
export class ItemChanges implements AttributeSink {
  readonly #before: Item;
  #text = UpdateText.NOTHING;
  #removes = false;
  readonly #parameters: AttributeValue[] = [];
  /** Names that were told and are stored. */
  #met = 0;

  constructor(before: Item) {
    this.#before = before;
  }

  text(name: string, value: string | undefined): void {
    const stored = this.#before[name];
    if (stored !== undefined) this.#met += 1;
    if (value === undefined || value === '') this.#vanish(name, stored);
    else if (stored === undefined || !('S' in stored) || stored.S !== value) this.#set(name, S(value));
  }

  number(name: string, value: number | undefined): void {
    const stored = this.#before[name];
    if (stored !== undefined) this.#met += 1;
    if (value === undefined) this.#vanish(name, stored);
    else if (stored === undefined || !('N' in stored) || Number(stored.N) !== value) this.#set(name, N(value));
  }

  bytes(name: string, value: Uint8Array): void {
    const stored = this.#before[name];
    if (stored !== undefined) this.#met += 1;
    const told = B(value);
    if (stored === undefined || !('B' in stored) || !('B' in told) || stored.B !== told.B) this.#set(name, told);
  }

  /** How many of the stored attributes were told of; the others are of another release, or were of no use this time. */
  get hasUntold(): boolean {
    let stored = 0;
    for (const name in this.#before) if (!UNTOLD.has(name)) stored += 1;
    return stored !== this.#met;
  }

  /** Stored attributes that nobody told vanish as well. @param told names that were. */
  dropUntold(told: ReadonlySet<string>): void {
    for (const name in this.#before) if (!UNTOLD.has(name) && !told.has(name)) this.#vanish(name, this.#before[name]);
  }

  /** undefined: the item says it all already. */
  statement(table: string, key: Item, version: number): Statement | undefined {
    if (this.#text === UpdateText.NOTHING && !this.#removes) return undefined;
    const { pk, sk } = key;
    const { version: readVersion } = this.#before;
    if (pk === undefined || sk === undefined || readVersion === undefined) throw new Error(`An item to write lacks its key or version: ${JSON.stringify(Object.keys(this.#before))}.`);
    this.#set('version', nextVersion(version));
    this.#parameters.push(pk, sk, readVersion);
    return { Statement: this.#text.of(table, this.#removes), Parameters: this.#parameters };
  }

  #set(name: string, value: AttributeValue): void {
    this.#text = this.#text.set(name);
    this.#parameters.push(value);
  }

  /** An index key that comes and goes is removed; all others become NULL: PartiQL's REMOVE takes one path only. */
  #vanish(name: string, stored: AttributeValue | undefined): void {
    if (stored === undefined || 'NULL' in stored) return;
    if (name === SPARSE_ATTRIBUTE) this.#removes = true;
    else this.#set(name, NULL);
  }
}
