/** Reads a regular expression as far as tables can stand for it. Anything else makes the whole pattern unread: then the engine of the language judges it. */

export type Part =
  | { readonly kind: 'bytes'; readonly bytes: ReadonlySet<number> }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Part[] }
  | { readonly kind: 'repeat'; readonly part: Part; readonly min: number; readonly max: number };

/** The characters that stand in a text as they are: ASCII without quote, backslash and control characters. */
const TEXT_BYTES: readonly number[] = Array.from({ length: 96 }, (_, index) => index + 0x20).filter((byte) => byte !== 0x22 && byte !== 0x5c);
const bytesWhere = (holds: (character: string) => boolean): ReadonlySet<number> => new Set(TEXT_BYTES.filter((byte) => holds(String.fromCharCode(byte))));

const CLASS_ESCAPES: Readonly<Record<string, ReadonlySet<number>>> = {
  d: bytesWhere((character) => /\d/.test(character)),
  D: bytesWhere((character) => /\D/.test(character)),
  w: bytesWhere((character) => /\w/.test(character)),
  W: bytesWhere((character) => /\W/.test(character)),
  s: bytesWhere((character) => /\s/.test(character)),
  S: bytesWhere((character) => /\S/.test(character)),
};
const ANY = new Set(TEXT_BYTES);
const SYNTAX = '^$\\.*+?()[]{}|';
const MAX_REPEATS = 200;

class Unread extends Error {}

/** The pattern as parts that match a whole text; undefined: it uses something else. */
export function parsePattern(pattern: string): Part | undefined {
  const fromStart = pattern.startsWith('^');
  const toEnd = pattern.endsWith('$') && !pattern.endsWith('\\$');
  const body = pattern.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
  const anything: Part = { kind: 'repeat', part: { kind: 'bytes', bytes: ANY }, min: 0, max: Infinity };
  try {
    const reader = new Reader(body);
    const read = reader.choice();
    // An anchor belongs to one alternative only, when alternatives are not in brackets.
    if (!reader.isAtEnd() || ((fromStart || toEnd) && read.kind === 'choice')) return undefined;
    return { kind: 'sequence', parts: [...(fromStart ? [] : [anything]), read, ...(toEnd ? [] : [anything])] };
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  choice(): Part {
    const parts = [this.#sequence()];
    while (this.#take('|')) parts.push(this.#sequence());
    return parts.length === 1 ? (parts[0] as Part) : { kind: 'choice', parts };
  }

  #sequence(): Part {
    const parts: Part[] = [];
    while (!this.isAtEnd() && !'|)'.includes(this.#peek())) parts.push(this.#repeated(this.#atom()));
    return parts.length === 1 ? (parts[0] as Part) : { kind: 'sequence', parts };
  }

  #atom(): Part {
    if (this.#take('(')) {
      if (this.#take('?') && !this.#take(':')) throw new Unread();
      const inner = this.choice();
      if (!this.#take(')')) throw new Unread();
      return inner;
    }
    if (this.#take('[')) return { kind: 'bytes', bytes: this.#set() };
    if (this.#take('.')) return { kind: 'bytes', bytes: ANY };
    if (this.#peek() !== '\\' && SYNTAX.includes(this.#peek())) throw new Unread();
    return { kind: 'bytes', bytes: this.#character() };
  }

  #repeated(part: Part): Part {
    const [min, max] = this.#bounds();
    if (min === 1 && max === 1) return part;
    if (min > max || min > MAX_REPEATS || (max !== Infinity && max > MAX_REPEATS)) throw new Unread();
    // A lazy or doubled quantifier is not read.
    if ('?*+{'.includes(this.#peek()) && !this.isAtEnd()) throw new Unread();
    return { kind: 'repeat', part, min, max };
  }

  #bounds(): readonly [number, number] {
    if (this.#take('?')) return [0, 1];
    if (this.#take('*')) return [0, Infinity];
    if (this.#take('+')) return [1, Infinity];
    if (this.#peek() !== '{') return [1, 1];
    const written = /^\{(\d+)(,(\d*))?\}/.exec(this.#text.slice(this.#at));
    if (written === null) throw new Unread();
    this.#at += written[0].length;
    const min = Number(written[1]);
    if (written[2] === undefined) return [min, min];
    return [min, written[3] === '' ? Infinity : Number(written[3])];
  }

  /** Inside brackets: characters, ranges and classes, or all but these. */
  #set(): ReadonlySet<number> {
    const negated = this.#take('^');
    const found = new Set<number>();
    while (!this.#take(']')) {
      if (this.isAtEnd()) throw new Unread();
      const low = this.#character();
      if (this.#peek() === '-' && this.#text[this.#at + 1] !== ']') {
        this.#at += 1;
        const [from, to] = [only(low), only(this.#character())];
        for (const byte of TEXT_BYTES) if (byte >= from && byte <= to) found.add(byte);
      } else for (const byte of low) found.add(byte);
    }
    return negated ? new Set(TEXT_BYTES.filter((byte) => !found.has(byte))) : found;
  }

  #character(): ReadonlySet<number> {
    const character = this.#next();
    if (character !== '\\') return one(character);
    const escaped = this.#next();
    const named = CLASS_ESCAPES[escaped];
    if (named !== undefined) return named;
    if (!SYNTAX.includes(escaped) && escaped !== '-' && escaped !== '/') throw new Unread();
    return one(escaped);
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #next(): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new Unread();
    this.#at += 1;
    return character;
  }

  #take(character: string): boolean {
    const isThere = this.#text[this.#at] === character;
    if (isThere) this.#at += 1;
    return isThere;
  }
}

/** One character; one that cannot stand in such a text as it is matches nothing there. */
const one = (character: string): ReadonlySet<number> => {
  const code = character.charCodeAt(0);
  if (code > 0x7f) throw new Unread();
  return new Set(TEXT_BYTES.filter((byte) => byte === code));
};

function only(set: ReadonlySet<number>): number {
  const [byte, other] = set;
  if (byte === undefined || other !== undefined) throw new Unread();
  return byte;
}
