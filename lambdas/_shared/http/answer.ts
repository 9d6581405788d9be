import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { HttpApiAnswer, HttpApiEvent } from './event.ts';

/** Live state changes by the second: nobody may use an answer again without asking. */
const NOT_KEPT = { 'cache-control': 'no-store' } as const;
const ASK_AGAIN = { 'cache-control': 'private, no-cache', vary: 'authorization, accept-encoding' } as const;

export const json = (statusCode: number, body: object): HttpApiAnswer => ({
  statusCode,
  headers: { ...NOT_KEPT, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** RFC 9457. `type` names the kind of problem for programs, `title` for people, `detail` says what to do next. */
export interface Problem {
  readonly type: ProblemType;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Each wrong parameter by itself. */
  readonly mistakes?: readonly RequestMistake[];
}

/** What is wrong with one parameter of a request. */
export interface RequestMistake {
  readonly parameter: string;
  readonly got: string;
  readonly allowed: string;
  readonly example?: string;
}

export const PROBLEM_TYPES = {
  badRequest: 'urn:waybill:problem:bad-request',
  badShipmentId: 'urn:waybill:problem:bad-shipment-id',
  shipmentNotFound: 'urn:waybill:problem:shipment-not-found',
  vehicleNotFound: 'urn:waybill:problem:vehicle-not-found',
  alertNotFound: 'urn:waybill:problem:alert-not-found',
  regionNotFound: 'urn:waybill:problem:region-not-found',
  noSuchPath: 'urn:waybill:problem:no-such-path',
  methodNotAllowed: 'urn:waybill:problem:method-not-allowed',
  forbidden: 'urn:waybill:problem:forbidden',
  conflict: 'urn:waybill:problem:conflict',
  unavailable: 'urn:waybill:problem:unavailable',
  newerFormat: 'urn:waybill:problem:newer-format',
  internal: 'urn:waybill:problem:internal',
} as const;
export type ProblemType = (typeof PROBLEM_TYPES)[keyof typeof PROBLEM_TYPES];

export const problem = (content: Problem, headers: Readonly<Record<string, string>> = {}): HttpApiAnswer => ({
  statusCode: content.status,
  headers: { ...NOT_KEPT, 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify(content),
});

/** Thrown inside a route: the caller gets this answer, and nothing is logged as a failure of ours. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly answer: HttpApiAnswer;

  constructor(content: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(content.title);
    this.answer = problem(content, headers);
  }
}

/** Smaller answers fit into one packet anyway. */
export const GZIP_FROM_BYTES = 1_024;

/** As it goes over the wire: with an entity tag, as 304 when the caller has the same already, and zipped when it may be. */
export function deliver(event: HttpApiEvent, answer: HttpApiAnswer): HttpApiAnswer {
  if (answer.statusCode !== 200 || event.requestContext.http.method !== 'GET') return zipped(event, answer, answer.headers);
  const etag = once(tags, answer, () => tagOf(answer.body));
  const known = header(event, 'if-none-match')?.split(',').map((tag) => tag.trim()) ?? [];
  if (known.includes(etag) || known.includes('*')) return { statusCode: 304, headers: { ...ASK_AGAIN, etag, ...asOfHeader(answer.body) }, body: '' };
  return zipped(event, answer, { ...answer.headers, ...ASK_AGAIN, etag });
}

/** One answer that is given to many is tagged and zipped once. */
const tags = new WeakMap<HttpApiAnswer, string>();
const zips = new WeakMap<HttpApiAnswer, string>();

function once(known: WeakMap<HttpApiAnswer, string>, answer: HttpApiAnswer, make: () => string): string {
  const made = known.get(answer) ?? make();
  known.set(answer, made);
  return made;
}

const AS_OF = /^(\{(?:.*?,)?)"as_of":"([^"]*)"/;

/**
 * Weak: over the answer without `as_of`, the moment it was read. So a caller who polls hears 304 for as long as nothing
 * has changed, and the header `x-as-of` says until when that is known.
 */
function tagOf(body: string): string {
  return `W/"${createHash('sha256').update(body.replace(AS_OF, '$1')).digest('base64url').slice(0, 22)}"`;
}

function asOfHeader(body: string): Record<string, string> {
  const asOf = AS_OF.exec(body)?.[2];
  return asOf === undefined ? {} : { 'x-as-of': asOf };
}

/** Of 1 to 9. Of thousands of vehicles, 800 KB: half the time of 5 for a sixth more bytes, and whoever asks waits for both. */
const GZIP_LEVEL = 1;

function zipped(event: HttpApiEvent, answer: HttpApiAnswer, headers: HttpApiAnswer['headers']): HttpApiAnswer {
  if (answer.body.length < GZIP_FROM_BYTES || !acceptsGzip(header(event, 'accept-encoding'))) return { ...answer, headers };
  const body = once(zips, answer, () => gzipSync(answer.body, { level: GZIP_LEVEL }).toString('base64'));
  return { ...answer, headers: { ...headers, 'content-encoding': 'gzip' }, body, isBase64Encoded: true };
}

const acceptsGzip = (accepted: string | undefined): boolean =>
  accepted !== undefined && accepted.split(',').some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/i.test(coding));

/** API Gateway writes names in lower case; a caller by hand may not. */
export function header(event: HttpApiEvent, name: string): string | undefined {
  const { headers } = event;
  if (headers === undefined || headers === null) return undefined;
  return headers[name] ?? Object.entries(headers).find(([given]) => given.toLowerCase() === name)?.[1];
}
