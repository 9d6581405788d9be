/**
 * Words of the contract and the numbers that stand for them in the packed state.
 *
 * The lists are append-only: a code, once given, is in stored bytes for as long as a shipment lives. A release that meets
 * a code it does not know keeps the number and shows `UNKNOWN` (or `OTHER`), so that an older reader never destroys what a
 * newer writer knew.
 */

/** Code = position. `UNKNOWN` (29) is also what an unmapped type becomes; it never moves a shipment. */
export const EVENT_TYPES = [
  'CREATED',
  'BOOKED',
  'CANCELLED',
  'ARRIVED_PICKUP',
  'PICKED_UP',
  'PACKED',
  'UNPACKED',
  'GATE_IN',
  'GATE_OUT',
  'LOADED',
  'UNLOADED',
  'DEPARTED',
  'ARRIVED',
  'IN_TRANSIT',
  'HANDED_OVER',
  'CUSTOMS_SUBMITTED',
  'CUSTOMS_HOLD',
  'CUSTOMS_RELEASED',
  'INSPECTED',
  'HELD',
  'AVAILABLE_FOR_PICKUP',
  'OUT_FOR_DELIVERY',
  'DELIVERY_ATTEMPTED',
  'DELIVERED',
  'REFUSED',
  'RETURNED',
  'DELAYED',
  'DAMAGED',
  'LOST',
  'UNKNOWN',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** Code = position; two bits in the packed entry, so the list is full. */
export const CLASSIFIERS = ['PLANNED', 'REQUESTED', 'ESTIMATED', 'ACTUAL'] as const;
export type Classifier = (typeof CLASSIFIERS)[number];

/** Code = position + 1; 0 means that no reason was given. */
export const REASONS = [
  'WEATHER',
  'CUSTOMS',
  'MECHANICAL',
  'ACCIDENT',
  'DRIVER',
  'SHIPPER',
  'CONSIGNEE',
  'CONSIGNEE_CLOSED',
  'ADDRESS',
  'CARRIER_CAPACITY',
  'MISSORT',
  'DOCUMENTS',
  'DAMAGE',
  'SECURITY',
  'ROAD_OR_PORT_CONGESTION',
  'OTHER',
] as const;
export type Reason = (typeof REASONS)[number];

const codesOf = (words: readonly string[], first: number): ReadonlyMap<string, number> => new Map(words.map((word, index) => [word, index + first]));

const TYPE_CODES = codesOf(EVENT_TYPES, 0);
const REASON_CODES = codesOf(REASONS, 1);
const UNKNOWN_CODE = EVENT_TYPES.indexOf('UNKNOWN');
const OTHER_CODE = REASONS.indexOf('OTHER') + 1;

/** The code of an event type as sent; an unmapped type is `UNKNOWN`. */
export const typeCode = (type: string): number => TYPE_CODES.get(type) ?? UNKNOWN_CODE;

/** What a type code shows; a code appended by a newer release shows `UNKNOWN`. */
export const typeName = (code: number): EventType => EVENT_TYPES[code] ?? 'UNKNOWN';

/** The code of a reason as sent; 0 for none, `OTHER` for one that is not in the list. */
export const reasonCode = (reason: string | undefined): number => (reason === undefined ? 0 : (REASON_CODES.get(reason) ?? OTHER_CODE));

/** What a reason code shows; undefined for 0. */
export const reasonName = (code: number): Reason | undefined => (code === 0 ? undefined : (REASONS[code - 1] ?? 'OTHER'));

export const isClassifier = (value: unknown): value is Classifier => CLASSIFIERS.some((classifier) => classifier === value);
