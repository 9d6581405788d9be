/** Environment variables of track-shipments: the template sets them, the handler requires them. */
export const TRACK_SHIPMENTS_ENV = {
  shipmentsTable: 'SHIPMENTS_TABLE',
  ledgerTable: 'LEDGER_TABLE',
  /** Notes of positions given up on go here, under CATCH_UP_PREFIX. */
  bronzeBucket: 'BRONZE_BUCKET',
  horizonDays: 'HORIZON_DAYS',
  metricNamespace: 'METRIC_NAMESPACE',
  /** Age of a batch's oldest record, in minutes, at which refused state writes are given up and noted. */
  giveUpAfterMinutes: 'GIVE_UP_AFTER_MINUTES',
} as const;
