/** Environment variables of watch-stalls: the template sets them, the handler requires them. */
export const WATCH_STALLS_ENV = {
  shipmentsTable: 'SHIPMENTS_TABLE',
  alertsTable: 'ALERTS_TABLE',
  horizonDays: 'HORIZON_DAYS',
  metricNamespace: 'METRIC_NAMESPACE',
} as const;

/** Sparse index of shipments that change by the clock: `bucket` (00 to 15), sorted by `reviewAt`. */
export const DUE_INDEX = 'due';
export const DUE_BUCKETS = 16;
