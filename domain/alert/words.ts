/** An alert in the operations team's words. Plain text: what senders wrote is not escaped here, that is the reader's part. */
import type { AlertRow } from './episodes.ts';
import type { StormCause } from './storms.ts';
import { placeOf, typeOf } from './alert-id.ts';

const MINUTE = 60_000;

const STEP_WORDS: Readonly<Record<string, string>> = {
  ARRIVED_PICKUP: 'Arrival at the pick-up',
  PICKED_UP: 'Pick-up',
  GATE_IN: 'Gate-in',
  GATE_OUT: 'Gate-out',
  LOADED: 'Loading',
  UNLOADED: 'Unloading',
  DEPARTED: 'Departure',
  ARRIVED: 'Arrival',
  OUT_FOR_DELIVERY: 'Start of the delivery tour',
  DELIVERED: 'Delivery',
  CUSTOMS_RELEASED: 'Customs release',
  AVAILABLE_FOR_PICKUP: 'Availability',
};

const EXCEPTION_WORDS: Readonly<Record<string, string>> = { DAMAGED: 'Damaged', LOST: 'Lost', REFUSED: 'Refused' };

export type Spoken = Pick<AlertRow, 'kind' | 'subject' | 'openedAt' | 'planned' | 'estimated'>;

/** Minutes late at a moment; undefined for what is not measured against a plan. */
export function minutesLate({ kind, planned, estimated }: Pick<Spoken, 'kind' | 'planned' | 'estimated'>, now: number): number | undefined {
  if (kind !== 'LATE' || planned === undefined) return undefined;
  return Math.max(0, Math.round((Math.max(estimated ?? planned, now) - planned) / MINUTE));
}

/** One sentence, without shipment and place names of other than the code. */
export function wordsOf(alert: Spoken, now: number): string {
  const type = typeOf(alert.subject);
  const at = placeOf(alert.subject) === '' ? '' : ` at ${placeOf(alert.subject)}`;
  const step = `${STEP_WORDS[type] ?? sentence(type)}${at}`;
  switch (alert.kind) {
    case 'LATE':
      return `${step} is ${duration(minutesLate(alert, now) ?? 0)} late`;
    case 'MISSED':
      return `${step} was never reported, a later step was`;
    case 'SILENT':
      return `No news for ${duration(Math.max(0, Math.round((now - (alert.estimated ?? alert.planned ?? alert.openedAt)) / MINUTE)))} past the time of: ${step}`;
    case 'HOLD':
      return `Customs hold${at}`;
    case 'EXCEPTION':
      return `${EXCEPTION_WORDS[type] ?? sentence(type)}${at}`;
    case 'SENSOR':
      return 'A sensor reports an alarm';
  }
}

const WHERE: Readonly<Record<StormCause['by'], string>> = { place: 'at', voyage: 'on voyage', vehicle: 'on vehicle' };

/** Of alerts by kind, in the plural: a shipment may have several. */
const MANY: Readonly<Record<string, string>> = {
  LATE: 'delays',
  MISSED: 'steps never reported',
  SILENT: 'times without news',
  HOLD: 'customs holds',
  EXCEPTION: 'exceptions',
  SENSOR: 'sensor alarms',
};

/** For example `23 delays at NLRTM`. A reason without a word of its own is named by its code. */
export const stormWords = (count: number, { by, reason, value }: StormCause): string => `${count} ${MANY[reason] ?? `alerts of kind ${reason}`} ${WHERE[by]} ${value}`;

/** `CUSTOMS_SUBMITTED` as `Customs submitted`. */
const sentence = (type: string): string => type.charAt(0) + type.slice(1).toLowerCase().replaceAll('_', ' ');

/** `45 min`, `2 h 10 min`, `3 d 4 h`. */
export function duration(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d${hours % 24 === 0 ? '' : ` ${hours % 24} h`}`;
}
