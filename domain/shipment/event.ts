/** One event as the state understands it, whatever contract version it came in. */
import { isClassifier } from './codes.ts';
import type { Classifier } from './codes.ts';
import { parseInstant } from './instant.ts';
import { readList, readObject, readText } from './reading.ts';
import { textFromContract } from './text.ts';
import type { EventText } from './text.ts';

interface EventIdentity {
  /** Major version of the contract that the sender used. */
  readonly major: number;
  readonly source: string;
  /** Unique within `source`. */
  readonly eventId: string;
  /** When the sender said it; ms since 1970. */
  readonly publishedTime?: number;
}

/** Something that is planned, requested, expected or done. */
export interface StatementEvent extends EventIdentity {
  readonly operation: 'UPSERT';
  /** Id, of the same source, of the event that this one replaces. */
  readonly correctsEventId?: string;
  /** As sent; what is not in `EVENT_TYPES` counts as UNKNOWN. */
  readonly type: string;
  readonly classifier: Classifier;
  /** UN/LOCODE, else facility code, else ''. */
  readonly place: string;
  /** Ms since 1970. */
  readonly eventTime: number;
  /** Reason code as sent. */
  readonly reason?: string;
  /** About empty equipment: shown, but it never moves the shipment. */
  readonly neutral: boolean;
  readonly sensor: SensorFlags;
  readonly order?: ShipmentOrder;
  readonly text?: EventText;
}

/** Declares an earlier or later event of the same source void, for good. */
export interface RetractionEvent extends EventIdentity {
  readonly operation: 'RETRACT';
  readonly retractsEventId: string;
}

export type ShipmentEvent = StatementEvent | RetractionEvent;

export interface SensorFlags {
  /** The event carried at least one reading. */
  readonly present: boolean;
  /** At least one reading was an ALARM. */
  readonly alarm: boolean;
}

/** The order behind the shipment; '' and 0 mean: not stated. */
export interface ShipmentOrder {
  readonly customerId: string;
  readonly serviceLevel: string;
  /** 1 (most urgent) to 5. */
  readonly priority: number;
  /** UN/LOCODE. */
  readonly origin: string;
  /** UN/LOCODE. */
  readonly destination: string;
}

/**
 * The fields of a `shipment-event` that the state reads. They are `unknown` on purpose: a broken field of weight `warn` or
 * `range` keeps the event, so it can be anything here, and the state ignores that field.
 */
export interface ContractShipmentEvent {
  readonly source?: unknown;
  readonly eventId?: unknown;
  readonly operation?: unknown;
  readonly retractsEventId?: unknown;
  readonly correctsEventId?: unknown;
  readonly sourceEventCode?: unknown;
  readonly references?: unknown;
  readonly eventType?: unknown;
  readonly eventClassifier?: unknown;
  readonly eventTime?: unknown;
  readonly publishedTime?: unknown;
  readonly location?: unknown;
  readonly equipment?: unknown;
  readonly reason?: unknown;
  readonly sensor?: unknown;
  readonly order?: unknown;
}

/**
 * Reads a valid event of the contract (each supported major has the same fields here).
 *
 * Never throws: returns undefined for what the contract rejects anyway (no key, no classifier, no readable event time, a
 * RETRACT without target), because content must not stop a shard.
 *
 * @param known its times, where whoever judged it has read them already.
 */
export function fromContract(event: ContractShipmentEvent, major: number, known: ReadTimes = {}): ShipmentEvent | undefined {
  const source = readText(event.source);
  const eventId = readText(event.eventId);
  if (source === undefined || eventId === undefined) return undefined;

  const identity = { major, source, eventId, publishedTime: known.publishedTime ?? parseInstant(event.publishedTime) };
  return event.operation === 'RETRACT' ? retraction(event, identity) : statement(event, identity, known.eventTime);
}

/** Ms since 1970; absent: to be read. */
export interface ReadTimes {
  readonly eventTime?: number | undefined;
  readonly publishedTime?: number | undefined;
}

interface ReadIdentity extends Omit<EventIdentity, 'publishedTime'> {
  readonly publishedTime: number | undefined;
}

