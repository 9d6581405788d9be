/** What a single value may be, before and after. Each comparison is a row of a table: from two schemas of the same field to what changed. */
import type { JsonSchema, JsonType } from '../schema/json-schema.ts';
import { checksOf, typesOf } from '../schema/json-schema.ts';
import type { ChangeKind, Difference } from './change.ts';

export interface Pair {
  readonly before: JsonSchema;
  readonly after: JsonSchema;
  /** JSON pointer of the field. */
  readonly field: string;
}

type Comparison = (pair: Pair) => readonly Difference[];

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
const shown = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));

const ALL_TYPES: readonly JsonType[] = ['string', 'number', 'boolean', 'object', 'array', 'null'];

const covers = (types: readonly JsonType[], type: JsonType): boolean => types.includes(type) || (type === 'integer' && types.includes('number'));

const compareTypes: Comparison = ({ before, after, field }) => {
  const [old, now] = [before, after].map((schema) => (typesOf(schema).length === 0 ? ALL_TYPES : typesOf(schema))) as [readonly JsonType[], readonly JsonType[]];
  const lost = old.filter((type) => !covers(now, type));
  const won = now.filter((type) => !covers(old, type));
  if (lost.length === 0 && won.length === 0) return [];
  const change = `${old.join(' or ')} became ${now.join(' or ')}`;
  if (lost.length > 0 && won.length > 0) return [{ kind: 'type-changed', field, reason: `${change}: events of old producers are refused` }];
  if (lost.length > 0) return [{ kind: 'type-narrowed', field, reason: `${change}: ${lost.join(', ')} is refused now` }];
  return [{ kind: 'type-widened', field, reason: `${change}: readers see ${won.join(', ')} too` }];
};

const allowed = (schema: JsonSchema): readonly unknown[] | undefined => schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);

const compareValuesAllowed: Comparison = ({ before, after, field }) => {
  const [old, now] = [allowed(before), allowed(after)];
  if (old === undefined && now === undefined) return [];
  if (old === undefined) return [{ kind: 'enum-narrowed', field, reason: `only ${shown(now)} is allowed now; anything was` }];
  if (now === undefined) return [{ kind: 'enum-widened', field, reason: `any value is allowed now; only ${shown(old)} was` }];
  const lost = old.filter((value) => !now.some((other) => same(value, other)));
  const won = now.filter((value) => !old.some((other) => same(value, other)));
  return [
    ...(lost.length === 0 ? [] : [{ kind: 'enum-narrowed' as const, field, reason: `${lost.map(shown).join(', ')} is refused now` }]),
    ...(won.length === 0 ? [] : [{ kind: 'enum-widened' as const, field, reason: `${won.map(shown).join(', ')} is new: readers meet values they do not know` }]),
  ];
};

/** A bound of a number or a length. */
interface Bound {
  readonly value: number;
  readonly exclusive: boolean;
}

/** Of two equal bounds the later one counts: give the exclusive one last. */
function tightest(bounds: readonly (Bound | undefined)[], sign: 1 | -1): Bound | undefined {
  const given = bounds.filter((bound) => bound !== undefined);
  return given.toSorted((one, other) => sign * (one.value - other.value)).at(-1);
}

const bound = (value: number | undefined, exclusive: boolean): Bound | undefined => (value === undefined ? undefined : { value, exclusive });
const lower = (schema: JsonSchema): Bound | undefined => tightest([bound(schema.minimum, false), bound(schema.exclusiveMinimum, true)], 1);
const upper = (schema: JsonSchema): Bound | undefined => tightest([bound(schema.maximum, false), bound(schema.exclusiveMaximum, true)], -1);

/** -1: looser, 0: the same, 1: tighter. */
function tighter(before: Bound | undefined, after: Bound | undefined, sign: 1 | -1): number {
  if (before === undefined || after === undefined) return Number(after !== undefined) - Number(before !== undefined);
  return Math.sign(sign * (after.value - before.value) || Number(after.exclusive) - Number(before.exclusive));
}

interface Limit {
  readonly kind: 'range' | 'length';
  readonly words: string;
  readonly sign: 1 | -1;
  readonly of: (schema: JsonSchema) => Bound | undefined;
}

