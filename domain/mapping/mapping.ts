/**
 * A mapping file: how a partner's records become events of a contract, as data. `readMapping` checks the whole file and
 * lists every mistake; `domain/mapping/apply.ts` applies it. The format is described in docs/guide/partner.md.
 */
import { parsePath } from './path.ts';
import type { PathStep } from './path.ts';
import { isObject } from '../../contracts/json-object.ts';

/** How one field of the event comes about. Exactly one of value, from, template, digest. */
export interface Rule {
  readonly kind: 'value' | 'from' | 'template' | 'digest';
  readonly value?: unknown;
  /** The first path that leads to a value counts. */
  readonly paths: readonly (readonly PathStep[])[];
  /** Literal texts and places of a template, in turn. */
  readonly parts: readonly (string | readonly (readonly PathStep[])[])[];
  /** Applies only when one of these paths leads to a value. */
  readonly when?: readonly (readonly PathStep[])[];
  readonly lookup?: Readonly<Record<string, unknown>>;
  readonly otherwise?: unknown;
  readonly as?: Conversion;
  /** Numbers are multiplied by this, e.g. 1.609344 from miles. */
  readonly scale?: number;
  /** Decimal places that a number is rounded to. */
  readonly digits?: number;
}

const CONVERSIONS = ['string', 'number', 'integer', 'boolean', 'epoch-seconds', 'epoch-milliseconds'] as const;
export type Conversion = (typeof CONVERSIONS)[number];

export interface Mapping {
  readonly name: string;
  readonly contract: string;
  /** Texts that mean "missing" in this source, e.g. "N/A". */
  readonly sentinels: ReadonlySet<string>;
  /** Target path in the event (dots for nesting) and its rule, in file order. */
  readonly fields: readonly { readonly target: readonly string[]; readonly rule: Rule }[];
}

export class MappingError extends Error {
  override readonly name = 'MappingError';
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}

const KINDS = ['value', 'from', 'template', 'digest'] as const;
const RULE_KEYS = new Set<string>([...KINDS, 'when', 'lookup', 'otherwise', 'as', 'scale', 'digits']);

/** @throws MappingError with every mistake of the file. */
export function readMapping(file: unknown): Mapping {
  if (!isObject(file)) throw new MappingError(['a mapping is a JSON object with name, contract and fields']);
  const mistakes: string[] = [];
  const text = (key: string): string => {
    const value = file[key];
    if (typeof value === 'string' && value !== '') return value;
    mistakes.push(`${key}: got ${JSON.stringify(value) ?? 'nothing'}, expected a text`);
    return '';
  };
  const [name, contract] = [text('name'), text('contract')];
  const sentinels = file['sentinels'] ?? [];
  if (!Array.isArray(sentinels) || !sentinels.every((each) => typeof each === 'string')) mistakes.push('sentinels: expected a list of texts, for example ["N/A"]');
  const source = file['fields'];
  if (!isObject(source)) mistakes.push('fields: expected an object, for example {"eventId": {"from": "id"}}');
  const fields = Object.entries(isObject(source) ? source : {}).flatMap(([target, rule]) => {
    const read = readRule(`fields.${target}`, rule, mistakes);
    return read === undefined ? [] : [{ target: target.split('.'), rule: read }];
  });
  if (mistakes.length > 0) throw new MappingError(mistakes);
  return { name, contract, sentinels: new Set(sentinels as string[]), fields };
}

function readRule(at: string, rule: unknown, mistakes: string[]): Rule | undefined {
  if (!isObject(rule)) return void mistakes.push(`${at}: expected a rule, for example {"from": "id"}`);
  const kinds = KINDS.filter((kind) => kind in rule);
  const kind = kinds[0];
  if (kind === undefined || kinds.length > 1) return void mistakes.push(`${at}: expected exactly one of ${KINDS.join(', ')}; got ${kinds.join(' and ') === '' ? 'none' : kinds.join(' and ')}`);
  for (const key of Object.keys(rule)) if (!RULE_KEYS.has(key)) mistakes.push(`${at}: "${key}" is not known; allowed: ${[...RULE_KEYS].join(', ')}`);
  const conversion = rule['as'];
  if (conversion !== undefined && !CONVERSIONS.includes(conversion as Conversion)) mistakes.push(`${at}.as: got ${JSON.stringify(conversion)}, allowed: ${CONVERSIONS.join(', ')}`);
  for (const key of ['scale', 'digits']) if (rule[key] !== undefined && typeof rule[key] !== 'number') mistakes.push(`${at}.${key}: expected a number`);
  if (rule['lookup'] !== undefined && !isObject(rule['lookup'])) mistakes.push(`${at}.lookup: expected an object, for example {"LOAD": "LOADED"}`);
  return {
    kind,
    value: rule['value'],
    paths: kind === 'from' || kind === 'digest' ? readPaths(`${at}.${kind}`, rule[kind], mistakes) : [],
    parts: kind === 'template' ? readTemplate(`${at}.template`, rule['template'], mistakes) : [],
    ...(rule['when'] === undefined ? {} : { when: readPaths(`${at}.when`, rule['when'], mistakes) }),
    ...(isObject(rule['lookup']) ? { lookup: rule['lookup'] } : {}),
    ...('otherwise' in rule ? { otherwise: rule['otherwise'] } : {}),
    ...(conversion === undefined ? {} : { as: conversion as Conversion }),
    ...(typeof rule['scale'] === 'number' ? { scale: rule['scale'] } : {}),
    ...(typeof rule['digits'] === 'number' ? { digits: rule['digits'] } : {}),
  };
}

function readPaths(at: string, value: unknown, mistakes: string[]): (readonly PathStep[])[] {
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  return texts.flatMap((text) => {
    if (typeof text !== 'string') return (mistakes.push(`${at}: expected a path or a list of paths, for example "payload.eventID"`), []);
    try {
      return [parsePath(text)];
    } catch (error) {
      mistakes.push(`${at}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  });
}

/** `DCSA:{metadata.publisher.carrierCode|metadata.publisher.partyName}`: in braces, paths of which the first with a value counts. */
function readTemplate(at: string, value: unknown, mistakes: string[]): (string | readonly (readonly PathStep[])[])[] {
  if (typeof value !== 'string') return (mistakes.push(`${at}: expected a text, for example "DCSA:{carrier}"`), []);
  return value.split(/(\{[^}]*\})/).filter((part) => part !== '').map((part) => (part.startsWith('{') ? readPaths(at, part.slice(1, -1).split('|'), mistakes) : part));
}
