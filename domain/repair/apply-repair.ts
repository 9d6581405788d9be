import type { Conversion, Repair, RepairStep } from './repair.ts';
import { valueAt, without, withValue } from './pointer.ts';

/** The event after all steps, in their order; the one that was given is left as it was. A step whose field is not there does nothing. */
export const applyRepair = (repair: Repair, event: unknown): unknown => repair.steps.reduce(applyStep, event);

function applyStep(event: unknown, step: RepairStep): unknown {
  const value = valueAt(event, step.at);
  switch (step.kind) {
    case 'set': return step.onlyIfMissing && value !== undefined ? event : withValue(event, step.at, step.value);
    case 'rename': return value === undefined ? event : withValue(without(event, step.at), step.to, value);
    case 'convert': return value === undefined ? event : withValue(event, step.at, converted(value, step.to));
    case 'replace': return typeof value === 'string' && Object.hasOwn(step.values, value) ? withValue(event, step.at, step.values[value]) : event;
    case 'remove': return without(event, step.at);
  }
}

/** What cannot be converted stays: the contract then says what is wrong with it. */
function converted(value: unknown, to: Conversion): unknown {
  switch (to) {
    case 'number': return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
    case 'text': return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    case 'boolean': return value === 'true' || value === 'false' ? value === 'true' : value;
    case 'trimmed': return typeof value === 'string' ? value.trim() : value;
    case 'upper-case': return typeof value === 'string' ? value.toUpperCase() : value;
    case 'instant-from-seconds': return instant(value, 1_000);
    case 'instant-from-milliseconds': return instant(value, 1);
  }
}

/** Most milliseconds from 1970 that a date can have (ECMAScript, time values). */
const LAST_INSTANT = 8.64e15;

function instant(value: unknown, factor: number): unknown {
  const time = (typeof value === 'string' && value.trim() !== '' ? Number(value) : value);
  return typeof time === 'number' && Math.abs(time * factor) <= LAST_INSTANT ? new Date(Math.round(time * factor)).toISOString() : value;
}
