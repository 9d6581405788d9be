/** Fault rules: what the sandbox can be told to do wrong, and to which calls. */

const ACTIONS = ['error', 'throttle', 'reset', 'drop', 'delay', 'duplicate', 'partial', 'kill-caller'] as const;
export type FaultAction = (typeof ACTIONS)[number];

export interface FaultRule {
  readonly id: string;
  /**
   * - `error`: answers `status` and `code`.
   * - `throttle`: answers as the service does when a limit is reached.
   * - `reset`: breaks the connection.
   * - `drop`: never answers; the caller's own timeout ends it.
   * - `delay`: answers, but `delayMs` later.
   * - `duplicate`: the network delivered the request twice (`delayMs` apart); the caller sees the first answer.
   * - `partial`: that `share` of the entries of a batch operation fails, the others have their effect.
   * - `kill-caller`: SIGKILL for the Lambda worker that asks.
   */
  readonly action: FaultAction;
  /** Signing name, for example `s3`. */
  readonly service?: string;
  /** For example `PutObject`. */
  readonly operation?: string;
  /** Function name, its access key `fn-<name>`, or `user`; `fn-` is any function, a `*` at the end stands for anything. */
  readonly caller?: string;
  /** Regular expression over the operation, the resource (`bucket/key`, table, stream) or the body. */
  readonly match?: string;
  /** Only this attempt of the SDK: 1 is the first. */
  readonly attempt?: number;
  /** `after`: the effect happens, then the fault; the answer is lost. Default `before`. */
  readonly when: 'before' | 'after';
  /** Share of matching calls (for `partial`: of entries) that are hit, by seed: the same calls in the same order are hit again. Default 1. */
  readonly share: number;
  readonly seed: number;
  /** So many matching calls pass before the rule starts: 2 hits the third. Default 0. */
  readonly skip: number;
  /** At most so many hits; without it no end. */
  readonly count?: number;
  readonly delayMs: number;
  /** HTTP status of `error`; default 500. */
  readonly status: number;
  /** Error code of `error`; by default what the service says with this status. */
  readonly code?: string;
}

/** The rules cannot be used; `problems` names every wrong field. */
export class FaultRuleError extends Error {
  override readonly name = 'FaultRuleError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The fault rules were not taken: ${problems.join('; ')}. Example: [{"id":"sink","service":"s3","operation":"PutObject","action":"error","status":503}]`);
    this.problems = problems;
  }
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => string | undefined;

const anyText: Check = (value) => (typeof value === 'string' && value !== '' ? undefined : 'a text that is not empty');
const oneOf = (allowed: readonly string[]): Check => (value) => (allowed.includes(value as string) ? undefined : `one of ${allowed.join(', ')}`);
const between = (low: number, high: number): Check => (value) => (typeof value === 'number' && value >= low && value <= high ? undefined : `a number from ${low} to ${high}`);
const whole = (low: number): Check => (value) => (Number.isSafeInteger(value) && (value as number) >= low ? undefined : `a whole number from ${low}`);
const pattern: Check = (value) => (typeof value === 'string' && isPattern(value) ? undefined : 'a regular expression');

const CHECKS: Readonly<Record<string, Check>> = {
  id: anyText,
  action: oneOf(ACTIONS),
  service: anyText,
  operation: anyText,
  caller: anyText,
  match: pattern,
  attempt: whole(1),
  when: oneOf(['before', 'after']),
  share: between(0, 1),
  seed: whole(0),
  skip: whole(0),
  count: whole(0),
  delayMs: between(0, 900_000),
  status: between(400, 599),
  code: anyText,
};
/** What GET adds to a rule: may come back in a PUT. */
const COUNTERS = ['seen', 'hits'];
const DEFAULTS = { when: 'before', share: 1, seed: 1, skip: 0, delayMs: 0, status: 500 } as const;

/** Rules from JSON as it came in. @throws FaultRuleError that names every wrong field of every rule */
export function parseFaultRules(input: unknown): FaultRule[] {
  if (!Array.isArray(input)) throw new FaultRuleError(['expected an array of rules']);
  const rules = input.map((rule: unknown) => (typeof rule === 'object' && rule !== null ? (rule as Fields) : {}));

  const problems = rules.flatMap((rule, at) => [...problemsOf(rule).map((problem) => `rule ${at}: ${problem}`)]);
  const ids = rules.map((rule) => rule['id']);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (twice.length > 0) problems.push(`id ${String(twice[0])} is there twice`);
  if (problems.length > 0) throw new FaultRuleError(problems);

  return rules.map((rule) => ({ ...DEFAULTS, ...(withoutCounters(rule) as unknown as FaultRule) }));
}

function problemsOf(rule: Fields): string[] {
  const missing = ['id', 'action'].filter((field) => rule[field] === undefined).map((field) => `${field} is missing (${CHECKS[field]?.(undefined)})`);
  const wrong = Object.entries(rule)
    .filter(([field, value]) => value !== undefined && !COUNTERS.includes(field))
    .map(([field, value]) => problemOf(field, value))
    .filter((problem) => problem !== undefined);
  return [...missing, ...wrong];
}

function problemOf(field: string, value: unknown): string | undefined {
  const check = CHECKS[field];
  if (check === undefined) return `${field} is not known; allowed: ${Object.keys(CHECKS).join(', ')}`;
  const wanted = check(value);
  return wanted === undefined ? undefined : `${field} is ${JSON.stringify(value)}, expected ${wanted}`;
}

const withoutCounters = (rule: Fields): Fields => Object.fromEntries(Object.entries(rule).filter(([field, value]) => value !== undefined && !COUNTERS.includes(field)));

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}
