/** Who is told the attributes of an item, one by one: to make the statement that creates it, or the one that changes a stored one. */
import { B, S } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';
import type { Statement } from './dynamo-batches.ts';
import { nextVersion } from './statements.ts';
import { versionOf } from './stored-shipment.ts';
import { SPARSE_ATTRIBUTE, ToldAttributes } from './told-attributes.ts';

/** Told each attribute once, by its name; `undefined`, and a text without characters: the item has it not. */
export interface AttributeSink {
  readonly text: (name: string, value: string | undefined) => void;
  readonly number: (name: string, value: number | undefined) => void;
  readonly bytes: (name: string, value: Uint8Array) => void;
}

/** Makes the statement that creates the item. */
export class NewItem implements AttributeSink {
  readonly #told = new ToldAttributes();

  constructor(key: Item) {
    for (const [name, value] of Object.entries(key)) this.#told.tell(name, value);
  }

  text(name: string, value: string | undefined): void {
    if (value !== undefined && value !== '') this.#told.tell(name, S(value));
  }

  number(name: string, value: number | undefined): void {
    if (value !== undefined) this.#told.tell(name, value);
  }

  bytes(name: string, value: Uint8Array): void {
    this.#told.tell(name, B(value));
  }

  get names(): readonly string[] {
    return this.#told.names;
  }

  statement(table: string): Statement {
    return this.#told.insert(table);
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
  readonly #told = new ToldAttributes();
  #removes = false;
  /** Names that were told and are stored. */
  #met = 0;

  constructor(before: Item) {
    this.#before = before;
  }

  text(name: string, value: string | undefined): void {
    const stored = this.#before[name];
    if (stored !== undefined) this.#met += 1;
    if (value === undefined || value === '') this.#vanish(name, stored);
    else if (stored === undefined || !('S' in stored) || stored.S !== value) this.#told.tell(name, S(value));
  }

  number(name: string, value: number | undefined): void {
    const stored = this.#before[name];
    if (stored !== undefined) this.#met += 1;
    if (value === undefined) this.#vanish(name, stored);
    else if (stored === undefined || !('N' in stored) || Number(stored.N) !== value) this.#told.tell(name, value);
  }

  bytes(name: string, value: Uint8Array): void {
    const stored = this.#before[name];
    if (stored !== undefined) this.#met += 1;
    const told = B(value);
    if (stored === undefined || !('B' in stored) || !('B' in told) || stored.B !== told.B) this.#told.tell(name, told);
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
  statement(table: string, key: Item): Statement | undefined {
    if (this.#told.names.length === 0 && !this.#removes) return undefined;
    const { pk, sk } = key;
    if (pk === undefined || sk === undefined || this.#before['version'] === undefined) throw new Error(`An item to write lacks its key or version: ${JSON.stringify(Object.keys(this.#before))}.`);
    const version = versionOf(this.#before);
    this.#told.tell('version', nextVersion(version));
    return this.#told.update(table, { pk, sk, version, removes: this.#removes });
  }

  /** An index key that comes and goes is removed; all others become NULL: PartiQL's REMOVE takes one path only. */
  #vanish(name: string, stored: AttributeValue | undefined): void {
    if (stored === undefined || 'NULL' in stored) return;
    if (name === SPARSE_ATTRIBUTE) this.#removes = true;
    else this.#told.tell(name, NULL);
  }
}
