import { NewerFormatError, viewOf } from '../../domain/shipment/index.ts';
import type { Logger } from '../_shared/logger.ts';
import { describeError } from '../_shared/logger.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import type { Freshness } from './freshness.ts';
import { healthAnswer } from './health.ts';
import { json, problem, PROBLEM_TYPES } from './http.ts';
import type { HttpApiAnswer, HttpApiEvent } from './http.ts';
import { shipmentBody } from './shipment-body.ts';
import type { FoundShipment } from './shipment-reader.ts';

export interface TrackingApiPorts {
  readonly readShipment: (shipmentId: string, now: number) => Promise<FoundShipment | undefined>;
  readonly readFreshness: (now: number) => Promise<Freshness>;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Paths that the API answers, as the OpenAPI document names them. */
export const ROUTES = { shipment: '/v1/shipments/{id}', health: '/v1/health' } as const;

const SHIPMENT_PATH = /^\/v1\/shipments\/([^/]+)$/;
const ID_MAXIMUM = 64;

/** Answers every request, errors as RFC 9457 problems; what went wrong inside is in the log, never in an answer. */
export function createHandler(ports: TrackingApiPorts): (event: HttpApiEvent) => Promise<HttpApiAnswer> {
  return async (event) => {
    try {
      return await route(event, ports);
    } catch (error) {
      return failure(error, event, ports);
    }
  };
}

async function route(event: HttpApiEvent, ports: TrackingApiPorts): Promise<HttpApiAnswer> {
  const path = event.rawPath.length > 1 ? event.rawPath.replace(/\/$/, '') : event.rawPath;
  const encodedId = SHIPMENT_PATH.exec(path)?.[1];
  if (encodedId === undefined && path !== ROUTES.health) {
    return problem({ type: PROBLEM_TYPES.noSuchPath, title: 'No such path', status: 404, detail: `There are ${ROUTES.shipment} and ${ROUTES.health}.` });
  }
  const { method } = event.requestContext.http;
  if (method !== 'GET') {
    return problem({ type: PROBLEM_TYPES.methodNotAllowed, title: 'Method not allowed', status: 405, detail: `This API only reads: use GET, not ${method}.` }, { allow: 'GET' });
  }
  if (encodedId === undefined) return healthAnswer(await ports.readFreshness(ports.now()), ports.now());
  return answerShipment(event.pathParameters?.id ?? decode(encodedId), ports);
}

async function answerShipment(id: string | undefined, ports: TrackingApiPorts): Promise<HttpApiAnswer> {
  const shipmentId = id !== undefined && id.length >= 1 && id.length <= ID_MAXIMUM ? id : undefined;
  if (shipmentId === undefined) {
    return problem({ type: PROBLEM_TYPES.badShipmentId, title: 'Not a shipment id', status: 400, detail: `A shipment id has 1 to ${ID_MAXIMUM} characters and is percent-encoded UTF-8, for example SHP-7Q2M4.` });
  }
  const now = ports.now();
  const [found, freshness] = await Promise.all([ports.readShipment(shipmentId, now), freshnessOrUnknown(now, ports)]);
  if (found === undefined) {
    return problem({
      type: PROBLEM_TYPES.shipmentNotFound,
      title: 'Shipment not found',
      status: 404,
      detail: 'Live state holds no such shipment. Either no event about it was taken yet, or the last one is long past (the lake keeps it), or the id is misspelt.',
    });
  }
  return json(200, shipmentBody({ shipmentId, version: found.version, view: viewOf(found.set, now), texts: found.texts, now, freshness }));
}

/** The gateway hands the id over decoded; this is for callers that give the path only. */
function decode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** A state without its freshness is worth more than none: it then says that the lag is unknown. */
async function freshnessOrUnknown(now: number, { readFreshness, log }: TrackingApiPorts): Promise<Freshness> {
  try {
    return await readFreshness(now);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    log.warn('freshness could not be read', describeError(error));
    return { shards: [], behindStreamSeconds: undefined };
  }
}

/** Class of the failure -> public answer. The request id finds the log line. */
function failure(error: unknown, event: HttpApiEvent, { log }: TrackingApiPorts): HttpApiAnswer {
  const requestId = event.requestContext.requestId ?? '';
  log.error('request failed', { ...describeError(error), requestId, path: event.rawPath.startsWith('/v1/shipments/') ? ROUTES.shipment : event.rawPath });
  if (error instanceof NewerFormatError) {
    return problem({ type: PROBLEM_TYPES.newerFormat, title: 'Written by a newer release', status: 503, detail: 'This shipment was written by a newer release of the platform than the one that answers. Try again when the deployment is complete.' }, { 'retry-after': '60' });
  }
  if (error instanceof AwsError) {
    return problem({ type: PROBLEM_TYPES.unavailable, title: 'Live state cannot be read', status: 503, detail: 'The store of live state does not answer at the moment. Try again in a few seconds.' }, { 'retry-after': '5' });
  }
  return problem({ type: PROBLEM_TYPES.internal, title: 'Internal error', status: 500, detail: `Something went wrong on our side. Tell the operators the request id${requestId === '' ? '.' : `: ${requestId}`}` });
}
