/**
 * The one attribute that an index is keyed by and that comes and goes: absence keeps an item out of the sparse index, so
 * it is really removed. All others become NULL when they vanish: PartiQL's REMOVE takes one path only.
 */
export const SPARSE_ATTRIBUTE = 'reviewAt';

/** Texts that are kept; there are as many as orders of attributes that change together: some hundreds. */
const MOST_KEPT = 5_000;
let kept = 0;

/**
 * The text of an UPDATE, grown attribute by attribute. Nearly every update says what another one said before: its text is
 * made once, and is the same object each time, which whoever looks it up by its text finds sooner.
 */
export class UpdateText {
  readonly #sets: string;
  readonly #next = new Map<string, UpdateText>();
  /** By table, without and with the removal. */
  readonly #whole = new Map<string, [string, string]>();

  private constructor(sets: string) {
    this.#sets = sets;
  }

  static readonly NOTHING = new UpdateText('');

  /** AWS documents one SET for each path, and shows no list behind commas. */
  set(name: string): UpdateText {
    const known = this.#next.get(name);
    if (known !== undefined) return known;
    const made = new UpdateText(`${this.#sets} SET "${name}" = ?`);
    if (kept < MOST_KEPT) {
      kept += 1;
      this.#next.set(name, made);
    }
    return made;
  }

  /** The statement; `removes` the index key that comes and goes. */
  of(table: string, removes: boolean): string {
    let whole = this.#whole.get(table);
    if (whole === undefined) {
      const end = ' WHERE "pk" = ? AND "sk" = ? AND "version" = ?';
      const begin = `UPDATE "${table}"${this.#sets}`;
      whole = [begin + end, `${begin} REMOVE ${SPARSE_ATTRIBUTE}${end}`];
      this.#whole.set(table, whole);
    }
    return whole[removes ? 1 : 0];
  }
}