/** To fill: an optional member that is absent must not be there at all, and a spread for each costs more than reading it. */
type Draft<Event> = { -readonly [Key in keyof Event]: Event[Key] };

function retraction(event: ContractShipmentEvent, { major, source, eventId, publishedTime }: ReadIdentity): RetractionEvent | undefined {
  const retractsEventId = readText(event.retractsEventId);
  if (retractsEventId === undefined) return undefined;
  const draft: Draft<RetractionEvent> = { major, source, eventId, operation: 'RETRACT', retractsEventId };
  if (publishedTime !== undefined) draft.publishedTime = publishedTime;
  return draft;
}

function statement(event: ContractShipmentEvent, { major, source, eventId, publishedTime }: ReadIdentity, knownTime: number | undefined): StatementEvent | undefined {
  const eventTime = knownTime ?? parseInstant(event.eventTime);
  const classifier = event.eventClassifier;
  if (eventTime === undefined || !isClassifier(classifier)) return undefined;

  const type = readText(event.eventType) ?? 'UNKNOWN';
  const draft: Draft<StatementEvent> = {
    major,
    source,
    eventId,
    operation: 'UPSERT',
    type,
    classifier,
    place: placeOf(event.location),
    eventTime,
    neutral: isEmptyEquipment(event.equipment),
    sensor: sensorFlagsOf(event.sensor),
  };
  if (publishedTime !== undefined) draft.publishedTime = publishedTime;
  const correctsEventId = readText(event.correctsEventId, { maximum: LONGEST.eventId });
  if (correctsEventId !== undefined) draft.correctsEventId = correctsEventId;
  const reason = readText(readObject(event.reason).code);
  if (reason !== undefined) draft.reason = reason;
  const order = ORDER_TYPES.has(type) ? orderOf(event.order) : undefined;
  if (order !== undefined) draft.order = order;
  const text = textFromContract(event);
  if (text !== undefined) draft.text = text;
  return draft;
}

/** Types whose `order` object counts (docs/shipment-state.md). */
const ORDER_TYPES: ReadonlySet<string> = new Set(['CREATED', 'BOOKED']);
/** Characters; a longer text breaks the contract with weight `warn`, so the field is ignored. */
const LONGEST = { eventId: 100, facilityCode: 20, customerId: 64, serviceLevel: 30 } as const;
const UN_LOCODE = /^[A-Z]{2}[A-Z2-9]{3}$/;

/** A well-formed UN/LOCODE, else the facility code, else ''. */
function placeOf(location: unknown): string {
  const { unLocode, facilityCode } = readObject(location);
  return locodeOf(unLocode) ?? readText(facilityCode, { maximum: LONGEST.facilityCode }) ?? '';
}

const locodeOf = (value: unknown): string | undefined => (typeof value === 'string' && UN_LOCODE.test(value) ? value : undefined);

const isEmptyEquipment = (equipment: unknown): boolean => readObject(equipment).empty === 'EMPTY';

/** One object for all events without a reading, which are nearly all. */
const NO_SENSOR: SensorFlags = { present: false, alarm: false };

function sensorFlagsOf(sensor: unknown): SensorFlags {
  const readings = readList(sensor);
  if (readings.length === 0) return NO_SENSOR;
  return { present: true, alarm: readings.some((reading) => readObject(reading).exception === 'ALARM') };
}

function orderOf(value: unknown): ShipmentOrder | undefined {
  const fields = readObject(value);
  const order: ShipmentOrder = {
    customerId: readText(fields.customerId, { maximum: LONGEST.customerId }) ?? '',
    serviceLevel: readText(fields.serviceLevel, { maximum: LONGEST.serviceLevel }) ?? '',
    priority: priorityOf(fields.priority),
    origin: locodeOf(fields.originUnLocode) ?? '',
    destination: locodeOf(fields.destinationUnLocode) ?? '',
  };
  const isBlank = Object.values(order).every((part) => part === '' || part === 0);
  return isBlank ? undefined : order;
}

const priorityOf = (value: unknown): number => (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 5 ? value : 0);
