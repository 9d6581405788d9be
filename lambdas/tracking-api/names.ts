/** Environment variables of tracking-api: the template sets them, the handler requires them. */
export const TRACKING_API_ENV = {
  shipmentsTable: 'SHIPMENTS_TABLE',
  ledgerTable: 'LEDGER_TABLE',
  countsTable: 'COUNTS_TABLE',
  /** Holds the figures of the last published day. */
  lakeBucket: 'LAKE_BUCKET',
  /** Whose shipments a partner may see. */
  accessTable: 'ACCESS_TABLE',
  /** Days of live state, as track-shipments keeps it. */
  horizonDays: 'HORIZON_DAYS',
} as const;
