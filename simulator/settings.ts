/** What a world is made from. The same settings give the same bytes. */

export interface Shares {
  /** Events that come a second time. */
  readonly duplicates: number;
  /** Events that arrive after one that its sender published later, within the shipment. */
  readonly disorder: number;
  /** Events that arrive hours or days after they were published. */
  readonly late: number;
  /** ACTUAL events that come again under the same id with another time. */
  readonly conflicts: number;
  /** Events that were wrong and are taken back. */
  readonly retractions: number;
  /** ACTUAL events that are replaced by another one. */
  readonly corrections: number;
  /** Records that break the contract, beside the good ones. In live time one a minute, unless the share is 0. */
  readonly corrupt: number;
}

export interface WorldSettings {
  /** Whole number. */
  readonly seed: number;
  /** End of the history, begin of live time; milliseconds since 1970. */
  readonly now: number;
  /** Days of history. */
  readonly days: number;
  /** Shipments booked in the history, the featured one included. */
  readonly shipments: number;
  readonly customers: number;
  readonly vehicles: number;
  /** Whether the orders database tells its changes too. */
  readonly orders: boolean;
  readonly shares: Shares;
}

export const DEFAULT_SHARES: Shares = { duplicates: 0.02, disorder: 0.03, late: 0.04, conflicts: 0.004, retractions: 0.004, corrections: 0.006, corrupt: 0.005 };

/** Clean: every event once, in order, in time. */
export const NO_DISTURBANCE: Shares = { duplicates: 0, disorder: 0, late: 0, conflicts: 0, retractions: 0, corrections: 0, corrupt: 0 };

export const DEFAULTS = { days: 35, shipments: 4_100, customers: 40, vehicles: 220, orders: false } as const;

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
