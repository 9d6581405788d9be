// Generated from the contract order-change (v1.schema.json): do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts
export const OP = [
  'c',
  'u',
  'd',
  'r',
  't',
] as const;
export type Op = (typeof OP)[number];

export const ROW_STATUS = [
  'DRAFT',
  'PLACED',
  'CHANGED',
  'DELIVERED',
  'CANCELLED',
] as const;
export type RowStatus = (typeof ROW_STATUS)[number];

export const ROW_MODE = [
  'OCEAN',
  'AIR',
  'RAIL',
  'ROAD',
  'BARGE',
  'PARCEL',
  'MULTIMODAL',
  'UNKNOWN',
] as const;
export type RowMode = (typeof ROW_MODE)[number];

/** The row after the change. Columns of all tables together: which of them a row has, its table says. */
export interface Row {
  /** orders: the order. */
  readonly order_id?: string;
  /** orders, customers: the customer. */
  readonly customer_id?: string;
  /** orders: the shipment that carries it, once there is one. */
  readonly shipment_id?: string | null;
  /** orders: service level sold, as in service-levels.csv. */
  readonly service_level?: string;
  /** orders, customers: 1 is the most urgent. */
  readonly priority?: number;
  /** orders: where the order stands. */
  readonly status?: RowStatus;
  /** orders: UN/LOCODE where it starts. */
  readonly origin?: string;
  /** orders: UN/LOCODE where it ends. */
  readonly destination?: string;
  /** orders: weight in kilograms. */
  readonly weight_kg?: number;
  /** orders: volume in cubic metres. */
  readonly volume_m3?: number;
  /** orders: value of the goods, a decimal with at most two places, as text: a JSON number would lose cents. */
  readonly goods_value?: string;
  /** orders: currency of the value, ISO 4217. */
  readonly currency?: string;
  /** orders: when the customer ordered. */
  readonly ordered_at?: string;
  /** orders: when the customer wants it. */
  readonly requested_delivery?: string | null;
  /** customers, carriers: name. */
  readonly name?: string;
  /** customers: what kind of customer it is. */
  readonly segment?: string;
  /** customers, carriers: country, ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** carriers: the carrier, its SCAC. */
  readonly carrier_id?: string;
  /** carriers: how it carries. */
  readonly mode?: RowMode;
}

/** One change of one row of the orders database. The last change of a row by position is the row; never by arrival, never by sourceTs, both can tie. This is what a producer writes: of an event that was kept, only the fields of weight `reject` are sure to be as typed. */
export interface OrderChangeV1 {
  /** Version of this contract that the event follows, 1.x. */
  readonly schemaVersion: string;
  /** The sender's id, when it has one. The lake derives its own from schema, table, key, position and op. */
  readonly eventId?: string;
  /** Kind of connector and its name, separated by a colon. */
  readonly source: string;
  /** What happened to the row. */
  readonly op: Op;
  /** Schema of the table. */
  readonly schema: string;
  /** The table: orders, customers and carriers are understood by the lake, others are kept. */
  readonly table: string;
  /** Primary key of the row, column by column; the key of the stream, written as JSON. */
  readonly key?: Readonly<Record<string, unknown>>;
  /** The row before the change, as far as the database logs it. */
  readonly before?: Readonly<Record<string, unknown>>;
  /** The row after the change. Columns of all tables together: which of them a row has, its table says. */
  readonly after?: Row;
  /** When the change was committed in the database. */
  readonly sourceTs: string;
  /** When the connector read it. */
  readonly captureTs?: string;
  /** Place in the database's log, written so that text order is log order. */
  readonly position: string;
  /** Transaction of the database. */
  readonly txId?: string;
  /** Whether a snapshot read the row, and no change. */
  readonly snapshot?: boolean;
}