const LIMITS: readonly Limit[] = [
  { kind: 'range', words: 'lower bound', sign: 1, of: lower },
  { kind: 'range', words: 'upper bound', sign: -1, of: upper },
  { kind: 'length', words: 'least length', sign: 1, of: (schema) => bound(schema.minLength, false) },
  { kind: 'length', words: 'greatest length', sign: -1, of: (schema) => bound(schema.maxLength, false) },
  { kind: 'length', words: 'least number of entries', sign: 1, of: (schema) => bound(schema.minItems, false) },
  { kind: 'length', words: 'greatest number of entries', sign: -1, of: (schema) => bound(schema.maxItems, false) },
  { kind: 'length', words: 'least number of fields', sign: 1, of: (schema) => bound(schema.minProperties, false) },
  { kind: 'length', words: 'greatest number of fields', sign: -1, of: (schema) => bound(schema.maxProperties, false) },
];

const compareLimits: Comparison = ({ before, after, field }) =>
  LIMITS.flatMap(({ kind, words, sign, of }) => {
    const [old, now] = [of(before), of(after)];
    const direction = tighter(old, now, sign);
    if (direction === 0) return [];
    const text = (limit: Bound | undefined): string => (limit === undefined ? 'none' : `${limit.value}${limit.exclusive ? ' (itself excluded)' : ''}`);
    return [{ kind: `${kind}-${direction > 0 ? 'tightened' : 'widened'}` as ChangeKind, field, reason: `${words} was ${text(old)}, is ${text(now)}` }];
  });

const compareSteps: Comparison = ({ before, after, field }) => {
  const [old, now] = [before.multipleOf, after.multipleOf];
  if (old === now) return [];
  const wider = now === undefined || (old !== undefined && Number.isInteger(old / now));
  return [{ kind: wider ? 'range-widened' : 'range-tightened', field, reason: `multiples of ${shown(old)} became multiples of ${shown(now)}` }];
};

const compareUniqueness: Comparison = ({ before, after, field }) => {
  const [old, now] = [before.uniqueItems === true, after.uniqueItems === true];
  if (old === now) return [];
  return [{ kind: now ? 'length-tightened' : 'length-widened', field, reason: now ? 'an entry may not come twice now' : 'an entry may come twice now' }];
};

/** Nobody can say whether one expression allows all that another does: a changed one counts as tighter. */
const textRule = (keyword: 'pattern' | 'format'): Comparison => ({ before, after, field }) => {
  const [old, now] = [before[keyword], after[keyword]];
  if (old === now) return [];
  if (now === undefined) return [{ kind: `${keyword}-widened`, field, reason: `the ${keyword} ${shown(old)} is gone` }];
  return [{ kind: `${keyword}-tightened`, field, reason: old === undefined ? `the ${keyword} ${now} is new` : `the ${keyword} was ${old}, is ${now}: texts that were good may be refused` }];
};

const compareChecks: Comparison = ({ before, after, field }) => {
  const [old, now] = [checksOf(before), checksOf(after)];
  return [
    ...now.filter((check) => !old.includes(check)).map((check) => ({ kind: 'check-added' as const, field, reason: `the check ${check} is new; it only warns` })),
    ...old.filter((check) => !now.includes(check)).map((check) => ({ kind: 'check-removed' as const, field, reason: `the check ${check} is gone` })),
  ];
};

const WORDS = ['title', 'description', 'examples', 'x-enum'] as const;

const compareWords: Comparison = ({ before, after, field }) => {
  const changed = WORDS.filter((word) => !same(before[word], after[word]));
  return changed.length === 0 ? [] : [{ kind: 'description-changed', field, reason: `${changed.join(', ')} changed: words only` }];
};

const COMPARISONS: readonly Comparison[] = [
  compareTypes, compareValuesAllowed, compareLimits, compareSteps, compareUniqueness, textRule('pattern'), textRule('format'), compareChecks, compareWords,
];

/** All differences of the value itself, without its fields and conditions. */
export const compareValues: Comparison = (pair) => COMPARISONS.flatMap((compare) => compare(pair));
