/** From a request to what the viewer gets: behaviour, origin, error pages, headers, compression, 304. */
import { gzipSync } from 'node:zlib';
import { behaviorOf, type Behavior, type Distribution, type Origin } from './distribution.ts';
import { keyOf, type OriginAnswer, type SiteRequest } from './origins.ts';

/** CloudFront compresses objects of this size only, and of these types. */
const COMPRESSED_BYTES = { least: 1_000, most: 10_000_000 };
const COMPRESSED_TYPES = /^(text\/|application\/(json|javascript|xml|manifest\+json|problem\+json|geo\+json|wasm)|image\/svg\+xml|font\/)/;

export interface Origins {
  readonly object: (origin: Extract<Origin, { kind: 'bucket' }>, key: string) => Promise<OriginAnswer>;
  readonly api: (origin: Extract<Origin, { kind: 'api' }>, request: SiteRequest) => Promise<OriginAnswer>;
}

/** `endpoints`: service addresses of AWS → their place in this sandbox, in header values (a content security policy names them). */
export async function answerRequest(distribution: Distribution, request: SiteRequest, origins: Origins, endpoints: (text: string) => string = (text) => text): Promise<OriginAnswer> {
  const pathname = request.url.split('?')[0] ?? '/';
  const behavior = behaviorOf(distribution, pathname);
  if (behavior === undefined) return plain(404, 'No behaviour matches this path.');
  if (!behavior.methods.includes(request.method)) return plain(403, 'This distribution is not configured to allow the HTTP request method that was used for this request.');

  const key = keyOf(pathname);
  if (key === undefined) return plain(400, 'Bad request: this path is refused.');
  const { origin } = behavior;
  const first = origin.kind === 'api' ? await origins.api(origin, request) : await origins.object(origin, key === '' ? distribution.rootObject : key);
  const answer = await withErrorPage(distribution, first, origins);
  return finish(behavior, request, answer, endpoints);
}

/** An error page counts for the whole distribution, also for what the API answers: as on CloudFront. */
async function withErrorPage({ errorPages, behaviors }: Distribution, answer: OriginAnswer, origins: Origins): Promise<OriginAnswer> {
  const page = errorPages.find(({ code }) => code === answer.status);
  if (page === undefined) return answer;
  if (page.path === undefined) return { ...answer, status: page.responseCode };
  const origin = behaviorOf({ behaviors }, page.path)?.origin;
  const found = origin?.kind === 'bucket' ? await origins.object(origin, page.path.slice(1)) : undefined;
  return found?.status === 200 ? { ...found, status: page.responseCode } : answer;
}

function finish(behavior: Behavior, request: SiteRequest, answer: OriginAnswer, endpoints: (text: string) => string): OriginAnswer {
  const headers: Record<string, string> = { ...answer.headers };
  for (const name of behavior.headers.remove) Reflect.deleteProperty(headers, name);
  for (const { name, value, override } of behavior.headers.set) if (override || headers[name] === undefined) headers[name] = endpoints(value);

  const zipped = compresses(behavior, request, answer);
  if (zipped) {
    headers['content-encoding'] = 'gzip';
    headers['vary'] = 'Accept-Encoding';
    if (headers['etag'] !== undefined) headers['etag'] = `W/${headers['etag'].replace(/^W\//, '')}`;
  }
  if (answer.status === 200 && behavior.origin.kind === 'bucket' && isKnown(request.headers['if-none-match'], headers['etag'])) return { status: 304, headers: without(headers, 'content-type', 'content-encoding'), body: Buffer.alloc(0) };
  return { status: answer.status, headers, body: zipped ? gzipSync(answer.body) : answer.body };
}

function compresses(behavior: Behavior, request: SiteRequest, { headers, body, status }: OriginAnswer): boolean {
  if (!behavior.compress || status !== 200 || headers['content-encoding'] !== undefined) return false;
  const accepts = String(request.headers['accept-encoding'] ?? '').split(',').some((each) => each.trim().split(';')[0] === 'gzip');
  return accepts && body.length >= COMPRESSED_BYTES.least && body.length <= COMPRESSED_BYTES.most && COMPRESSED_TYPES.test(headers['content-type'] ?? '');
}

/** Weak comparison (RFC 9110, 8.8.3.2). */
function isKnown(asked: string | undefined, etag: string | undefined): boolean {
  if (asked === undefined || etag === undefined) return false;
  const bare = (tag: string): string => tag.trim().replace(/^W\//, '');
  return asked.trim() === '*' || asked.split(',').some((tag) => bare(tag) === bare(etag));
}

const without = (headers: Record<string, string>, ...names: string[]): Record<string, string> => Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

export const plain = (status: number, text: string): OriginAnswer => ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from(`${text}\n`) });
