import { createHmac, createSecretKey, hash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request as it goes over the wire, before it is signed. */
export interface UnsignedRequest {
  readonly method: string;
  /** Path as sent, each segment already percent-encoded (see `encodePath`). */
  readonly path: string;
  /** Query parameters, raw; they are encoded and sorted here. */
  readonly query: Readonly<Record<string, string>>;
  /** Headers to sign, names in lower case; `host` is one of them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly payloadHash: string;
}

export interface SigningScope {
  readonly credentials: Credentials;
  readonly region: string;
  readonly service: string;
  readonly now: Date;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

export const sha256Hex = (data: string | Uint8Array): string => hash('sha256', data, 'hex');

/** RFC 3986: everything but letters, digits, `-._~` is escaped; `encodeURIComponent` leaves five more alone. */
export const encodeRfc3986 = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** Encodes an object key as a path: the slashes stay. */
export const encodePath = (path: string): string => path.split('/').map(encodeRfc3986).join('/');

/** Sorted and encoded as Signature Version 4 wants it; the same text is sent as the query string. */
export function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => [encodeRfc3986(name), encodeRfc3986(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** `20150830T123600Z` */
export function amzDate(now: Date): string {
  const iso = now.toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
}

/**
 * Signature Version 4. Returns the headers to send: those given, `x-amz-date`, the session token, `authorization`.
 * Checked against AWS's published test suite (test/lambdas/_shared/aws/sigv4.test.ts).
 */
export function signRequest(request: UnsignedRequest, scope: SigningScope): Record<string, string> {
  const time = amzDate(scope.now);
  const { sessionToken } = scope.credentials;
  const headers: Record<string, string> = { ...request.headers, 'x-amz-date': time };
  if (sessionToken !== undefined) headers['x-amz-security-token'] = sessionToken;

  const names = Object.keys(headers).sort(compare);
  const signedHeaders = names.join(';');
  const canonicalHeaders = names.map((name) => `${name}:${headers[name]?.trim().replace(/\s+/g, ' ')}\n`).join('');
  const canonicalRequest = [request.method, request.path, canonicalQuery(request.query), canonicalHeaders, signedHeaders, request.payloadHash].join('\n');
  headers['authorization'] = authorization(scope, { time, signedHeaders, canonicalRequest });
  return headers;
}

interface Canonical {
  /** As `x-amz-date` says it. */
  readonly time: string;
  readonly signedHeaders: string;
  readonly canonicalRequest: string;
}

function authorization({ credentials, region, service }: Omit<SigningScope, 'now'>, { time, signedHeaders, canonicalRequest }: Canonical): string {
  const date = time.slice(0, 8);
  const credentialScope = `${date}/${region}/${service}/aws4_request`;
  const stringToSign = `${ALGORITHM}\n${time}\n${credentialScope}\n${sha256Hex(canonicalRequest)}`;
  const signature = createHmac('sha256', signingKey({ credentials, region, service }, date)).update(stringToSign).digest('hex');
  return `${ALGORITHM} Credential=${credentials.accessKeyId}/${credentialScope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}

/** What never changes between the requests of a service that speaks AWS JSON. */
export interface JsonRequests extends Omit<SigningScope, 'now'> {
  readonly host: string;
  /** Path as sent, encoded. */
  readonly path: string;
  readonly contentType: string;
}

/**
 * `signRequest` for POSTs that differ in their operation (`x-amz-target`) and body only: the same headers, put together
 * without sorting and cleaning what is known beforehand.
 */
export function jsonSigner({ host, path, contentType, ...scope }: JsonRequests): (target: string, body: { readonly payloadHash: string; readonly now: Date }) => Record<string, string> {
  const { sessionToken } = scope.credentials;
  const token: Record<string, string> = sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken };
  const signedHeaders = `content-type;host;x-amz-date;${sessionToken === undefined ? '' : 'x-amz-security-token;'}x-amz-target`;
  const before = `POST\n${path}\n\ncontent-type:${contentType}\nhost:${host}\nx-amz-date:`;
  const between = `\n${sessionToken === undefined ? '' : `x-amz-security-token:${sessionToken}\n`}x-amz-target:`;
  return (target, { payloadHash, now }) => {
    const time = amzDate(now);
    const canonicalRequest = `${before}${time}${between}${target}\n\n${signedHeaders}\n${payloadHash}`;
    return { host, 'content-type': contentType, 'x-amz-target': target, 'x-amz-date': time, ...token, authorization: authorization(scope, { time, signedHeaders, canonicalRequest }) };
  };
}

/** The derived key changes once a day; four HMACs per request are worth keeping. One entry per (service, region, secret) in use. */
const keys = new Map<string, { readonly date: string; readonly key: KeyObject }>();

/** A key object: an HMAC with a key in bytes costs eight times as much. */
function signingKey({ credentials, region, service }: Omit<SigningScope, 'now'>, date: string): KeyObject {
  const name = `${service}/${region}/${credentials.secretAccessKey}`;
  const known = keys.get(name);
  if (known?.date === date) return known.key;
  const key = [date, region, service, 'aws4_request'].reduce(
    (secret, part) => createSecretKey(createHmac('sha256', secret).update(part).digest()),
    createSecretKey(`AWS4${credentials.secretAccessKey}`, 'utf8'),
  );
  keys.set(name, { date, key });
  return key;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
