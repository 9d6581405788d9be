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

/** Attributes of the main item that say what carries the shipment; raise-alerts counts storms by them. */
export const TRANSPORT_ATTRIBUTES = { told: 'transportTold', voyage: 'voyage', vehicle: 'vehicle' } as const;

/** Indexes of the shipments table that lists are read from: name, and the attribute that partitions it. Sorted by `pk`, keys only. */
export const SHIPMENT_INDEXES = {
  status: { name: 'by-status', key: 'statusKey' },
  region: { name: 'by-region', key: 'region' },
  carrier: { name: 'by-carrier', key: 'carrier' },
  customer: { name: 'by-customer', key: 'customerKey' },
  delayed: { name: 'by-delayed', key: 'lateKey' },
} as const;

/** Partitions of one status, or of the delayed: so many times a partition's write rate, and so many queries for a list. */
export const LIST_PARTITIONS = 4;
