/** Environment variables of notify: the template sets them, the handler requires them. */
export const NOTIFY_ENV = {
  alertsTable: 'ALERTS_TABLE',
  topicArn: 'TOPIC_ARN',
  environment: 'WAYBILL_ENVIRONMENT',
  metricNamespace: 'METRIC_NAMESPACE',
} as const;

/** Only rows with something told are handed over. */
export const NOTIFY_FILTERS = [{ eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: ['A'] } }, NewImage: { noticeKey: { S: [{ exists: true }] } } } }] as const;
