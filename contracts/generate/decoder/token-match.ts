/** Code that recognises one of several known texts at `p` by comparing words of four bytes, and does what belongs to it. */

/** A text as it stands in an event, its end mark included (so that none is the beginning of another), and the code to run with `p` behind it. */
export interface Token {
  readonly bytes: Buffer;
  readonly action: string;
}

const WORD = 4;

const place = (offset: number): string => (offset === 0 ? 'p' : `p + ${offset}`);
const wordAt = ({ bytes }: Token, offset: number): number => bytes.readInt32LE(offset);

/**
 * A block that leaves itself after the action of the token at `p`; behind it stands what to do when there is none.
 *
 * @param label name of the block, free where it is put.
 */
export function matchToken(tokens: readonly Token[], label: string, otherwise: string): string {
  const short = tokens.filter(({ bytes }) => bytes.length < WORD);
  const long = tokens.filter(({ bytes }) => bytes.length >= WORD);
  const leave = `break ${label};`;
  const chain = short.map((token) => `if (${[...token.bytes].map((byte, index) => `b[${place(index)}] === ${byte}`).join(' && ')}) { ${found(token, leave)} }`);
  return `${label}: {\n${[...chain, tree(long, { tested: [], leave, depth: 0 })].join('\n')}\n${otherwise}\n}`;
}

const found = ({ bytes, action }: Token, leave: string): string => `p += ${bytes.length}; ${action} ${leave}`;

interface Branch {
  /** Offsets whose words are known here. */
  readonly tested: readonly number[];
  readonly leave: string;
  readonly depth: number;
}

/** Halves the tokens by the word that tells most of them apart, until one is left, which is then compared whole. */
function tree(tokens: readonly Token[], branch: Branch): string {
  const [first, ...others] = tokens;
  if (first === undefined) return '';
  if (others.length === 0) return leaf(first, branch);
  const offset = bestOffset(tokens);
  const groups = Map.groupBy(tokens, (token) => wordAt(token, offset));
  const variable = `w${branch.depth}`;
  const sorted = [...groups].sort(([a], [b]) => a - b);
  const below = { ...branch, tested: [...branch.tested, offset], depth: branch.depth + 1 };
  return `const ${variable} = v.getInt32(${place(offset)}, true);\n${halves(sorted, variable, below)}`;
}

function halves(groups: readonly (readonly [number, readonly Token[]])[], variable: string, below: Branch): string {
  if (groups.length <= 2) return groups.map(([word, tokens]) => `if (${variable} === ${word}) {\n${tree(tokens, below)}\n}`).join(' else ');
  const middle = groups.length >> 1;
  const word = groups[middle]?.[0] ?? 0;
  return `if (${variable} < ${word}) {\n${halves(groups.slice(0, middle), variable, below)}\n} else {\n${halves(groups.slice(middle), variable, below)}\n}`;
}

/** Where the tokens differ most; the first of such places. Tokens that end with a mark of their own always differ somewhere in the shortest. */
function bestOffset(tokens: readonly Token[]): number {
  const last = Math.min(...tokens.map(({ bytes }) => bytes.length)) - WORD;
  const offsets = Array.from({ length: last + 1 }, (_, offset) => offset);
  const distinct = (offset: number): number => new Set(tokens.map((token) => wordAt(token, offset))).size;
  const best = offsets.reduce((a, b) => (distinct(b) > distinct(a) ? b : a), 0);
  if (distinct(best) < 2) throw new RangeError(`The texts ${tokens.map(({ bytes }) => bytes.toString()).join(', ')} cannot be told apart.`);
  return best;
}

/** All words of the token that are not known yet; the last may overlap the one before. */
function leaf(token: Token, { tested, leave }: Branch): string {
  const ends = Array.from({ length: Math.floor(token.bytes.length / WORD) }, (_, index) => index * WORD);
  const offsets = new Set([...ends, token.bytes.length - WORD]);
  const tests = [...offsets].filter((offset) => !tested.includes(offset)).map((offset) => `v.getInt32(${place(offset)}, true) === ${wordAt(token, offset)}`);
  return tests.length === 0 ? found(token, leave) : `if (${tests.join(' && ')}) { ${found(token, leave)} }`;
}
