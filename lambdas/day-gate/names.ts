/** Environment variables of day-gate: the template sets them, the handler requires them. */
export const DAY_GATE_ENV = {
  /** Streams by contract, JSON: `{ "shipment-event": "waybill-dev-shipment-event" }`. */
  streams: 'STREAMS',
  ledgerTable: 'LEDGER_TABLE',
  bronzeBucket: 'BRONZE_BUCKET',
  businessTimeZone: 'BUSINESS_TIME_ZONE',
  /** Local times `HH:MM` of the day after. */
  objective: 'OBJECTIVE',
  agreement: 'AGREEMENT',
  atAgreement: 'AT_AGREEMENT',
} as const;
