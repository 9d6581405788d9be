import type { AlertList, AlertSummary, AnswerHead } from '../../contracts/api/answers.ts';

/** All pages of a list of alerts, so that a storm shows every member. */
export interface AllAlerts extends AnswerHead {
  readonly alerts: readonly AlertSummary[];
  /** False: there are more than `MOST_PAGES` hold. */
  readonly isWhole: boolean;
}

const MOST_PAGES = 20;
/** As many as the API gives: a storm of hundreds is one question a turn, not one each hundred. */
export const ALERTS_AT_ONCE = 500;

/** `path` may have a query. The age is that of the first page, the oldest. */
export async function allAlerts(get: (path: string) => Promise<AlertList>, path: string): Promise<AllAlerts> {
  const first = await get(path);
  const alerts = [...first.alerts];
  let { cursor } = first;
  for (let page = 1; cursor !== null && page < MOST_PAGES; page += 1) {
    const next = await get(`${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`);
    alerts.push(...next.alerts);
    cursor = next.cursor;
  }
  return { as_of: first.as_of, source: first.source, alerts: [...new Map(alerts.map((alert) => [alert.alertId, alert])).values()], isWhole: cursor === null };
}
