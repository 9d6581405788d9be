import { headline, oneLine } from '../notices.ts';
import type { AlertNotice } from '../notices.ts';

/** SNS refuses a subject of 100 characters or more, and one with a control character. */
const SUBJECT_MAXIMUM = 99;

export interface Email {
  readonly subject: string;
  readonly text: string;
}

export function email(notice: AlertNotice): Email {
  const rows: readonly (readonly [string, string | null])[] = [
    ['Shipment', notice.shipmentId],
    ['Customer', notice.customerId],
    ['Service level', notice.serviceLevel],
    ['Carrier', notice.carrier],
    ['Place', notice.place],
    ['Region', notice.region],
    ['Since', notice.openedAt],
    ['Alert', notice.alertId],
    ['Key of this message', notice.key],
  ];
  const lines = [
    headline(notice),
    notice.turn === 'worsens' ? 'It has become worse.' : 'It is new.',
    '',
    ...rows.filter(([, value]) => value !== null && value !== 'unknown').map(([name, value]) => `${`${name}:`.padEnd(21)}${oneLine(value ?? '')}`),
  ];
  return { subject: printable(`[${notice.environment}] ${headline(notice)}`).slice(0, SUBJECT_MAXIMUM), text: `${lines.join('\n')}\n` };
}

/** ASCII: SNS takes nothing else in a subject. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');
