/**
 * From two images of a shipment to alert rows. Pure: `rows` are what the table holds, the caller writes what is answered, each
 * row under the condition that it has no version as new (docs/alerts.md, episodes).
 */
import { severityOf } from '../delay/index.ts';
import type { AlertSeverity } from '../delay/index.ts';
import type { Alert, AlertKind } from '../shipment/index.ts';
import { alertId } from './alert-id.ts';

const HOUR = 3_600_000;

/** What began longer ago than this before it was seen is recorded, and nobody is told. */
export const NEWS_LIFE_MS = 24 * HOUR;

/** Of whom an alert speaks; '' and 0 = not known. */
export interface AlertSubject {
  readonly region: string;
  readonly customerId: string;
  readonly carrier: string;
  readonly serviceLevel: string;
  readonly priority: number;
  /** What carries the shipment; undefined or '' = not known. */
  readonly voyage?: string;
  readonly vehicle?: string;
}

/** What the item of a shipment says at one version. */
export interface ShipmentImage {
  readonly version: number;
  readonly alerts: readonly Alert[];
  readonly about: AlertSubject;
}

/** One record of the table's stream. */
export interface ImageChange {
  readonly shipmentId: string;
  /** undefined: the item is new. */
  readonly before: ShipmentImage | undefined;
  /** Of an item that went: one version on, without alerts. */
  readonly after: ShipmentImage;
  /** Ms since 1970 at which the table took it: the same however often the record comes. */
  readonly at: number;
  /** It was written for an event that was old news by then: more such events are under way, and what only the clock says of this image is worth nothing. */
  readonly catchingUp: boolean;
}

/** What became of an alert with one change. */
export type Turn = 'opens' | 'worsens' | 'eases' | 'closes';

/** What people are to be told. */
export interface Notice {
  /** The same for the same news, however often it is delivered. */
  readonly key: string;
  readonly turn: Extract<Turn, 'opens' | 'worsens'>;
  /** Ms since 1970. */
  readonly at: number;
}

export interface AlertRow {
  readonly alertId: string;
  readonly shipmentId: string;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly about: AlertSubject;
  readonly severity: AlertSeverity;
  /** Version of the image that said so last; grows only. */
  readonly stateVersion: number;
  /** 0 = closed. */
  readonly level: number;
  /** Grows only: the highest level that was told, or recorded without telling. */
  readonly toldLevel: number;
  /** Grows only: opening events that a notice has covered, sorted. */
  readonly covered: readonly string[];
  /** Ms since 1970, of the episode. */
  readonly openedAt: number;
  readonly changedAt: number;
  readonly planned?: number;
  readonly estimated?: number;
  /** The last that was told; undefined when nothing was. */
  readonly notice?: Notice;
}

export interface RowChange {
  readonly row: AlertRow;
  readonly turn: Turn | undefined;
  /** Somebody is to hear of it: `row.notice` is new. */
  readonly isNews: boolean;
}

/** Rows that this record changes. What a row knows already, or knows better, is left out. */
export function applyChange(change: ImageChange, rowOf: (alertId: string) => AlertRow | undefined, seenAt: number): RowChange[] {
  const { shipmentId, before, after } = change;
  const changes: RowChange[] = [];
  const open = new Set<string>();
  for (const alert of after.alerts) {
    const id = alertId(shipmentId, alert);
    const row = rowOf(id);
    open.add(id);
    if (row === undefined || row.stateVersion < after.version) changes.push(opened({ id, alert, row, change, seenAt }));
  }
  for (const alert of before?.alerts ?? []) {
    const id = alertId(shipmentId, alert);
    const row = rowOf(id);
    // Written even where no row is: else an older image that comes later would open it for ever.
    if (!open.has(id) && (row === undefined || row.stateVersion < after.version)) changes.push(closed({ id, alert, row, change, seenAt }));
  }
  return changes;
}

interface OneAlert {
  readonly id: string;
  readonly alert: Alert;
  readonly row: AlertRow | undefined;
  readonly change: ImageChange;
  readonly seenAt: number;
}

function opened({ id, alert, row, change, seenAt }: OneAlert): RowChange {
  const { level, members, since, planned, estimated } = alert;
  const { toldLevel = 0, covered = [] } = row ?? {};
  const wasOpen = row !== undefined && row.level > 0;
  const isFresh = members.length > 0 && !members.some((member) => covered.includes(member));
  const isUntold = level > toldLevel || isFresh;
  const isNews = isUntold && seenAt - since <= NEWS_LIFE_MS && !(change.catchingUp && members.length === 0);
  const turn = !wasOpen ? 'opens' : level > row.level || isFresh ? 'worsens' : level < row.level ? 'eases' : undefined;
  const notice: Notice | undefined = isNews ? { key: `${id}|${level}|${isFresh ? (members[0] ?? '') : ''}`, turn: turn === 'worsens' ? 'worsens' : 'opens', at: seenAt } : row?.notice;
  return {
    turn,
    isNews,
    row: {
      ...headOf({ id, alert, change }),
      level,
      toldLevel: Math.max(toldLevel, level),
      covered: union(covered, members),
      openedAt: wasOpen ? row.openedAt : since,
      changedAt: turn === undefined ? (row?.changedAt ?? seenAt) : seenAt,
      ...(planned !== undefined && { planned }),
      ...(estimated !== undefined && { estimated }),
      ...(notice !== undefined && { notice }),
    },
  };
}

function closed({ id, alert, row, change, seenAt }: OneAlert): RowChange {
  const wasOpen = row !== undefined && row.level > 0;
  const known = row ?? { ...headOf({ id, alert, change }), level: 0, toldLevel: 0, covered: [], openedAt: alert.since, changedAt: seenAt };
  return { turn: wasOpen ? 'closes' : undefined, isNews: false, row: { ...known, level: 0, stateVersion: change.after.version, changedAt: wasOpen ? seenAt : known.changedAt } };
}

function headOf({ id, alert, change: { shipmentId, after } }: Pick<OneAlert, 'id' | 'alert' | 'change'>): Pick<AlertRow, 'alertId' | 'shipmentId' | 'kind' | 'subject' | 'about' | 'severity' | 'stateVersion'> {
  const { kind, subject, level } = alert;
  const { serviceLevel, priority } = after.about;
  return { alertId: id, shipmentId, kind, subject, about: after.about, severity: severityOf({ kind, subject, level, serviceLevel, priority }), stateVersion: after.version };
}

const union = (covered: readonly string[], members: readonly string[]): readonly string[] => (members.length === 0 ? covered : [...new Set([...covered, ...members])].sort());
