/** Environment variables of raise-alerts: the template sets them, the handler requires them. */
export const RAISE_ALERTS_ENV = {
  alertsTable: 'ALERTS_TABLE',
  metricNamespace: 'METRIC_NAMESPACE',
} as const;

/** Index of the table of alerts: `list` = `open` or `closed#<UTC date>`, sorted by severity and age, or by time. */
export const ALERT_LIST_INDEX = 'by-list';

/** Only what can matter is handed over: the main item of a shipment that has, or had, alerts. */
export const RAISE_ALERTS_FILTERS = [
  { dynamodb: { Keys: { sk: { S: ['S'] } }, NewImage: { alerts: { S: [{ exists: true }] } } } },
  { dynamodb: { Keys: { sk: { S: ['S'] } }, OldImage: { alerts: { S: [{ exists: true }] } } } },
] as const;

/** What people did with an episode; a new one starts without. */
export const ENDED_WITH_EPISODE = ['ackBy', 'ackAt', 'snoozedBy', 'snoozedUntil'] as const;
