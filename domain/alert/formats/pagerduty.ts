import { headline } from '../notices.ts';
import type { AlertNotice } from '../notices.ts';

/** PagerDuty's own words for how bad it is. */
const SEVERITIES: Readonly<Record<number, string>> = { 1: 'critical', 2: 'error', 3: 'warning', 4: 'info', 5: 'info' };
const SUMMARY_MAXIMUM = 1_024;
const KEY_MAXIMUM = 255;

/** Body of a request to the Events API v2. One incident per alert: the same `dedup_key` through its whole life. */
export function pagerDuty(notice: AlertNotice, routingKey: string): string {
  return JSON.stringify({
    routing_key: routingKey,
    event_action: 'trigger',
    dedup_key: notice.alertId.slice(0, KEY_MAXIMUM),
    payload: {
      summary: headline(notice).slice(0, SUMMARY_MAXIMUM),
      source: `waybill-${notice.environment}`,
      severity: SEVERITIES[notice.severity] ?? 'info',
      timestamp: notice.at,
      component: notice.shipmentId ?? notice.subject,
      group: notice.region,
      class: notice.kind,
      custom_details: notice,
    },
  });
}
