import type { AlertAnswer, AlertList } from '../../contracts/api/answers.ts';
import { ALERT_KINDS } from '../../domain/shipment/index.ts';
import { json, PROBLEM_TYPES, RefusedRequest } from '../_shared/http/answer.ts';
import { requireOperator } from '../_shared/http/caller.ts';
import type { Access, Caller } from '../_shared/http/caller.ts';
import { encodeCursor } from '../_shared/http/cursor.ts';
import type { HttpApiAnswer, HttpApiEvent } from '../_shared/http/event.ts';
import { cursorRule, identifier, oneOf, positionIn, readBody, readQuery, wholeNumber } from '../_shared/http/query.ts';
import { serve } from '../_shared/http/serve.ts';
import type { HttpRequest } from '../_shared/http/serve.ts';
import type { Logger } from '../_shared/logger.ts';
import { N, S } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';
import type { AlertPage, AlertQuestion, ListPosition } from './alert-lister.ts';
import { summaryOf } from './alert-summary.ts';
import type { AlertMarks } from './marks.ts';

export interface AlertsApiPorts {
  readonly list: (question: AlertQuestion) => Promise<AlertPage>;
  readonly marks: AlertMarks;
  readonly customersOf: Access['customersOf'];
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const MINUTE = 60_000;
const DEFAULT_LIMIT = 100;

const LIST_PARAMETERS = {
  state: oneOf(['open', 'closed']),
  severity: wholeNumber({ from: 1, to: 5, example: 2 }),
  region: identifier({ most: 64, example: 'benelux' }),
  customer: identifier({ most: 64, example: 'CUST-0042' }),
  kind: oneOf([...ALERT_KINDS, 'STORM']),
  shipment: identifier({ most: 64, example: 'SHP-7Q2M4' }),
  storm: identifier({ most: 400, example: 'STORM:LATE:place:NLRTM' }),
  limit: wholeNumber({ from: 1, to: 500, example: DEFAULT_LIMIT }),
  cursor: cursorRule,
};

const SNOOZE_PARAMETERS = { minutes: wholeNumber({ from: 0, to: 10_080, example: 60 }) };

/** Lists alerts, and takes what people say of one. */
export function createHandler(ports: AlertsApiPorts): (event: HttpApiEvent) => Promise<HttpApiAnswer> {
  return serve({
    log: ports.log,
    routes: [
      { method: 'GET', path: '/v1/alerts', handle: async (request) => list(request, ports) },
      { method: 'POST', path: '/v1/alerts/{id}/acknowledge', handle: async (request) => acknowledge(request, ports) },
      { method: 'POST', path: '/v1/alerts/{id}/snooze', handle: async (request) => snooze(request, ports) },
    ],
  });
}

async function list({ event, caller }: HttpRequest, ports: AlertsApiPorts): Promise<HttpApiAnswer> {
  const { cursor, state = 'open', limit = DEFAULT_LIMIT, ...filters } = readQuery(event, LIST_PARAMETERS);
  const now = ports.now();
  const question = JSON.stringify([caller.subject, state, filters]);
  const from = positionIn(cursor, question) as ListPosition | undefined;
  const page = await ports.list({ ...filters, state, limit, from, now, customers: await ports.customersOf(caller, now) });
  const body: AlertList = {
    as_of: new Date(now).toISOString(),
    source: 'live',
    cursor: page.next === undefined ? null : encodeCursor(page.next, question),
    alerts: page.alerts,
  };
  return json(200, body);
}

async function acknowledge({ event, caller, path }: HttpRequest, ports: AlertsApiPorts): Promise<HttpApiAnswer> {
  requireOperator(caller);
  readBody(event, {});
  return marked(ports, { caller, alertId: path['id'] ?? '', marksAt: (now) => ({ ackBy: S(caller.name), ackAt: N(now) }) });
}

async function snooze({ event, caller, path }: HttpRequest, ports: AlertsApiPorts): Promise<HttpApiAnswer> {
  requireOperator(caller);
  const { minutes } = readBody(event, SNOOZE_PARAMETERS);
  if (minutes === undefined) {
    throw new RefusedRequest({ type: PROBLEM_TYPES.badRequest, title: 'Bad request', status: 400, detail: 'minutes: got nothing, allowed is a whole number from 0 to 10080 (0 ends a snooze), for example {"minutes": 60}' });
  }
  return marked(ports, { caller, alertId: path['id'] ?? '', marksAt: (now) => ({ snoozedBy: S(caller.name), snoozedUntil: N(now + minutes * MINUTE) }) });
}

interface Marking {
  readonly caller: Caller;
  readonly alertId: string;
  readonly marksAt: (now: number) => Readonly<Record<string, AttributeValue>>;
}

async function marked(ports: AlertsApiPorts, { caller, alertId, marksAt }: Marking): Promise<HttpApiAnswer> {
  const now = ports.now();
  const row = alertId === '' ? undefined : await ports.marks.mark(alertId, marksAt(now));
  if (row !== undefined) {
    ports.log.info('alert marked', { alertId, by: caller.subject });
    return answerOf(row, now);
  }
  const known = alertId === '' ? undefined : await ports.marks.read(alertId);
  if (known === undefined) {
    throw new RefusedRequest({ type: PROBLEM_TYPES.alertNotFound, title: 'Alert not found', status: 404, detail: 'There is no such alert. Its id is in the list of alerts; in a path it is percent-encoded.' });
  }
  throw new RefusedRequest({ type: PROBLEM_TYPES.conflict, title: 'Alert is closed', status: 409, detail: 'This alert closed by itself meanwhile: nobody needs to act. Read the list again.' });
}

function answerOf(row: Item, now: number): HttpApiAnswer {
  const alert = summaryOf(row, now);
  if (alert === undefined) throw new Error('The row that was marked is no alert.');
  const body: AlertAnswer = { as_of: new Date(now).toISOString(), source: 'live', alert };
  return json(200, body);
}
