/** Who is told the attributes of an item, one by one: to make the statement that creates it, or the one that changes a stored one. */
import { B, S } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';
import type { Parameter, Statement } from './dynamo-batches.ts';
import { nextVersion } from './statements.ts';
import { versionOf } from './stored-shipment.ts';
import { SPARSE_ATTRIBUTE, StatementText } from './statement-texts.ts';

/** Told each attribute once, by its name; `undefined`, and a text without characters: the item has it not. */
export interface AttributeSink {
  readonly text: (name: string, value: string | undefined) => void;
  readonly number: (name: string, value: number | undefined) => void;
  readonly bytes: (name: string, value: Uint8Array) => void;
}

/** Makes the statement that creates the item. */
export class NewItem implements AttributeSink {
  readonly names: string[] = [];
  readonly #parameters: Parameter[] = [];
  #text = StatementText.NOTHING;

  constructor(key: Item) {
    for (const name in key) this.#tell(name, key[name]);
  }

  text(name: string, value: string | undefined): void {
    if (value !== '') this.#tell(name, value === undefined ? undefined : S(value));
  }

  number(name: string, value: number | undefined): void {
    this.#tell(name, value);
  }

  bytes(name: string, value: Uint8Array): void {
    this.#tell(name, B(value));
  }

  /** Fails with `DuplicateItem` when somebody else was first. */
  statement(table: string): Statement {
    return { Statement: this.#text.insert(table), Parameters: this.#parameters };
  }

  #tell(name: string, value: Parameter | undefined): void {
    if (value === undefined) return;
    this.names.push(name);
    this.#text = this.#text.with(name);
    this.#parameters.push(value);
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
  #text = StatementText.NOTHING;
  #removes = false;
  readonly #parameters: Parameter[] = [];
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
    else if (stored === undefined || !('N' in stored) || Number(stored.N) !== value) this.#set(name, value);
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
  statement(table: string, key: Item): Statement | undefined {
    if (this.#text === StatementText.NOTHING && !this.#removes) return undefined;
    const { pk, sk } = key;
    if (pk === undefined || sk === undefined || this.#before['version'] === undefined) throw new Error(`An item to write lacks its key or version: ${JSON.stringify(Object.keys(this.#before))}.`);
    const version = versionOf(this.#before);
    this.#set('version', nextVersion(version));
    this.#parameters.push(pk, sk, version);
    return { Statement: this.#text.update(table, this.#removes), Parameters: this.#parameters };
  }

  #set(name: string, value: Parameter): void {
    this.#text = this.#text.with(name);
    this.#parameters.push(value);
  }

  /** An index key that comes and goes is removed; all others become NULL: PartiQL's REMOVE takes one path only. */
  #vanish(name: string, stored: AttributeValue | undefined): void {
    if (stored === undefined || 'NULL' in stored) return;
    if (name === SPARSE_ATTRIBUTE) this.#removes = true;
    else this.#set(name, NULL);
  }
}
