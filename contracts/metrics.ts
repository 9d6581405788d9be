/** Metric names that handlers emit and alarms read: a renamed metric cannot orphan an alarm. */
/** Each environment has a namespace of its own: several live in one account and region, and must not share an alarm. */
export const metricNamespace = (env: string): string => `Waybill/${env}`;

export const DIMENSIONS = { contract: 'Contract', function: 'Function', listener: 'Listener', machine: 'Machine' } as const;

/** One EMF record per batch carries these, dimension Contract. */
export const METRIC = {
  recordsReceived: 'RecordsReceived',
  recordsArchived: 'RecordsArchived',
  recordsQuarantined: 'RecordsQuarantined',
  recordsMarked: 'MarkersReceived',
  warnings: 'RecordsWithWarnings',
  /** Percent of a batch's events that the contract's decoder left to be parsed: they cost five times as much. */
  decoderFallback: 'DecoderFallback',
  bronzeBytes: 'BronzeBytes',
  eventToArrival: 'EventToArrival',
  /** track-shipments */
  eventsFolded: 'EventsFolded',
  eventsTooOld: 'EventsTooOld',
  shipmentsWritten: 'ShipmentsWritten',
  shipmentsUnchanged: 'ShipmentsUnchanged',
  writeConflicts: 'WriteConflicts',
  newerFormatHeld: 'NewerFormatHeld',
  positionsGivenUp: 'PositionsGivenUp',
  /** track-vehicles. Fixes too old or ahead of their arrival are in the lake only. */
  fixesFolded: 'FixesFolded',
  fixesTooOld: 'FixesTooOld',
  fixesFuture: 'FixesFuture',
  fixesStale: 'FixesStale',
  teleports: 'Teleports',
  vehicleItemsWritten: 'VehicleItemsWritten',
  vehicleItemsUnchanged: 'VehicleItemsUnchanged',
  /** raise-alerts, notify, watch-stalls: without a dimension. */
  alertsOpened: 'AlertsOpened',
  alertsWorsened: 'AlertsWorsened',
  alertsClosed: 'AlertsClosed',
  alertsTold: 'AlertsTold',
  noticesSent: 'NoticesSent',
  noticesWithheld: 'NoticesWithheld',
  shipmentsReviewed: 'ShipmentsReviewed',
  /** Ms by which the shipment that waits longest for its review is late. */
  reviewDelay: 'ReviewDelay',
  /** deliver-notice, dimension Listener; withheld ones as above. Overdue: put back, and first sent ten minutes ago or more. */
  noticesDelivered: 'NoticesDelivered',
  noticesPutBack: 'NoticesPutBack',
  noticesGivenUp: 'NoticesGivenUp',
  noticesOverdue: 'NoticesOverdue',
  /** count-regions: without a dimension. */
  shipmentsCounted: 'ShipmentsCounted',
  countReadUnits: 'CountReadUnits',
  countDuration: 'CountDuration',
  /** Spark jobs (waybill_lake/job_metrics.py): build-gold without a dimension, load-silver by contract and of gold as a whole. */
  daysPublished: 'DaysPublished',
  daysRefused: 'DaysRefused',
  /** State machines that build gold, dimension Machine: 1 in each minute in which a run may fail because rules refused its days. */
  refusalsTold: 'RefusalsTold',
  objectsWaiting: 'ObjectsWaiting',
  goldAgeHours: 'GoldAgeHours',
  /** compare-logic: 1 for a comparison above its limit, else 0. */
  comparisonsAboveLimit: 'ComparisonsAboveLimit',
} as const;
export type MetricName = (typeof METRIC)[keyof typeof METRIC];
