/** What the origins of a site answer: objects of its bucket, and the HTTP API through the edge's own endpoint. */
import http from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { ControlClient } from '../control-client.ts';
import type { Origin } from './distribution.ts';

export interface OriginAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface SiteRequest {
  readonly method: string;
  /** As sent: path with query, still encoded. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Of an object's headers those that a viewer sees. */
const OBJECT_HEADERS = ['content-type', 'cache-control', 'etag', 'last-modified', 'content-encoding', 'content-disposition', 'content-language'];
/** Belong to one connection, or name the site instead of the API. */
const NOT_PASSED_ON = new Set(['host', 'connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'content-length', 'te', 'trailer', 'proxy-authorization']);

/**
 * The object's key for a path, decoded; undefined when the path must be refused: it cannot be decoded, or would leave the bucket where
 * objects are files (`..`, an empty name, a backslash or NUL).
 */
export function keyOf(pathname: string): string | undefined {
  let key: string;
  try {
    key = decodeURIComponent(pathname.slice(1));
  } catch {
    return undefined;
  }
  const bad = key.includes('\0') || key.includes('\\') || key.split('/').some((part) => part === '..' || part === '.');
  return bad ? undefined : key;
}

/** Without the right to list, S3 answers 403 for an object that is not there: that is what an origin access control has. */
export async function readObject(control: ControlClient, origin: Extract<Origin, { kind: 'bucket' }>, key: string): Promise<OriginAnswer> {
  const path = `${origin.path}/${key}`.slice(1).split('/').map(encodeURIComponent).join('/');
  const reply = await control.send({ service: 's3', method: 'GET', path: `/${origin.bucket}/${path}` });
  if (key === '' || reply.status !== 200) return { status: key === '' || reply.status === 404 ? 403 : reply.status, headers: { 'content-type': 'application/xml' }, body: Buffer.from('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>') };
  return { status: 200, headers: pick(reply.headers, (name) => OBJECT_HEADERS.includes(name)), body: reply.body };
}

/** Passes the request to the API with the viewer's headers, Authorization among them. */
export function askApi(endpointPort: number, origin: Extract<Origin, { kind: 'api' }>, request: SiteRequest): Promise<OriginAnswer> {
  const path = `/_aws/execute-api/${origin.apiId}${origin.path}${request.url}`;
  const headers = { ...pick(request.headers, (name) => !NOT_PASSED_ON.has(name)), 'content-length': String(request.body.length) };
  return new Promise((resolve, reject) => {
    const outgoing = http.request({ host: '127.0.0.1', port: endpointPort, method: request.method, path, headers }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 502, headers: pick(incoming.headers, (name) => !NOT_PASSED_ON.has(name)), body: Buffer.concat(parts) }));
    });
    outgoing.on('error', reject);
    outgoing.end(request.body);
  });
}

function pick(headers: IncomingHttpHeaders, wanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined || !wanted(name) ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]])));
}
