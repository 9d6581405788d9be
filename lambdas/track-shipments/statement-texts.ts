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
export class StatementText {
  readonly #names: readonly string[];
  readonly #next = new Map<string, StatementText>();
  readonly #byTable = new Map<string, Texts>();

  private constructor(names: readonly string[]) {
    this.#names = names;
  }

  static readonly NOTHING = new StatementText([]);

  with(name: string): StatementText {
    const known = this.#next.get(name);
    if (known !== undefined) return known;
    const made = new StatementText([...this.#names, name]);
    if (kept < MOST_KEPT) {
      kept += 1;
      this.#next.set(name, made);
    }
    return made;
  }

  insert(table: string): string {
    return this.#of(table).insert;
  }

  /** `removes` the index key that comes and goes. */
  update(table: string, removes: boolean): string {
    const { removing, update } = this.#of(table);
    return removes ? removing : update;
  }

  #of(table: string): Texts {
    let texts = this.#byTable.get(table);
    if (texts === undefined) {
      texts = textsOf(table, this.#names);
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
