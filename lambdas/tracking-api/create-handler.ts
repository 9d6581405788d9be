import { LIVE_CONTEXT } from '../../domain/delay/index.ts';
import type { DailyFigures, ShipmentList } from '../../contracts/api/answers.ts';
import { NewerFormatError, viewOf } from '../../domain/shipment/index.ts';
import { REGIONS } from '../../domain/region/index.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import { json, problem, PROBLEM_TYPES, RefusedRequest } from '../_shared/http/answer.ts';
import type { HttpApiAnswer, HttpApiEvent } from '../_shared/http/event.ts';
import type { Access, Caller } from '../_shared/http/caller.ts';
import { encodeCursor } from '../_shared/http/cursor.ts';
import { positionIn, readQuery } from '../_shared/http/query.ts';
import { serve } from '../_shared/http/serve.ts';
import type { HttpRequest } from '../_shared/http/serve.ts';
import type { Logger } from '../_shared/logger.ts';
import { describeError } from '../_shared/logger.ts';
import type { KnownCounts } from './counts-reader.ts';
import type { Freshness } from './freshness.ts';
import { healthAnswer } from './health.ts';
import { LIST_RULES, planList } from './list-plan.ts';
import { overviewBody, regionBody } from './region-bodies.ts';
import { shipmentBody } from './shipment-body.ts';
import type { ListedShipments, ListPosition, ListQuestion } from './shipment-lister.ts';
import type { FoundShipment } from './shipment-reader.ts';

