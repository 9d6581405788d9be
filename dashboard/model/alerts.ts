import type { AlertSummary } from '../../contracts/api/answers.ts';
import { clock, instantOf, MINUTE, moment } from './time.ts';

export const STATES = ['open', 'acknowledged', 'snoozed', 'closed', 'mine'] as const;
export type ListState = (typeof STATES)[number];

export const KINDS: Readonly<Record<AlertSummary['kind'], string>> = {
  LATE: 'late',
  MISSED: 'missed milestone',
  SILENT: 'no news',
  HOLD: 'hold',
  EXCEPTION: 'exception',
  SENSOR: 'temperature',
  STORM: 'storm',
};

/** What the list is narrowed to; null = any. `severity` is the least urgent that still shows. */
export interface AlertFilter {
  readonly state: ListState;
  readonly severity: number | null;
  readonly kind: string | null;
  readonly region: string | null;
  readonly customer: string | null;
}

export function filterOf(query: Readonly<Record<string, string>>): AlertFilter {
  const severity = Number(query['severity']);
  return {
    state: STATES.find((state) => state === query['state']) ?? 'open',
    severity: Number.isInteger(severity) && severity >= 1 && severity <= 4 ? severity : null,
    kind: query['kind'] !== undefined && Object.hasOwn(KINDS, query['kind']) ? query['kind'] : null,
    region: query['region'] ?? null,
    customer: query['customer'] ?? null,
  };
}

export const queryOf = ({ state, severity, kind, region, customer }: AlertFilter): Record<string, string | undefined> => ({
  state: state === 'open' ? undefined : state,
  severity: severity === null ? undefined : String(severity),
  kind: kind ?? undefined,
  region: region ?? undefined,
  customer: customer ?? undefined,
});

/** Acknowledged or snoozed: somebody has it. A snooze that has run out counts no more. */
export type Standing = 'open' | 'acknowledged' | 'snoozed' | 'closed';

export function standingOf(alert: AlertSummary, now: number): Standing {
  if (alert.state === 'closed') return 'closed';
  if (isSnoozed(alert, now)) return 'snoozed';
  return alert.acknowledged === null ? 'open' : 'acknowledged';
}

const isSnoozed = (alert: AlertSummary, now: number): boolean => alert.snoozed !== null && (instantOf(alert.snoozed.until) ?? 0) > now;

/** Whole minutes of a snooze that are left, rounded up; 0: it is not snoozed. */
export const minutesLeft = (alert: AlertSummary, now: number): number => Math.max(0, Math.ceil(((instantOf(alert.snoozed?.until) ?? now) - now) / MINUTE));

/** Who holds it and until when, or how it ended; null: nobody. */
export function ownerWords(alert: AlertSummary, now: number): string | null {
  switch (standingOf(alert, now)) {
    case 'closed': return `closed ${moment(instantOf(alert.changedAt) ?? now, now)}`;
    case 'snoozed': return `${alert.snoozed?.by ?? ''}, until ${moment(instantOf(alert.snoozed?.until) ?? now, now)}`;
    case 'acknowledged': return alert.acknowledged?.by ?? null;
    case 'open': return null;
  }
}

/** The same as a sentence for the short list. */
export function heldWords(alert: AlertSummary, now: number): string | null {
  const standing = standingOf(alert, now);
  if (standing === 'snoozed') return `Snoozed by ${alert.snoozed?.by ?? ''} until ${clock(instantOf(alert.snoozed?.until) ?? now)}`;
  if (standing === 'acknowledged') return `Acknowledged by ${alert.acknowledged?.by ?? ''}, ${moment(instantOf(alert.acknowledged?.at) ?? now, now)}`;
  return null;
}

/** What nobody holds first, then the most severe, then the newest; ids settle the rest, so that rows do not swap on a poll. */
export function ordered(alerts: readonly AlertSummary[], now: number): AlertSummary[] {
  const rest = (alert: AlertSummary): number => (standingOf(alert, now) === 'open' ? 0 : 1);
  return [...alerts].sort((a, b) => rest(a) - rest(b) || a.severity - b.severity || compare(b.openedAt, a.openedAt) || compare(a.alertId, b.alertId));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export interface AlertRow {
  readonly alert: AlertSummary;
  /** Of a storm: all that are known, ordered. */
  readonly members: readonly AlertSummary[];
}

/** Storms hold their members; a member whose storm is not among the alerts stands for itself. */
export function rowsOf(alerts: readonly AlertSummary[], now: number): AlertRow[] {
  const storms = new Set(alerts.filter((alert) => alert.kind === 'STORM').map((alert) => alert.alertId));
  const members = Map.groupBy(alerts.filter((alert) => alert.storm !== null && storms.has(alert.storm)), (alert) => alert.storm ?? '');
  const top = alerts.filter((alert) => alert.storm === null || !storms.has(alert.storm));
  return ordered(top, now).map((alert) => ({ alert, members: ordered(members.get(alert.alertId) ?? [], now) }));
}

/** A storm passes when it or one of its members does. */
export function filteredRows(rows: readonly AlertRow[], filter: AlertFilter, { now, me }: { readonly now: number; readonly me: readonly string[] }): AlertRow[] {
  return rows.filter(({ alert, members }) => isInState(alert, filter.state, { now, me }) && [alert, ...members].some((each) => matches(each, filter)));
}

function isInState(alert: AlertSummary, state: ListState, { now, me }: { readonly now: number; readonly me: readonly string[] }): boolean {
  const standing = standingOf(alert, now);
  if (state !== 'mine') return standing === state;
  const holder = standing === 'acknowledged' ? alert.acknowledged?.by : standing === 'snoozed' ? alert.snoozed?.by : undefined;
  return holder !== undefined && me.includes(holder);
}

const matches = (alert: AlertSummary, { severity, kind, region, customer }: AlertFilter): boolean =>
  (severity === null || alert.severity <= severity) &&
  (kind === null || alert.kind === kind) &&
  (region === null || alert.region === region) &&
  (customer === null || alert.customerId === customer);

/** Rows that nobody holds; storms count once. */
export const openCount = (alerts: readonly AlertSummary[], now: number): number => rowsOf(alerts, now).filter(({ alert }) => standingOf(alert, now) === 'open').length;

/** The row of an id: of the list, a storm's member, or one that the filters hide. null: there is none, or nothing was chosen and the list is empty. */
export function chosenRow({ rows, alerts, id }: { readonly rows: readonly AlertRow[]; readonly alerts: readonly AlertSummary[]; readonly id: string | null }): AlertRow | null {
  if (id === null) return rows[0] ?? null;
  const shown = rows.find(({ alert }) => alert.alertId === id);
  const other = alerts.find(({ alertId }) => alertId === id);
  return shown ?? (other === undefined ? null : { alert: other, members: [] });
}

/** The row `by` steps from the chosen one, within the list. `before`: where it stood, if an answer or an action has taken it out of the list. */
export function stepped(rows: readonly AlertRow[], { chosen, before, by }: { readonly chosen: string | null; readonly before: number; readonly by: 1 | -1 }): string | null {
  const index = rows.findIndex(({ alert }) => alert.alertId === chosen);
  const wanted = index >= 0 ? index + by : by > 0 ? before : before - 1;
  return rows[Math.max(0, Math.min(rows.length - 1, wanted))]?.alert.alertId ?? null;
}
