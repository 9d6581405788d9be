/**
 * Checks that JSON Schema cannot say, named in a schema by `x-check`. They warn or void a field and never refuse an event: the examples in the
 * standards themselves break them. Each gets the value its schema describes and must answer true for whatever other rules already refuse.
 */
import type { Severity } from '../model.ts';
import { isAirWaybill, isContainerNumber, isGln, isImoNumber, isSscc } from './identifiers.ts';
import { looksSwapped } from './country-boxes.ts';

export interface Check {
  /** Reported as the rule. */
  readonly rule: string;
  /** Type of the value that carries the check. */
  readonly on: 'string' | 'object';
  /** JSON pointer, from the value that carries the check, of the field at fault. */
  readonly field: string;
  readonly severity: Exclude<Severity, 'reject'>;
  /** The end of a sentence that starts with the field. */
  readonly message: string;
  /** The rule in words, for the dictionary. */
  readonly says: string;
  readonly passes: (value: unknown) => boolean;
  /** On an object: all fields that it looks at. A check that does not say so keeps its objects from being judged in place. */
  readonly reads?: readonly string[];
  /** On an object: it passes wherever one of these fields is absent, or (unless `given`) has none of these values. */
  readonly onlyWhen?: Readonly<Record<string, readonly string[] | 'given'>>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TEN_YEARS_MS = 3_653 * DAY_MS;
/** A position may be this much older than the message that carries it. */
const STALE_FIX_MS = 60_000;

const field = (value: unknown, name: string): unknown => (value as Readonly<Record<string, unknown>>)[name];

/**
 * Milliseconds of a time; undefined for what is none, which other rules report. Whether the calendar has the date is not asked again here: checks only
 * warn, and this runs for every event.
 */
function instant(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Times in UTC compare as texts: most events are done with here, and no date is parsed for them. */
function inOrder(earlier: unknown, later: unknown): boolean {
  return typeof earlier === 'string' && typeof later === 'string' && earlier <= later && earlier.endsWith('Z') && later.endsWith('Z');
}

function nearEventTime(event: unknown, name: string): boolean {
  const other = field(event, name);
  if (other === undefined) return true;
  const [time, eventTime] = [instant(other), instant(field(event, 'eventTime'))];
  return time === undefined || eventTime === undefined || Math.abs(time - eventTime) <= TEN_YEARS_MS;
}

const yearsOff = (name: string): Check => ({
  rule: 'YEARS_OFF',
  on: 'object',
  field: `/${name}`,
  severity: 'warn',
  message: 'is more than ten years from eventTime',
  says: 'within ten years of eventTime',
  passes: (event) => nearEventTime(event, name),
  reads: ['eventTime', name],
  onlyWhen: { eventTime: 'given', [name]: 'given' },
});

const REFERENCE_CHECKS: Readonly<Record<string, (text: string) => boolean>> = { CONTAINER: isContainerNumber, SSCC: isSscc, AWB: isAirWaybill };

const checkDigit = (what: string, test: (text: string) => boolean): Check => ({
  rule: 'CHECK_DIGIT',
  on: 'string',
  field: '',
  severity: 'warn',
  message: `has a wrong check digit (${what})`,
  says: `check digit (${what})`,
  passes: (value) => test(value as string),
});

export const CHECKS: Readonly<Record<string, Check>> = {
  glnCheckDigit: checkDigit('GS1 GLN', (text) => !/^\d{13}$/.test(text) || isGln(text)),
  imoCheckDigit: checkDigit('IMO number', (text) => !/^\d{7}$/.test(text) || isImoNumber(text)),
  containerCheckDigit: {
    ...checkDigit('ISO 6346', () => true),
    on: 'object',
    field: '/id',
    says: 'when idType is CONTAINER: check digit (ISO 6346)',
    passes: (equipment) => {
      const id = field(equipment, 'id');
      return field(equipment, 'idType') !== 'CONTAINER' || typeof id !== 'string' || id === '' || isContainerNumber(id);
    },
    reads: ['id', 'idType'],
    onlyWhen: { id: 'given', idType: ['CONTAINER'] },
  },
  referenceCheckDigit: {
    ...checkDigit('of its type', () => true),
    on: 'object',
    field: '/value',
    says: 'when type is CONTAINER, SSCC or AWB: check digit',
    passes: (reference) => {
      const value = field(reference, 'value');
      const test = REFERENCE_CHECKS[String(field(reference, 'type'))];
      return test === undefined || typeof value !== 'string' || value === '' || value.length > 100 || test(value);
    },
    reads: ['type', 'value'],
    onlyWhen: { value: 'given', type: Object.keys(REFERENCE_CHECKS) },
  },
  timeNotAssumed: {
    rule: 'TIME_ASSUMED',
    on: 'string',
    field: '',
    severity: 'warn',
    message: 'is ASSUMED: the time zone of eventTime is a guess',
    says: 'ASSUMED is counted',
    passes: (value) => value !== 'ASSUMED',
  },
  publishedNotBeforeEvent: {
    rule: 'PUBLISHED_BEFORE_EVENT',
    on: 'object',
    field: '/publishedTime',
    severity: 'warn',
    message: 'is more than 24 hours before eventTime, though the event is ACTUAL',
    says: 'for ACTUAL: at most 24 hours before eventTime',
    passes: (event) => {
      const [publishedTime, eventTime] = [field(event, 'publishedTime'), field(event, 'eventTime')];
      if (field(event, 'eventClassifier') !== 'ACTUAL' || publishedTime === undefined || inOrder(eventTime, publishedTime)) return true;
      const [published, happened] = [instant(publishedTime), instant(eventTime)];
      return published === undefined || happened === undefined || published >= happened - DAY_MS;
    },
    reads: ['eventClassifier', 'eventTime', 'publishedTime'],
    onlyWhen: { eventClassifier: ['ACTUAL'], eventTime: 'given', publishedTime: 'given' },
  },
  plannedTimeNear: yearsOff('plannedTime'),
  estimatedTimeNear: yearsOff('estimatedTime'),
  notNullIsland: {
    rule: 'NULL_ISLAND',
    on: 'object',
    field: '/lat',
    severity: 'range',
    message: 'and lon are both 0, which is what a device without a fix sends',
    says: 'lat and lon not both 0',
    passes: (location) => field(location, 'lat') !== 0 || field(location, 'lon') !== 0,
    reads: ['lat', 'lon'],
    onlyWhen: { lat: 'given', lon: 'given' },
  },
  axesNotSwapped: {
    rule: 'AXES_SWAPPED',
    on: 'object',
    field: '/lat',
    severity: 'range',
    message: 'and lon look swapped: the point is outside countryCode, and inside it the other way round',
    says: 'lat and lon not swapped, judged by countryCode',
    passes: (location) => {
      const [country, lat, lon] = [field(location, 'countryCode'), field(location, 'lat'), field(location, 'lon')];
      return typeof country !== 'string' || typeof lat !== 'number' || typeof lon !== 'number' || Math.abs(lat) > 90 || Math.abs(lon) > 180 || !looksSwapped({ country, lat, lon });
    },
    reads: ['countryCode', 'lat', 'lon'],
    onlyWhen: { countryCode: 'given', lat: 'given', lon: 'given' },
  },
  fixNotStale: {
    rule: 'STALE_FIX',
    on: 'object',
    field: '/eventTime',
    severity: 'warn',
    message: 'is more than 60 seconds before deviceTime: an old fix was sent again',
    says: 'at most 60 seconds before deviceTime',
    passes: (event) => {
      if (field(event, 'deviceTime') === undefined) return true;
      const [device, fix] = [instant(field(event, 'deviceTime')), instant(field(event, 'eventTime'))];
      return device === undefined || fix === undefined || device - fix <= STALE_FIX_MS;
    },
    reads: ['deviceTime', 'eventTime'],
    onlyWhen: { deviceTime: 'given', eventTime: 'given' },
  },
};

/** The check of a name. @throws RangeError naming the known checks. */
export function checkNamed(name: string): Check {
  const check = CHECKS[name];
  if (check === undefined) throw new RangeError(`"x-check": "${name}" is not known. Allowed: ${Object.keys(CHECKS).join(', ')}.`);
  return check;
}
