// Generated from the contract shipment-event (v1.schema.json): do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts
export const OPERATION = [
  'UPSERT',
  'RETRACT',
] as const;
export type Operation = (typeof OPERATION)[number];

export const REFERENCE_TYPE = [
  'BKG',
  'BOL',
  'TRD',
  'PRO',
  'PO',
  'ASN',
  'AWB',
  'SSCC',
  'CONTAINER',
  'ORDER',
  'CUSTOMER_REF',
] as const;
export type ReferenceType = (typeof REFERENCE_TYPE)[number];

export interface Reference {
  /** What kind of number it is. */
  readonly type: ReferenceType;
  /** The number itself. */
  readonly value: string;
}

export const EVENT_TYPE = [
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
export type EventType = (typeof EVENT_TYPE)[number];

export const EVENT_CLASSIFIER = [
  'PLANNED',
  'REQUESTED',
  'ESTIMATED',
  'ACTUAL',
] as const;
export type EventClassifier = (typeof EVENT_CLASSIFIER)[number];

export const EVENT_TIME_PRECISION = [
  'SECOND',
  'MINUTE',
  'DAY',
] as const;
export type EventTimePrecision = (typeof EVENT_TIME_PRECISION)[number];

export const TIME_BASIS = [
  'OFFSET',
  'ZONE_CODE',
  'LOCATION',
  'ASSUMED',
] as const;
export type TimeBasis = (typeof TIME_BASIS)[number];

/** Who carries, by the list the code comes from. */
export interface Carrier {
  /** Standard Carrier Alpha Code (NMFTA). */
  readonly scac?: string;
  /** SMDG liner code. */
  readonly smdg?: string;
  /** IATA airline designator or prefix. */
  readonly iata?: string;
  /** Name in words. */
  readonly name?: string;
}

export const MODE_OF_TRANSPORT = [
  'OCEAN',
  'AIR',
  'RAIL',
  'ROAD',
  'BARGE',
  'PARCEL',
  'MULTIMODAL',
  'UNKNOWN',
] as const;
export type ModeOfTransport = (typeof MODE_OF_TRANSPORT)[number];

export const LOCATION_FACILITY_TYPE = [
  'BORDER',
  'CUSTOMER',
  'CFS',
  'OFF_DOCK',
  'DEPOT',
  'INLAND_TERMINAL',
  'PORT_TERMINAL',
  'RAMP',
  'WAYPOINT',
  'AIRPORT',
  'HUB',
  'PICKUP_POINT',
] as const;
export type LocationFacilityType = (typeof LOCATION_FACILITY_TYPE)[number];

/** Where it happens. */
export interface Location {
  /** UN/LOCODE, upper case, without a separator. */
  readonly unLocode?: string;
  /** Code of the terminal, depot or site. */
  readonly facilityCode?: string;
  /** List the facility code comes from. */
  readonly facilityCodeList?: string;
  /** What kind of place it is. */
  readonly facilityType?: LocationFacilityType;
  /** GS1 Global Location Number. */
  readonly gln?: string;
  /** IATA airport or city code. */
  readonly iata3?: string;
  /** Name of the place. */
  readonly name?: string;
  /** City. */
  readonly city?: string;
  /** State or province. */
  readonly subdivision?: string;
  /** Country, ISO 3166-1 alpha-2. */
  readonly countryCode?: string;
  /** Latitude in degrees, WGS 84. */
  readonly lat?: number;
  /** Longitude in degrees, WGS 84. */
  readonly lon?: number;
  /** IANA time zone of the place. */
  readonly timeZone?: string;
}

export const EQUIPMENT_ID_TYPE = [
  'CONTAINER',
  'TRAILER',
  'ULD',
  'VEHICLE',
] as const;
export type EquipmentIdType = (typeof EQUIPMENT_ID_TYPE)[number];

export const EQUIPMENT_EMPTY = [
  'EMPTY',
  'LADEN',
] as const;
export type EquipmentEmpty = (typeof EQUIPMENT_EMPTY)[number];

/** The container, trailer or unit load device concerned. */
export interface Equipment {
  /** Its number. */
  readonly id?: string;
  /** What kind of equipment it is. */
  readonly idType?: EquipmentIdType;
  /** Size and type code, ISO 6346. */
  readonly isoType?: string;
  /** Whether it carries cargo. An EMPTY move is an event of the equipment and never moves the shipment. */
  readonly empty?: EquipmentEmpty;
  /** Seal numbers. */
  readonly seals?: readonly string[];
}

/** The vessel, flight, train or vehicle, and the leg. */
export interface Transport {
  /** IMO number of the vessel. */
  readonly vesselImo?: string;
  /** Carrier's voyage number. */
  readonly voyage?: string;
  /** Carrier's service code. */
  readonly service?: string;
  /** Flight number. */
  readonly flight?: string;
  /** Train number. */
  readonly trainId?: string;
  /** Vehicle id, as in vehicle-position. */
  readonly vehicleId?: string;
  /** Licence plate. Personal data. */
  readonly licencePlate?: string;
  /** Number of the stop on the tour, from 0. */
  readonly stopSequence?: number;
  /** Whether the move is between two legs. */
  readonly isTransshipment?: boolean;
}

export const REASON_CODE = [
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
export type ReasonCode = (typeof REASON_CODE)[number];

/** Why it is late or not as planned. */
export interface Reason {
  /** Reason in our words. */
  readonly code?: ReasonCode;
  /** The sender's code. */
  readonly raw?: string;
  /** Free text. May hold personal data. */
  readonly text?: string;
}

export const SENSOR_READING_EXCEPTION = [
  'ALARM',
  'ERROR',
] as const;
export type SensorReadingException = (typeof SENSOR_READING_EXCEPTION)[number];

export interface SensorReading {
  /** What is measured. */
  readonly type: string;
  /** The reading. */
  readonly value?: number;
  /** Unit of the value. */
  readonly unit?: string;
  /** When it was read. */
  readonly time?: string;
  /** Set when the sensor itself reports a breach or a fault. */
  readonly exception?: SensorReadingException;
}

/** The order behind the shipment; sent with CREATED and BOOKED. */
export interface Order {
  /** Customer. Personal data when the customer is a person. */
  readonly customerId?: string;
  /** Service level sold. */
  readonly serviceLevel?: string;
  /** 1 is the most urgent. */
  readonly priority?: number;
  /** Where the shipment starts. */
  readonly originUnLocode?: string;
  /** Where it ends. */
  readonly destinationUnLocode?: string;
}

/** Something that happened, or is planned or expected to happen, to a shipment. This is what a producer writes: of an event that was kept, only the fields of weight `reject` are sure to be as typed. */
export interface ShipmentEventV1 {
  /** Version of this contract that the event follows, 1.x. A new optional field raises the minor number; anything that breaks a reader raises the major. */
  readonly schemaVersion: string;
  /** The sender's id of this event. Together with source it is the key by which repeats are recognised. */
  readonly eventId: string;
  /** Kind of sender and its name, separated by a colon. */
  readonly source: string;
  /** Where the event came in: control numbers of an interchange, a page of an API, a file and line. */
  readonly sourceMessageId?: string;
  /** The sender's own code, as it was sent. */
  readonly sourceEventCode?: string;
  /** UPSERT (also when absent) states a fact; RETRACT takes back the event named in retractsEventId. */
  readonly operation?: Operation;
  /** eventId, of the same source, that a RETRACT takes back. */
  readonly retractsEventId?: string;
  /** eventId, of the same source, that this event replaces. */
  readonly correctsEventId?: string;
  /** Our key of the shipment. May be absent only when a reference or the equipment is known. */
  readonly shipmentId?: string;
  /** Other numbers under which parties know the shipment. */
  readonly references?: readonly Reference[];
  /** What happened. A code without a counterpart is UNKNOWN: it is counted and never moves a shipment. */
  readonly eventType?: EventType;
  /** Whether it is planned, requested, expected or has happened. Only ACTUAL advances the status of a shipment. */
  readonly eventClassifier?: EventClassifier;
  /** When it happens or happened (event time). Kept as UTC. */
  readonly eventTime?: string;
  /** The time as the sender wrote it. */
  readonly eventTimeRaw?: string;
  /** The time zone or zone code as the sender wrote it. */
  readonly eventTimeZone?: string;
  /** How exactly the sender knows the time. */
  readonly eventTimePrecision?: EventTimePrecision;
  /** How the instant was obtained from the sender's text. */
  readonly timeBasis?: TimeBasis;
  /** When the sender created this event. Of two statements about the same fact, the later published one counts. */
  readonly publishedTime?: string;
  /** Who carries, by the list the code comes from. */
  readonly carrier?: Carrier;
  /** How the shipment moves here. */
  readonly modeOfTransport?: ModeOfTransport;
  /** Where it happens. */
  readonly location?: Location;
  /** The container, trailer or unit load device concerned. */
  readonly equipment?: Equipment;
  /** The vessel, flight, train or vehicle, and the leg. */
  readonly transport?: Transport;
  /** Planned instant of the same milestone, when the sender knows it. */
  readonly plannedTime?: string;
  /** Expected instant of the same milestone, when the sender knows it. */
  readonly estimatedTime?: string;
  /** Why it is late or not as planned. */
  readonly reason?: Reason;
  /** Number of pieces. */
  readonly quantity?: number;
  /** Weight in kilograms. */
  readonly weightKg?: number;
  /** Volume in cubic metres. */
  readonly volumeM3?: number;
  /** Sensor readings that came with the event. */
  readonly sensor?: readonly SensorReading[];
  /** The order behind the shipment; sent with CREATED and BOOKED. */
  readonly order?: Order;
  /** Anything else the sender knows. Kept, never interpreted. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}
