/** Environment variables of count-regions: the template sets them, the handler requires them. */
export const COUNT_REGIONS_ENV = {
  shipmentsTable: 'SHIPMENTS_TABLE',
  vehiclesTable: 'VEHICLE_PAGES_TABLE',
  countsTable: 'COUNTS_TABLE',
  /** Days of live state, as track-shipments keeps it. */
  horizonDays: 'HORIZON_DAYS',
  /** Hours that a position stays without a newer one, as track-vehicles keeps it. */
  positionHours: 'POSITION_HOURS',
  silentMinutes: 'SILENT_MINUTES',
  metricNamespace: 'METRIC_NAMESPACE',
} as const;

/** Parts of the shipments table that are read at once. */
export const SCAN_SEGMENTS = 4;
