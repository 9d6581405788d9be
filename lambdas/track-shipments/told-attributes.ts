import type { Parameter, Statement } from './dynamo-batches.ts';

/**
 * The one attribute that an index is keyed by and that comes and goes: absence keeps an item out of the sparse index, so
 * it is really removed. All others become NULL when they vanish: PartiQL's REMOVE takes one path only.
 */
export const SPARSE_ATTRIBUTE = 'reviewAt';

/** Texts that are kept; there are as many as orders of attributes that are told together: some hundreds. */
const MOST_KEPT = 5_000;
let kept = 0;

interface Texts {
  readonly insert: string;
  readonly update: string;
  /** Of an update that removes the index key that comes and goes. */
  readonly removing: string;
}

/**
 * The text of a statement, grown attribute by attribute. Nearly every statement says what another one said before: its text is
 * made once, and is the same object each time, which whoever looks it up by its text finds sooner.
 */
class StatementText {
  readonly names: readonly string[];
  readonly #next = new Map<string, StatementText>();
  readonly #byTable = new Map<string, Texts>();

  private constructor(names: readonly string[]) {
    this.names = names;
  }

  static readonly NOTHING = new StatementText([]);

  with(name: string): StatementText {
    const known = this.#next.get(name);
    if (known !== undefined) return known;
    const made = new StatementText([...this.names, name]);
    if (kept < MOST_KEPT) {
      kept += 1;
      this.#next.set(name, made);
    }
    return made;
  }

  of(table: string): Texts {
    let texts = this.#byTable.get(table);
    if (texts === undefined) {
      texts = textsOf(table, this.names);
      this.#byTable.set(table, texts);
    }
    return texts;
  }
}

/** AWS documents one SET for each path, and shows no list behind commas. */
function textsOf(table: string, names: readonly string[]): Texts {
  const begin = `UPDATE "${table}"${names.map((name) => ` SET "${name}" = ?`).join('')}`;
  const end = ' WHERE "pk" = ? AND "sk" = ? AND "version" = ?';
  return { insert: `INSERT INTO "${table}" VALUE {${names.map((name) => `'${name}': ?`).join(', ')}}`, update: begin + end, removing: `${begin} REMOVE ${SPARSE_ATTRIBUTE}${end}` };
}

/** Attributes and what they are to become, told one by one: the statement that says so of a new item, or of one that is there. */
export class ToldAttributes {
  #text = StatementText.NOTHING;
  readonly #values: Parameter[] = [];

  tell(name: string, value: Parameter): void {
    this.#text = this.#text.with(name);
    this.#values.push(value);
  }

  get names(): readonly string[] {
    return this.#text.names;
  }

  /** Fails with `DuplicateItem` when somebody else was first. */
  insert(table: string): Statement {
    return { Statement: this.#text.of(table).insert, Parameters: this.#values };
  }

  /**
   * Fails with `ConditionalCheckFailed` when the item has another version by now.
   *
   * @param removes the index key that comes and goes.
   */
  update(table: string, { pk, sk, version, removes }: { readonly pk: Parameter; readonly sk: Parameter; readonly version: Parameter; readonly removes: boolean }): Statement {
    const { removing, update } = this.#text.of(table);
    return { Statement: removes ? removing : update, Parameters: [...this.#values, pk, sk, version] };
  }
}
