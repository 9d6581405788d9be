/** Environment variables of track-vehicles: the template sets them, the handler requires them. */
export const TRACK_VEHICLES_ENV = {
  vehiclesTable: 'VEHICLE_PAGES_TABLE',
  ledgerTable: 'LEDGER_TABLE',
  metricNamespace: 'METRIC_NAMESPACE',
  /** Pages that the vehicles of one shard are spread over. */
  buckets: 'PAGE_BUCKETS',
  /** Hours that a position stays without a newer one; an older fix goes to the lake only. */
  keptHours: 'POSITION_HOURS',
} as const;
