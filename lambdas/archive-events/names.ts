/** Environment variables of archive-events: the template sets them, the handler requires them. */
export const ARCHIVE_EVENTS_ENV = {
  bronzeBucket: 'BRONZE_BUCKET',
  quarantineBucket: 'QUARANTINE_BUCKET',
  ledgerTable: 'LEDGER_TABLE',
  metricNamespace: 'METRIC_NAMESPACE',
} as const;
