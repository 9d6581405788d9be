/** A repair file: steps that turn a record that broke its contract into the event it was meant to be (docs/replay.md). */
import { isObject } from '../../contracts/json-object.ts';
import { readPointer } from './pointer.ts';
import type { Pointer } from './pointer.ts';

export const CONVERSIONS = ['number', 'text', 'boolean', 'trimmed', 'upper-case', 'instant-from-seconds', 'instant-from-milliseconds'] as const;
export type Conversion = (typeof CONVERSIONS)[number];

export type RepairStep =
  /** A value, for all or only where there is none. */
  | { readonly kind: 'set'; readonly at: Pointer; readonly value: unknown; readonly onlyIfMissing: boolean }
  | { readonly kind: 'rename'; readonly at: Pointer; readonly to: Pointer }
  | { readonly kind: 'convert'; readonly at: Pointer; readonly to: Conversion }
  /** Words by other words. */
  | { readonly kind: 'replace'; readonly at: Pointer; readonly values: Readonly<Record<string, unknown>> }
  | { readonly kind: 'remove'; readonly at: Pointer };

export interface Repair {
  readonly name: string;
  readonly steps: readonly RepairStep[];
}

/** A repair file with mistakes: all of them, each where it stands. */
export class RepairError extends Error {
  override readonly name = 'RepairError';
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(mistakes.join('; '));
    this.mistakes = mistakes;
  }
}

const KINDS = ['set', 'rename', 'convert', 'replace', 'remove'] as const;
const FIELDS: Readonly<Record<RepairStep['kind'], readonly string[]>> = { set: ['value', 'onlyIfMissing'], rename: ['to'], convert: ['to'], replace: ['values'], remove: [] };

/** @throws RepairError */
export function readRepair(document: unknown): Repair {
  if (!isObject(document)) throw new RepairError(['a repair file is one JSON object with "name" and "steps"']);
  const { name, steps, ...others } = document;
  const mistakes = Object.keys(others).map((field) => `"${field}" is no field of a repair file; allowed: name, steps`);
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) mistakes.push('name: allowed are up to 40 of a-z, 0-9 and -, for example "weights-as-numbers"');
  const list: readonly unknown[] = Array.isArray(steps) ? steps : [];
  if (list.length === 0) mistakes.push('steps: a list of at least one, for example [{"rename": "/shipment_id", "to": "/shipmentId"}]');
  const read = list.map((step, index) => readStep(step, (mistake) => void mistakes.push(`steps[${index}]: ${mistake}`)));
  if (mistakes.length > 0) throw new RepairError(mistakes);
  return { name: String(name), steps: read.filter((step) => step !== undefined) };
}

function readStep(step: unknown, complain: (mistake: string) => void): RepairStep | undefined {
  const [kind, ...more] = KINDS.filter((each) => isObject(step) && step[each] !== undefined);
  if (!isObject(step) || kind === undefined || more.length > 0) return void complain(`exactly one of ${KINDS.join(', ')} names the field`);
  const strange = Object.keys(step).filter((field) => field !== kind && !FIELDS[kind].includes(field));
  if (strange.length > 0) return void complain(`"${strange.join('", "')}" does not belong to ${kind}${FIELDS[kind].length === 0 ? '' : `; allowed: ${FIELDS[kind].join(', ')}`}`);
  const at = readPointer(step[kind]);
  if (at === undefined) return void complain(`${kind}: got ${JSON.stringify(step[kind])}; allowed: a JSON pointer to a field, for example "/location/unLocode"`);
  return ofKind(kind, at, step, complain);
}

function ofKind(kind: RepairStep['kind'], at: Pointer, step: Readonly<Record<string, unknown>>, complain: (mistake: string) => void): RepairStep | undefined {
  switch (kind) {
    case 'set': return step['value'] === undefined ? void complain('set needs a "value"') : { kind, at, value: step['value'], onlyIfMissing: step['onlyIfMissing'] === true };
    case 'rename': {
      const to = readPointer(step['to']);
      return to === undefined ? void complain('rename needs "to", a JSON pointer') : { kind, at, to };
    }
    case 'convert': {
      const to = CONVERSIONS.find((each) => each === step['to']);
      return to === undefined ? void complain(`convert: got "to" ${JSON.stringify(step['to'])}; allowed: ${CONVERSIONS.join(', ')}`) : { kind, at, to };
    }
    case 'replace': return isObject(step['values']) ? { kind, at, values: step['values'] } : void complain('replace needs "values", for example {"FINAL": "ACTUAL"}');
    case 'remove': return { kind, at };
  }
}
