/**
 * Applies a mapping to one record. Pure. A value that cannot be converted stays as it is: the contract's own check then
 * names the field and the value, which says more than a failed conversion would.
 */
import { createHash } from 'node:crypto';
import type { Mapping, Rule } from './mapping.ts';
import { follow } from './path.ts';
import type { PathStep } from './path.ts';

export function applyMapping(mapping: Mapping, record: unknown): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const { target, rule } of mapping.fields) {
    if (rule.when !== undefined && firstValue(record, rule.when, mapping.sentinels) === undefined) continue;
    const value = valueOf(rule, record, mapping.sentinels);
    if (value !== undefined) place(event, target, value);
  }
  return event;
}

function valueOf(rule: Rule, record: unknown, sentinels: ReadonlySet<string>): unknown {
  const raw = rawValue(rule, record, sentinels);
  const found = rule.lookup === undefined || raw === undefined ? raw : lookUp(rule.lookup, text(raw));
  const value = found ?? rule.otherwise;
  return value === undefined ? undefined : convert(value, rule);
}

function rawValue(rule: Rule, record: unknown, sentinels: ReadonlySet<string>): unknown {
  switch (rule.kind) {
    case 'value': return rule.value;
    case 'from': return firstValue(record, rule.paths, sentinels);
    case 'template': return rule.parts.map((part) => (typeof part === 'string' ? part : text(firstValue(record, part, sentinels) ?? ''))).join('');
    case 'digest': return digest(rule.paths.map((path) => text(follow(record, path) ?? '')));
  }
}

function firstValue(record: unknown, paths: readonly (readonly PathStep[])[], sentinels: ReadonlySet<string>): unknown {
  for (const path of paths) {
    const value = follow(record, path);
    if (value !== undefined && value !== null && value !== '' && !(typeof value === 'string' && sentinels.has(value.trim()))) return value;
  }
  return undefined;
}

/** Exact key first; then keys with `*` for any text, in file order. */
function lookUp(table: Readonly<Record<string, unknown>>, key: string): unknown {
  if (Object.hasOwn(table, key)) return table[key];
  for (const [pattern, value] of Object.entries(table)) {
    if (pattern.includes('*') && matches(pattern, key)) return value;
  }
  return undefined;
}

const matches = (pattern: string, key: string): boolean => new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(key);

/** An id that a re-sent file repeats: first 32 hex digits of SHA-256 over the raw texts (docs/guide/partner.md, derived ids). */
const digest = (parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

const text = (value: unknown): string => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value));

function convert(value: unknown, rule: Rule): unknown {
  switch (rule.as) {
    case undefined: return value;
    case 'string': return text(value);
    case 'boolean': return value === true || value === 'true' || value === '1' || value === 1 ? true : value === false || value === 'false' || value === '0' || value === 0 ? false : value;
    case 'number': return asNumber(value, rule);
    case 'integer': return asNumber(value, { ...rule, digits: 0 });
    case 'epoch-seconds': return asInstant(value, 1000);
    case 'epoch-milliseconds': return asInstant(value, 1);
  }
}

function asNumber(value: unknown, rule: Rule): unknown {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return value;
  const scaled = number * (rule.scale ?? 1);
  if (rule.digits === undefined) return scaled;
  const factor = 10 ** rule.digits;
  return Math.round(scaled * factor) / factor;
}

function asInstant(value: unknown, msPerUnit: number): unknown {
  const at = new Date(Number(value) * msPerUnit);
  return Number.isNaN(at.getTime()) ? value : at.toISOString();
}

function place(event: Record<string, unknown>, target: readonly string[], value: unknown): void {
  let at = event;
  for (const field of target.slice(0, -1)) {
    const inner = at[field];
    at = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : ((at[field] = {}));
  }
  at[target.at(-1) ?? ''] = value;
}