export interface TrackingApiPorts {
  readonly readShipment: (shipmentId: string, now: number) => Promise<FoundShipment | undefined>;
  readonly listShipments: (question: ListQuestion) => Promise<ListedShipments>;
  /** undefined before the first count. */
  readonly readCounts: (now: number) => Promise<KnownCounts | undefined>;
  /** Figures of the last published day; null while there is none. */
  readonly readDaily: (now: number) => Promise<DailyFigures | null>;
  readonly customersOf: Access['customersOf'];
  readonly readFreshness: (now: number) => Promise<Freshness>;
  /** Of positions. */
  readonly readVehicleFreshness: (now: number) => Promise<Freshness>;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Paths that the API answers, as the OpenAPI document names them. */
export const ROUTES = { shipments: '/v1/shipments', shipment: '/v1/shipments/{id}', overview: '/v1/overview', region: '/v1/regions/{id}', health: '/v1/health' } as const;

const ID_MAXIMUM = 64;

/** Answers every request, errors as RFC 9457 problems. */
export function createHandler(ports: TrackingApiPorts): (event: HttpApiEvent) => Promise<HttpApiAnswer> {
  return serve({
    routes: [
      { method: 'GET', path: ROUTES.shipments, handle: (request) => answerList(request, ports) },
      { method: 'GET', path: ROUTES.shipment, handle: (request) => answerShipment(request, ports) },
      { method: 'GET', path: ROUTES.overview, handle: (request) => answerOverview(request, ports) },
      { method: 'GET', path: ROUTES.region, handle: (request) => answerRegion(request, ports) },
      { method: 'GET', path: ROUTES.health, handle: async () => healthAnswer(await ports.readFreshness(ports.now()), ports.now()) },
    ],
    log: ports.log,
    problemFor: newerFormat,
  });
}

const DEFAULT_LIMIT = 50;

async function answerList({ event, caller }: HttpRequest, ports: TrackingApiPorts): Promise<HttpApiAnswer> {
  const { cursor, limit = DEFAULT_LIMIT, ...filter } = readQuery(event, LIST_RULES);
  const now = ports.now();
  const customers = await ports.customersOf(caller, now);
  const plan = planList(filter, customers);
  // A cursor goes on with the same filters, for the same kind of caller; the page's length may change.
  const question = JSON.stringify([plan.index.name, filter, customers === undefined ? '' : caller.subject]);
  const from = positionIn(cursor, question) as ListPosition | undefined;
  const { shipments, next } = await ports.listShipments({ plan, filter, from, limit, now });
  const answer: ShipmentList = { as_of: new Date(now).toISOString(), source: 'live', index: plan.index.name, shipments, cursor: next === undefined ? null : encodeCursor(next, question) };
  return json(200, answer);
}

async function answerShipment({ path, caller }: HttpRequest, ports: TrackingApiPorts): Promise<HttpApiAnswer> {
  const shipmentId = path['id'] ?? '';
  if (shipmentId.length < 1 || shipmentId.length > ID_MAXIMUM) {
    throw new RefusedRequest({ type: PROBLEM_TYPES.badShipmentId, title: 'Not a shipment id', status: 400, detail: `A shipment id has 1 to ${ID_MAXIMUM} characters and is percent-encoded UTF-8, for example SHP-7Q2M4.` });
  }
  const now = ports.now();
  const [found, freshness, customers] = await Promise.all([ports.readShipment(shipmentId, now), freshnessOrUnknown(ports.readFreshness, now, ports), ports.customersOf(caller, now)]);
  const view = found === undefined ? undefined : viewOf(found.set, now, LIVE_CONTEXT);
  // Of another customer's shipment a partner hears no more than of one that is not there.
  if (found === undefined || view === undefined || customers?.has(view.order?.customerId ?? '') === false) {
    throw new RefusedRequest({
      type: PROBLEM_TYPES.shipmentNotFound,
      title: 'Shipment not found',
      status: 404,
      detail: 'Live state holds no such shipment. Either no event about it was taken yet, or the last one is long past (the lake keeps it), or the id is misspelt.',
    });
  }
  return json(200, shipmentBody({ shipmentId, version: found.version, view, texts: found.texts, now, freshness }));
}

async function answerOverview({ caller, event }: HttpRequest, ports: TrackingApiPorts): Promise<HttpApiAnswer> {
  readQuery(event, {});
  requireWholeView(caller);
  const now = ports.now();
  const [known, shipments, vehicles, daily] = await Promise.all([countsOrNone(now, ports), freshnessOrUnknown(ports.readFreshness, now, ports), freshnessOrUnknown(ports.readVehicleFreshness, now, ports), ports.readDaily(now)]);
  return json(200, overviewBody({ known, now }, { shipmentsSeconds: shipments.behindStreamSeconds ?? null, vehiclesSeconds: vehicles.behindStreamSeconds ?? null, daily }));
}

async function answerRegion({ caller, path, event }: HttpRequest, ports: TrackingApiPorts): Promise<HttpApiAnswer> {
  readQuery(event, {});
  requireWholeView(caller);
  const region = path['id'] ?? '';
  if (!REGIONS.includes(region)) throw new RefusedRequest({ type: PROBLEM_TYPES.regionNotFound, title: 'No such region', status: 404, detail: `Regions are ${REGIONS.join(', ')}.` });
  const now = ports.now();
  return json(200, regionBody(region, { known: await countsOrNone(now, ports), now }));
}

/** Regional numbers are over everyone's shipments. */
function requireWholeView({ role }: Caller): void {
  if (role !== 'partner') return;
  throw new RefusedRequest({ type: PROBLEM_TYPES.forbidden, title: 'Not allowed', status: 403, detail: 'Regional numbers are over the shipments of all customers; partners see their own: GET /v1/shipments.' });
}

async function countsOrNone(now: number, { readCounts }: TrackingApiPorts): Promise<KnownCounts> {
  const known = await readCounts(now);
  if (known !== undefined) return known;
  throw new RefusedRequest({ type: PROBLEM_TYPES.unavailable, title: 'Not counted yet', status: 503, detail: 'Regions have not been counted since this environment was made. The first count comes within minutes.' }, { 'retry-after': '60' });
}

/** A state without its freshness is worth more than none: it then says that the lag is unknown. */
async function freshnessOrUnknown(read: TrackingApiPorts['readFreshness'], now: number, { log }: TrackingApiPorts): Promise<Freshness> {
  try {
    return await read(now);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    log.warn('freshness could not be read', describeError(error));
    return { shards: [], behindStreamSeconds: undefined };
  }
}

function newerFormat(error: unknown): HttpApiAnswer | undefined {
  if (!(error instanceof NewerFormatError)) return undefined;
  return problem({ type: PROBLEM_TYPES.newerFormat, title: 'Written by a newer release', status: 503, detail: 'This shipment was written by a newer release of the platform than the one that answers. Try again when the deployment is complete.' }, { 'retry-after': '60' });
}
