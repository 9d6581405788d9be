/** Environment variables of catch-up: the template sets them, the handler requires them. */
export const CATCH_UP_ENV = {
  shipmentsTable: 'SHIPMENTS_TABLE',
  bronzeBucket: 'BRONZE_BUCKET',
  /** Read only: events that were quarantined count as covered. */
  quarantineBucket: 'QUARANTINE_BUCKET',
  horizonDays: 'HORIZON_DAYS',
} as const;
