/**
 * What the HTTP API answers, as TypeScript: the functions build these, the dashboard reads them. docs/api/openapi.json
 * says the same to everyone else; a test keeps the two equal. Instants are RFC 3339 in UTC; what is unknown is null.
 */

/** In every answer: when it was true, and where it was read. */
export interface AnswerHead {
  readonly as_of: string;
  /** `live` = state tables; `aggregate` = the last regional count; `snapshot` = what an instance held when state could not be read. */
  readonly source: 'live' | 'aggregate' | 'snapshot';
}

/** A page of a list; `cursor` is opaque and null on the last page. */
export interface PageHead extends AnswerHead {
  readonly cursor: string | null;
}

/** RFC 7946 order: west, south, east, north, degrees. West > east crosses the antimeridian. */
export type Box = readonly [number, number, number, number];

/** One line of `GET /v1/shipments`. */
export interface ShipmentSummary {
  readonly shipmentId: string;
  readonly status: string;
  readonly statusSince: string | null;
  /** Stated by senders and growing with the clock. */
  readonly delayMinutes: number;
  readonly eta: string | null;
  readonly flags: readonly string[];
  readonly lastPlace: string | null;
  readonly origin: string | null;
  readonly destination: string | null;
  readonly region: string;
  readonly carrier: string | null;
  readonly customerId: string | null;
  readonly serviceLevel: string | null;
}

export interface ShipmentMilestone {
  readonly type: string;
  readonly place: string | null;
  readonly planned: string | null;
  readonly estimated: string | null;
  readonly actual: string | null;
  /** How many reports of it count. */
  readonly reports: number;
  /** Sender of what shows: the actual, else the estimate, else the plan. */
  readonly source: string | null;
}

/** One entry of the shipment's story, as far as live state holds it. */
export interface ShipmentEntry {
  readonly entryId: string;
  readonly type: string;
  readonly classifier: string;
  readonly place: string | null;
  readonly source: string;
  readonly eventTime: string | null;
  readonly publishedTime: string | null;
  /** `OUTVOTED`: its id was told again with another content that counts instead. `AHEAD`: its time has not come. */
  readonly standing: 'COUNTS' | 'RETRACTED' | 'OUTVOTED' | 'NEUTRAL' | 'AHEAD';
  readonly retracted: boolean;
  readonly conflict: boolean;
  readonly correction: boolean;
  readonly reason: string | null;
  readonly sensor: 'OK' | 'ALARM' | null;
  readonly contractMajor: number;
  readonly text: {
    readonly rawCode: string | null;
    readonly reasonRaw: string | null;
    readonly reasonText: string | null;
    readonly placeName: string | null;
    readonly references: readonly { readonly type: string; readonly value: string }[];
  } | null;
}

/** `GET /v1/shipments/{id}`. */
export interface ShipmentDetail extends AnswerHead {
  readonly shipmentId: string;
  readonly version: number;
  readonly status: string;
  readonly statusSince: string | null;
  readonly delayMinutes: number;
  readonly statedDelayMinutes: number;
  readonly eta: { readonly time: string | null; readonly basis: string } | null;
  readonly next: { readonly type: string; readonly place: string | null; readonly due: string | null } | null;
  readonly flags: readonly string[];
  readonly alerts: readonly { readonly kind: string; readonly subject: string; readonly level: number }[];
  readonly lastPlace: string | null;
  readonly destination: string | null;
  readonly order: {
    readonly customerId: string | null;
    readonly serviceLevel: string | null;
    readonly priority: number | null;
    readonly origin: string | null;
    readonly destination: string | null;
  } | null;
  readonly milestones: readonly ShipmentMilestone[];
  /** Oldest first. */
  readonly timeline: readonly ShipmentEntry[];
  readonly conflicts: number;
  readonly freshness: { readonly behindStreamSeconds: number | null };
}

export interface ShipmentList extends PageHead {
  readonly shipments: readonly ShipmentSummary[];
  /** The index that the answer was read from. */
  readonly index: string;
}

export type VehicleMotion = 'moving' | 'idle' | 'silent';

export interface VehicleSummary {
  readonly vehicleId: string;
  readonly lat: number;
  readonly lon: number;
  readonly eventTime: string;
  readonly speedKmh: number | null;
  readonly headingDeg: number | null;
  readonly motion: VehicleMotion;
  /** `STALE`, `TELEPORT`. */
  readonly flags: readonly string[];
  readonly shipmentIds: readonly string[];
}

/** `GET /v1/vehicles?bbox|near|region|cell|shipment`: single vehicles, or counts by H3 cell when there are more than 5,000 or `group=cell` asks for it. */
export interface VehicleList extends AnswerHead {
  /** Of the question, before any limit. */
  readonly count: number;
  readonly vehicles: readonly VehicleSummary[];
  readonly cells: readonly VehicleCell[];
  /** H3 resolution of `cells`; null when single vehicles are answered. */
  readonly resolution: number | null;
}

