/** The kinds of value a configuration field may take: what is accepted, how that is said to people, and an example. */

export interface ValueRule {
  readonly kind: 'value';
  readonly accepts: (value: unknown) => boolean;
  /** Continues "allowed:", e.g. `1 to 10000, or "on-demand"`. */
  readonly allowed: string;
  readonly example: unknown;
  readonly required: boolean;
  /** A wrong value may be a secret: a message does not repeat it. */
  readonly hidden?: boolean;
}

/** Fields by name; any other name is a mistake. */
export interface GroupRule {
  readonly kind: 'group';
  readonly fields: Readonly<Record<string, FieldRule>>;
}

/** Names that are only known when the contracts are read, each with the same shape. */
export interface MapRule {
  readonly kind: 'map';
  readonly names: readonly string[];
  /** What a name is, e.g. `a contract`. */
  readonly nameOf: string;
  readonly each: GroupRule;
}

/** A list of objects of several kinds; one of their fields says of which. */
export interface EntriesRule {
  readonly kind: 'entries';
  readonly by: string;
  readonly kinds: Readonly<Record<string, GroupRule>>;
  /** One entry. */
  readonly example: unknown;
}

export type FieldRule = ValueRule | GroupRule | MapRule | EntriesRule;

const value = (rule: Omit<ValueRule, 'kind' | 'required'>): ValueRule => ({ kind: 'value', required: false, ...rule });

export const required = (rule: ValueRule): ValueRule => ({ ...rule, required: true });

export const group = (fields: Readonly<Record<string, FieldRule>>): GroupRule => ({ kind: 'group', fields });

export const mapOf = (nameOf: string, names: readonly string[], each: GroupRule): MapRule => ({ kind: 'map', names, nameOf, each });

export const entries = (rule: Omit<EntriesRule, 'kind'>): EntriesRule => ({ kind: 'entries', ...rule });

export function wholeNumber({ from, to, unit, example }: { from: number; to: number; unit?: string; example: number }): ValueRule {
  const accepts = (given: unknown): boolean => typeof given === 'number' && Number.isInteger(given) && given >= from && given <= to;
  return value({ accepts, allowed: `${from} to ${to}${unit === undefined ? '' : ` ${unit}`}`, example });
}

/** A number with a fraction, above `above`. */
export function number({ above, to, unit, example }: { above: number; to: number; unit?: string; example: number }): ValueRule {
  const accepts = (given: unknown): boolean => typeof given === 'number' && given > above && given <= to;
  return value({ accepts, allowed: `above ${above}, up to ${to}${unit === undefined ? '' : ` ${unit}`}`, example });
}

export function oneOf(values: readonly (string | number)[], example: string | number): ValueRule {
  const accepts = (given: unknown): boolean => values.some((allowed) => allowed === given);
  return value({ accepts, allowed: values.map((allowed) => JSON.stringify(allowed)).join(', '), example });
}

export function either(first: ValueRule, second: ValueRule): ValueRule {
  return value({ accepts: (given) => first.accepts(given) || second.accepts(given), allowed: `${first.allowed}, or ${second.allowed}`, example: first.example });
}

export const yesOrNo: ValueRule = value({ accepts: (given) => typeof given === 'boolean', allowed: 'true, false', example: true });

export function text({ pattern, allowed, example, hidden = false }: { pattern: RegExp; allowed: string; example: string; hidden?: boolean }): ValueRule {
  return value({ accepts: (given) => typeof given === 'string' && pattern.test(given), allowed, example, hidden });
}

/** An IANA time zone: an area with a place, or UTC. Offsets are none, they do not know of summer time. */
export const timeZone: ValueRule = value({
  accepts: (given) => typeof given === 'string' && /^(UTC|[A-Z][A-Za-z_]+\/[A-Za-z_/+-]+)$/.test(given) && isKnownTimeZone(given),
  allowed: 'an IANA time zone',
  example: 'Europe/Berlin',
});

function isKnownTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}

export function listOf(item: ValueRule, { atLeast = 0 }: { atLeast?: number } = {}): ValueRule {
  const accepts = (given: unknown): boolean => Array.isArray(given) && given.length >= atLeast && given.every((entry) => item.accepts(entry));
  return value({ accepts, allowed: `a list${atLeast > 0 ? ` of at least ${atLeast}` : ''}, each ${item.allowed}`, example: [item.example] });
}
