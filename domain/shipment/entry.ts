/** One fact about a shipment as the state keeps it, and the order that decides which of two versions is the greater. */
import { CLASSIFIERS, reasonCode, typeCode } from './codes.ts';
import type { Classifier } from './codes.ts';
import type { SensorFlags, ShipmentOrder, StatementEvent } from './event.ts';
import { contentHash, idHash } from './hashes.ts';

/** What decides first between two versions. */
export interface Version {
  /** Ms since 1970; 0 = not stated. */
  readonly published: number;
  /** It replaces another event: in the same millisecond it must win over what it replaces. */
  readonly corrects: boolean;
  readonly major: number;
  /** Content hash, 16 hex digits. */
  readonly hash: string;
  /** Id hash, 16 hex digits. */
  readonly id: string;
}

export interface Entry extends Version {
  readonly classifier: Classifier;
  /** A number, not a word: a type that a newer release appended must survive this one. */
  readonly typeCode: number;
  readonly source: string;
  readonly place: string;
  /** Ms since 1970. */
  readonly eventTime: number;
  readonly reasonCode: number;
  readonly neutral: boolean;
  readonly sensor: SensorFlags;
}

export interface OrderVersion extends Version {
  readonly order: ShipmentOrder;
}

/** The packed form holds no time before 1970; admission refuses such an event, and this keeps a stray one from throwing. */
export const storable = (time = 0): number => Math.max(0, time);

export function toEntry(event: StatementEvent): Entry {
  return {
    published: storable(event.publishedTime),
    corrects: event.correctsEventId !== undefined,
    major: event.major,
    hash: contentHash(event),
    id: idHash(event.source, event.eventId),
    classifier: event.classifier,
    typeCode: typeCode(event.type),
    source: event.source,
    place: event.place,
    eventTime: storable(event.eventTime),
    reasonCode: reasonCode(event.reason),
    neutral: event.neutral,
    sensor: event.sensor,
  };
}

/** The same as a plain object, whatever the entry lies in. */
export function plainEntry({ published, corrects, major, hash, id, classifier, typeCode: type, source, place, eventTime, reasonCode: reason, neutral, sensor }: Entry): Entry {
  return { published, corrects, major, hash, id, classifier, typeCode: type, source, place, eventTime, reasonCode: reason, neutral, sensor };
}

export function toOrderVersion({ published, corrects, major, hash, id }: Entry, order: ShipmentOrder): OrderVersion {
  return { published, corrects, major, hash, id, order };
}

const compareNumbers = (a: number, b: number): number => a - b;
const compareFlags = (a: boolean, b: boolean): number => Number(a) - Number(b);

const FIRST_SURROGATE = 0xd800;

/** By the bytes of UTF-8, the one order that JavaScript, Python and Spark agree on. */
export function compareText(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left === right) continue;
    // Below the surrogates, UTF-16 orders as UTF-8 does; above, only the bytes tell.
    return left < FIRST_SURROGATE && right < FIRST_SURROGATE ? left - right : Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return a.length - b.length;
}

/** Hex digits of equal length: plain comparison is byte order. */
export const compareHex = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareHeads(a: Version, b: Version): number {
  return (
    compareNumbers(a.published, b.published) ||
    compareFlags(a.corrects, b.corrects) ||
    compareNumbers(a.major, b.major) ||
    compareHex(a.hash, b.hash) ||
    compareHex(a.id, b.id)
  );
}

/**
 * Total order over versions: negative when `a` is the lesser. What follows the head differs only where 64-bit hashes collide
 * or where releases know different types; it is there so that the laws of the merge never rest on luck.
 */
export function compareVersions(a: Entry, b: Entry): number {
  return (
    compareHeads(a, b) ||
    compareNumbers(a.eventTime, b.eventTime) ||
    compareNumbers(a.typeCode, b.typeCode) ||
    compareNumbers(CLASSIFIERS.indexOf(a.classifier), CLASSIFIERS.indexOf(b.classifier)) ||
    compareText(a.place, b.place) ||
    compareText(a.source, b.source) ||
    compareNumbers(a.reasonCode, b.reasonCode) ||
    compareFlags(a.neutral, b.neutral) ||
    compareFlags(a.sensor.present, b.sensor.present) ||
    compareFlags(a.sensor.alarm, b.sensor.alarm)
  );
}

export function compareOrderVersions(a: OrderVersion, b: OrderVersion): number {
  return (
    compareHeads(a, b) ||
    compareText(a.order.customerId, b.order.customerId) ||
    compareText(a.order.serviceLevel, b.order.serviceLevel) ||
    compareNumbers(a.order.priority, b.order.priority) ||
    compareText(a.order.origin, b.order.origin) ||
    compareText(a.order.destination, b.order.destination)
  );
}

/** By classifier, type, place, source, neutral: the order of two entries with the same id and content. */
function compareSlots(a: Entry, b: Entry): number {
  return (
    compareNumbers(CLASSIFIERS.indexOf(a.classifier), CLASSIFIERS.indexOf(b.classifier)) ||
    compareNumbers(a.typeCode, b.typeCode) ||
    compareText(a.place, b.place) ||
    compareText(a.source, b.source) ||
    compareFlags(a.neutral, b.neutral)
  );
}

/** The order of entries in the bytes: by id hash, content hash, slot. */
export const compareStored = (a: Entry, b: Entry): number => compareHex(a.id, b.id) || compareHex(a.hash, b.hash) || compareSlots(a, b);