export interface VehicleCell {
  /** H3 index. */
  readonly cell: string;
  /** Corners, [lon, lat], open ring: the page needs no H3 library. */
  readonly ring: readonly (readonly [number, number])[];
  readonly vehicles: number;
  readonly moving: number;
  readonly silent: number;
  /** Vehicles that carry a delayed shipment, by a list that is about a minute old; null while that list cannot be read. */
  readonly delayed: number | null;
}

export interface VehicleDetail extends AnswerHead {
  readonly vehicle: VehicleSummary;
  /** Of the last hour, oldest first, at most one a minute. */
  readonly trail: readonly { readonly lat: number; readonly lon: number; readonly eventTime: string }[];
}

export type AlertState = 'open' | 'closed';

export interface AlertSummary {
  /** Stable name of the episode's subject: opaque, in the path percent-encoded. */
  readonly alertId: string;
  readonly kind: 'LATE' | 'MISSED' | 'SILENT' | 'HOLD' | 'EXCEPTION' | 'SENSOR' | 'STORM';
  /** `type|place`. */
  readonly subject: string;
  /** 1 (worst) to 5. */
  readonly severity: 1 | 2 | 3 | 4 | 5;
  readonly state: AlertState;
  /** In the operations team's words, plain text. */
  readonly text: string;
  readonly openedAt: string;
  readonly changedAt: string;
  /** null for a storm. */
  readonly shipmentId: string | null;
  readonly place: string | null;
  readonly region: string;
  readonly customerId: string | null;
  readonly carrier: string | null;
  readonly minutesLate: number | null;
  readonly acknowledged: { readonly by: string; readonly at: string } | null;
  readonly snoozed: { readonly by: string; readonly until: string } | null;
  /** Storm: how many alerts it holds. null for a single one. */
  readonly members: number | null;
  /** Storm that this alert belongs to. */
  readonly storm: string | null;
}

export interface AlertList extends PageHead {
  readonly alerts: readonly AlertSummary[];
}

/** `POST /v1/alerts/{id}/acknowledge` and `…/snooze` (`{"minutes": 0}` ends one): the alert as it is now. */
export interface AlertAnswer extends AnswerHead {
  readonly alert: AlertSummary;
}

export interface RegionNumbers {
  readonly region: string;
  readonly name: string;
  readonly active: number;
  readonly delayed: number;
  /** Sum over the delayed, growing with the clock. */
  readonly delayMinutes: number;
  readonly exceptions: number;
  readonly vehicles: { readonly moving: number; readonly idle: number; readonly silent: number };
}

/** `GET /v1/overview`: regional numbers at the last count. */
export interface Overview extends AnswerHead {
  readonly countedAt: string;
  readonly total: Omit<RegionNumbers, 'region' | 'name'>;
  readonly regions: readonly (RegionNumbers & {
    /** Share of delayed of the last 24 counts, oldest first, 0 to 1. */
    readonly trend: readonly number[];
  })[];
  readonly statuses: Readonly<Record<string, number>>;
  /** Behind the stream, per consumer: what the page shows as data freshness. null while nothing has been read. */
  readonly freshness: { readonly shipmentsSeconds: number | null; readonly vehiclesSeconds: number | null; readonly countsSeconds: number };
  /** The last published day of gold, with a few of its figures; null while there is none. */
  readonly daily: DailyFigures | null;
}

export interface DailyFigures {
  /** YYYY-MM-DD in the business time zone. */
  readonly businessDate: string;
  readonly publishedAt: string;
  readonly delivered: number;
  readonly onTime: number;
  readonly late: number;
  readonly exceptions: number;
}

export interface RegionDetail extends AnswerHead {
  readonly numbers: RegionNumbers;
  readonly byCarrier: readonly { readonly carrier: string; readonly active: number; readonly delayed: number; readonly delayMinutes: number }[];
  readonly byStatus: Readonly<Record<string, number>>;
  /** Each five minutes, oldest first. */
  readonly history: readonly { readonly at: string; readonly active: number; readonly delayed: number; readonly delayMinutes: number; readonly exceptions: number }[];
}

/** `GET /v1/health`: 200, or 503 when `status` is `stale`. */
export interface HealthAnswer extends AnswerHead {
  readonly status: 'ok' | 'stale' | 'empty';
  readonly freshness: { readonly behindStreamSeconds: number | null };
  readonly shards: readonly { readonly shard: string; readonly foldedThrough: string | null; readonly behindStreamSeconds: number }[];
}
