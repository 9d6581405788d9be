import { headline, oneLine } from '../notices.ts';
import type { AlertNotice } from '../notices.ts';

const SIGNS: Readonly<Record<number, string>> = { 1: ':red_circle:', 2: ':large_orange_circle:', 3: ':large_yellow_circle:', 4: ':large_blue_circle:', 5: ':white_circle:' };

/** Body of a request to an incoming webhook. */
export function slack(notice: AlertNotice): string {
  const title = `${SIGNS[notice.severity] ?? ''} *${escaped(headline(notice))}*`;
  const facts = [notice.customerId, notice.serviceLevel, notice.carrier, notice.region].filter((fact) => fact !== null && fact !== 'unknown').map((fact) => escaped(oneLine(fact ?? '')));
  return JSON.stringify({
    text: escaped(headline(notice)),
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: title } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: [notice.turn === 'worsens' ? 'worse' : 'new', ...facts, `since ${notice.openedAt}`, escaped(oneLine(notice.alertId))].join(' · ') }] },
    ],
  });
}

/** The three characters that mean something to Slack, and marks that would change the look: what senders wrote stays text. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replace(/[*_~`]/g, '\u200b$&');
