/** The rules in force, with what they have seen and hit. Empty until somebody puts rules in. */
import { FUNCTION_PREFIX, JOB_CALLER, USER } from '../caller.ts';
import type { CallIdentity } from '../router-part.ts';
import { chance, numberOf } from './chance.ts';
import type { FaultRule } from './rule.ts';

/** What a rule looks at. */
export type FaultTarget = Pick<CallIdentity, 'service' | 'operation' | 'resource' | 'caller' | 'attempt'> & { readonly body: Buffer };

export interface CountedRule extends FaultRule {
  /** Matching calls so far. */
  readonly seen: number;
  /** Calls that the fault was done to. */
  readonly hits: number;
}

export interface Hit {
  readonly rule: FaultRule;
  /** Number of this matching call, from 1: makes partial failures differ from call to call and repeat from run to run. */
  readonly seen: number;
}

export interface FaultBook {
  /** True when any rule is there: the proxy then keeps bodies whole. */
  readonly active: boolean;
  rules(): CountedRule[];
  /** Puts these rules in place of all others; counters start again. */
  replace(rules: readonly FaultRule[]): void;
  /** Takes one rule out. False when there is none of this id. */
  remove(id: string): boolean;
  /** The first rule that hits this call, if any; counts. */
  pick(call: FaultTarget): Hit | undefined;
}

interface Entry {
  readonly rule: FaultRule;
  readonly pattern: RegExp | undefined;
  seen: number;
  hits: number;
}

export function createFaultBook(): FaultBook {
  let entries: Entry[] = [];

  return {
    get active() {
      return entries.length > 0;
    },
    rules: () => entries.map(({ rule, seen, hits }) => ({ ...rule, seen, hits })),
    replace(rules) {
      entries = rules.map((rule) => ({ rule, pattern: rule.match === undefined ? undefined : new RegExp(rule.match), seen: 0, hits: 0 }));
    },
    remove(id) {
      const before = entries.length;
      entries = entries.filter(({ rule }) => rule.id !== id);
      return entries.length < before;
    },
    pick(call) {
      const entry = entries.find((candidate) => matches(candidate, call) && fires(candidate));
      if (entry === undefined) return undefined;
      entry.hits += 1;
      return { rule: entry.rule, seen: entry.seen };
    },
  };
}

function matches({ rule, pattern }: Entry, call: FaultTarget): boolean {
  if (rule.service !== undefined && rule.service !== call.service) return false;
  if (rule.operation !== undefined && rule.operation !== call.operation) return false;
  if (rule.attempt !== undefined && rule.attempt !== call.attempt) return false;
  if (rule.caller !== undefined && !isCaller(rule.caller, call.caller)) return false;
  return pattern === undefined || pattern.test(call.operation) || pattern.test(call.resource) || (call.body.length > 0 && pattern.test(call.body.toString('utf8')));
}

/** A function's name, or its access key `fn-<name>`; `fn-` alone is any function, a `*` at the end stands for anything. */
function isCaller(wanted: string, caller: string): boolean {
  if (wanted === caller || wanted === '*') return true;
  if (wanted.startsWith(FUNCTION_PREFIX) && caller !== USER && !caller.startsWith(JOB_CALLER)) {
    const name = wanted.slice(FUNCTION_PREFIX.length);
    return name === '' || isName(name, caller);
  }
  return isName(wanted, caller);
}

function isName(wanted: string, name: string): boolean {
  return wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

/** Counts the call, then decides by skip, count and share. For `partial` the share is of entries, so every call is hit. */
function fires(entry: Entry): boolean {
  const { rule } = entry;
  entry.seen += 1;
  if (entry.seen <= rule.skip) return false;
  if (rule.count !== undefined && entry.hits >= rule.count) return false;
  return rule.action === 'partial' || chance(rule.seed, numberOf(rule.id), entry.seen) < rule.share;
}
