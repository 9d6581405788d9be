/** Environment variables of tracking-api: the template sets them, the handler requires them. */
export const TRACKING_API_ENV = {
  shipmentsTable: 'SHIPMENTS_TABLE',
  ledgerTable: 'LEDGER_TABLE',
} as const;
