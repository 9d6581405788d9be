/** Regular expressions of schemas as tables of states: the part of their language that names and codes are written in. */
import { parsePattern } from './pattern-parts.ts';
import type { Part } from './pattern-parts.ts';

/** As `PatternTable` of the validation, in plain numbers. */
export interface TableNumbers {
  readonly classes: readonly number[];
  readonly moves: readonly number[];
  readonly width: number;
}

const QUOTE = 0x22;
const ACCEPTED = 255;
const MAX_STATES = 250;

/** Nodes of the automaton before it is made deterministic: each consumes one of its bytes, or (without bytes) goes on for nothing. */
interface Node {
  readonly bytes?: ReadonlySet<number>;
  readonly next: number[];
}

/**
 * The table of a pattern over texts of plain ASCII without escapes; undefined when the pattern uses what this does not know, or would need too many states.
 */
export function patternTable(pattern: string): TableNumbers | undefined {
  const part = parsePattern(pattern);
  return part === undefined ? undefined : determinize(build(part));
}

interface Automaton {
  readonly nodes: readonly Node[];
  readonly start: number;
  readonly end: number;
}

function build(part: Part): Automaton {
  const nodes: Node[] = [];
  const add = (node: Node): number => nodes.push(node) - 1;
  /** Adds the nodes of a part that goes on to `then`; answers where it begins. */
  const before = (one: Part, then: number): number => {
    switch (one.kind) {
      case 'bytes':
        return add({ bytes: one.bytes, next: [then] });
      case 'sequence':
        return one.parts.reduceRight((next, each) => before(each, next), then);
      case 'choice':
        return add({ next: one.parts.map((each) => before(each, then)) });
      case 'repeat':
        return repeat(one, then);
    }
  };
  const repeat = ({ part: one, min, max }: Extract<Part, { kind: 'repeat' }>, then: number): number => {
    let entry = then;
    if (max === Infinity) {
      const loop: Node = { next: [then] };
      entry = add(loop);
      loop.next.push(before(one, entry));
    } else for (let count = min; count < max; count += 1) entry = add({ next: [then, before(one, entry)] });
    for (let count = 0; count < min; count += 1) entry = before(one, entry);
    return entry;
  };
  const end = add({ next: [] });
  return { nodes, start: before(part, end), end };
}

/** Every node that is reached without a byte. */
function closure(nodes: readonly Node[], from: Iterable<number>): number[] {
  const reached = new Set<number>();
  const open = [...from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (reached.has(index)) continue;
    reached.add(index);
    const node = nodes[index];
    if (node?.bytes === undefined) open.push(...(node?.next ?? []));
  }
  return [...reached].sort((a, b) => a - b);
}

function determinize({ nodes, start, end }: Automaton): TableNumbers | undefined {
  const { classes, representatives } = byteClasses(nodes);
  const width = representatives.length + 2;
  const quoteClass = width - 1;
  const numbers = new Map<string, number>();
  const sets: number[][] = [[]];
  const numberOf = (set: number[]): number => {
    if (set.length === 0) return 0;
    const name = set.join();
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, sets.push(set) - 1);
    return sets.length - 1;
  };
  numberOf(closure(nodes, [start]));
  const moves: number[] = Array.from({ length: width }, () => 0);
  for (let state = 1; state < sets.length; state += 1) {
    if (sets.length > MAX_STATES) return undefined;
    const set = sets[state] ?? [];
    const row = [0, ...representatives.map((byte) => numberOf(closure(nodes, set.flatMap((index) => (nodes[index]?.bytes?.has(byte) === true ? nodes[index].next : [])))))];
    moves.push(...row, set.includes(end) ? ACCEPTED : 0);
  }
  return { classes: classes.map((byteClass, byte) => (byte === QUOTE ? quoteClass : byteClass)), moves, width };
}

/** Bytes that no node tells apart are one class; class 0 fits nowhere. */
function byteClasses(nodes: readonly Node[]): { readonly classes: number[]; readonly representatives: number[] } {
  const sets = [...new Set(nodes.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes])))];
  const representatives: number[] = [];
  const known = new Map<string, number>();
  const classes = Array.from({ length: 256 }, (_, byte) => {
    const signature = sets.map((set) => Number(set.has(byte))).join('');
    if (!signature.includes('1')) return 0;
    const found = known.get(signature);
    if (found !== undefined) return found;
    known.set(signature, representatives.push(byte));
    return representatives.length;
  });
  return { classes, representatives };
}
