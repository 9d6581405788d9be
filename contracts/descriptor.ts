/** Reads `contract.json`: everything that is wrong with it at once, each with the field, what stands there, what may, and an example. */
import type { ContractDescriptor } from './model.ts';
import { isObject } from './json-object.ts';

/** One wrong field of a file that a person wrote. */
export interface FileMistake {
  readonly field: string;
  readonly got: unknown;
  readonly allowed: string;
  readonly example: unknown;
}

/** A contract's files are wrong: the message lists every mistake of the file. */
export class ContractFileError extends Error {
  override readonly name = 'ContractFileError';
  readonly file: string;
  readonly mistakes: readonly FileMistake[];

  constructor(file: string, mistakes: readonly FileMistake[]) {
    super([`${file} has ${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'}:`, ...mistakes.map(line)].join('\n'));
    this.file = file;
    this.mistakes = mistakes;
  }
}

const line = ({ field, got, allowed, example }: FileMistake): string =>
  `  ${field.padEnd(24)} got ${got === undefined ? 'nothing' : JSON.stringify(got)}   allowed: ${allowed}   example: ${JSON.stringify(example)}`;

export const CONTRACT_NAME = /^(?=.{3,40}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

interface FieldRule {
  readonly field: string;
  readonly allowed: string;
  readonly example: unknown;
  readonly optional?: true;
  readonly accepts: (value: unknown) => boolean;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const isList = (value: unknown, entry: (value: unknown) => boolean): boolean => Array.isArray(value) && value.every(entry);
const isPointer = (value: unknown): boolean => value === '*' || (isText(value) && value.startsWith('/'));
const isWhole = (value: unknown, from: number, to: number): boolean => Number.isInteger(value) && (value as number) >= from && (value as number) <= to;
const isConsumer = (value: unknown): boolean => isObject(value) && isText(value['name']) && isList(value['reads'], isPointer);
const isDateByMajor = (value: unknown): boolean => isObject(value) && Object.entries(value).every(([major, date]) => /^[1-9]\d*$/.test(major) && typeof date === 'string' && /^\d{4}-\d\d-\d\d$/.test(date));

const whole = (field: string, { from, to, example }: { readonly from: number; readonly to: number; readonly example: number }): FieldRule => ({
  field,
  allowed: `a whole number from ${from} to ${to}`,
  example,
  accepts: (value) => isWhole(value, from, to),
});

const FIELDS: readonly FieldRule[] = [
  { field: 'name', allowed: 'kebab-case, 3 to 40 characters', example: 'web-order', accepts: (value) => typeof value === 'string' && CONTRACT_NAME.test(value) },
  { field: 'description', allowed: 'a sentence', example: 'Orders placed on the web shop.', accepts: isText },
  { field: 'owner', allowed: 'the owning team', example: 'shop-team', accepts: isText },
  { field: 'consumers', allowed: 'a list of { name, reads } with JSON pointers or "*"', example: [{ name: 'silver', reads: ['*'] }], accepts: (value) => isList(value, isConsumer) },
  { field: 'entityKey', allowed: 'a field of the event', example: 'orderId', accepts: isText },
  { field: 'eventTime', allowed: 'a field of the event', example: 'eventTime', accepts: isText },
  { field: 'identity', allowed: 'a list of at least one field', example: ['source', 'eventId'], accepts: (value) => isList(value, isText) && (value as unknown[]).length > 0 },
  { field: 'content', allowed: 'a list of fields', example: ['status', 'eventTime'], accepts: (value) => isList(value, isText) },
  { field: 'personalData', allowed: 'a list of JSON pointers', example: ['/customer/name'], accepts: (value) => isList(value, (entry) => entry !== '*' && isPointer(entry)) },
  { field: 'stream.mode', allowed: '"provisioned" or "on-demand"', example: 'provisioned', accepts: (value) => value === 'provisioned' || value === 'on-demand' },
  whole('stream.shards', { from: 1, to: 10_000, example: 4 }),
  whole('stream.retentionHours', { from: 24, to: 8_760, example: 168 }),
  whole('bronzeRetentionDays', { from: 1, to: 36_500, example: 730 }),
  whole('freshnessMinutes', { from: 1, to: 10_080, example: 20 }),
  whole('silenceMinutes', { from: 1, to: 1_440, example: 30 }),
  { field: 'deprecatedAfter', allowed: 'a date per major version', example: { 1: '2027-06-30' }, optional: true, accepts: isDateByMajor },
];

const KNOWN = new Set(FIELDS.map(({ field }) => field.split('.')[0]));

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), value);
}

/**
 * The descriptor in a parsed `contract.json`.
 *
 * @param file how the file is called in messages.
 * @throws ContractFileError
 */
export function parseDescriptor(value: unknown, file: string): ContractDescriptor {
  if (!isObject(value)) throw new ContractFileError(file, [{ field: '(the file)', got: value, allowed: 'an object', example: { name: 'web-order' } }]);
  const wrong = FIELDS.filter(({ field, optional, accepts }) => {
    const found = valueAt(value, field);
    return !(optional === true && found === undefined) && !accepts(found);
  }).map(({ field, allowed, example }) => ({ field, got: valueAt(value, field), allowed, example }));
  const unknown = Object.keys(value)
    .filter((name) => !KNOWN.has(name))
    .map((name) => ({ field: name, got: value[name], allowed: `no such field; known: ${[...KNOWN].join(', ')}`, example: null }));
  const mistakes = [...wrong, ...unknown];
  if (mistakes.length > 0) throw new ContractFileError(file, mistakes);
  return value as unknown as ContractDescriptor;
}
