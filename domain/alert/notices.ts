/** What is told of an alert outside the platform, whatever the channel. */
import { placeOf } from './alert-id.ts';
import { causeIn } from './storms.ts';

/** Instants are RFC 3339 in UTC; '' and null = not known. The body of the generic webhook is exactly this. */
export interface AlertNotice {
  readonly schema: 'waybill.alert-notice/1';
  readonly environment: string;
  /** Names the alert; the same through all its episodes. */
  readonly alertId: string;
  /** The same whenever this very news is delivered again: what to drop repeats by. */
  readonly key: string;
  readonly turn: 'opens' | 'worsens';
  readonly kind: string;
  readonly subject: string;
  /** 1 (worst) to 5. */
  readonly severity: number;
  readonly level: number;
  readonly text: string;
  readonly openedAt: string;
  readonly at: string;
  /** null for a storm. */
  readonly shipmentId: string | null;
  readonly place: string | null;
  readonly region: string;
  readonly customerId: string | null;
  readonly carrier: string | null;
  readonly serviceLevel: string | null;
  readonly minutesLate: number | null;
  /** Storm: how many alerts it holds. */
  readonly members: number | null;
  /** Storm that this alert is part of: its own notice goes only to those who asked for its customer. */
  readonly storm: string | null;
}

/** What subscriptions filter by. */
export interface NoticeAttributes {
  readonly region: string;
  readonly customer: string;
  readonly severity: string;
  readonly kind: string;
  /** `yes`: one of a storm that is told as a whole. */
  readonly grouped: 'yes' | 'no';
}

export const noticeAttributes = ({ region, customerId, severity, kind, storm }: Pick<AlertNotice, 'region' | 'customerId' | 'severity' | 'kind' | 'storm'>): NoticeAttributes => ({
  region,
  customer: customerId ?? 'unknown',
  severity: String(severity),
  kind,
  grouped: storm === null ? 'no' : 'yes',
});

/** Where an alert's trouble is; of a storm only where it is counted by place. */
export function placeOrNull({ alertId, subject }: Pick<AlertNotice, 'alertId' | 'subject'>): string | null {
  const place = placeOf(subject);
  return place === '' || (causeIn(alertId)?.by ?? 'place') !== 'place' ? null : place;
}

/** One line for people: `SEV-2 Arrival at NLRTM is 5 h late (SHP-7Q2M4)`. */
export const headline = ({ severity, text, shipmentId }: Pick<AlertNotice, 'severity' | 'text' | 'shipmentId'>): string => oneLine(`SEV-${severity} ${text}${shipmentId === null ? '' : ` (${shipmentId})`}`);

/** What senders wrote must not begin a line of its own. */
export const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ');
