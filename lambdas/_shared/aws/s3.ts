import { AwsError } from './aws-error.ts';
import { endpointOf, subdomainOf } from './http.ts';
import type { Endpoint, HttpAnswer, Send } from './http.ts';
import type { AwsSettings } from './settings.ts';
import { canonicalQuery, encodePath, sha256Hex, signRequest } from './sigv4.ts';
import { elements, firstText } from './xml.ts';

export interface PutObjectInput {
  readonly bucket: string;
  readonly key: string;
  readonly body: Uint8Array | string;
  /** `*`: only when no object has this key; else `AwsError` with code `PreconditionFailed`. */
  readonly ifNoneMatch?: '*';
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly cacheControl?: string;
}

export interface ListedObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

interface S3Request {
  readonly operation: string;
  readonly method: 'GET' | 'PUT';
  readonly bucket: string;
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

const NO_BODY = '';

export interface S3Calls {
  readonly putObject: (input: PutObjectInput) => Promise<void>;
  readonly getObject: (input: { readonly bucket: string; readonly key: string }) => Promise<Buffer>;
  /** One page of a listing; `next` continues it. */
  readonly listPage: (input: { readonly bucket: string; readonly prefix: string; readonly token?: string }) => Promise<{ objects: ListedObject[]; next?: string }>;
}

export function createS3(settings: AwsSettings, send: Send, now: () => Date): S3Calls {
  const addressOf = addressing(settings);
  const call = async (request: S3Request): Promise<HttpAnswer> => {
    const body = request.body ?? NO_BODY;
    const query = request.query ?? {};
    const { endpoint, path } = addressOf(request);
    const payloadHash = sha256Hex(body);
    const headers = signRequest(
      { method: request.method, path, query, headers: { ...request.headers, host: endpoint.host, 'x-amz-content-sha256': payloadHash }, payloadHash },
      { credentials: settings.credentials, region: settings.region, service: 's3', now: now() },
    );
    const search = canonicalQuery(query);
    const answer = await send({ endpoint, method: request.method, path: search === '' ? path : `${path}?${search}`, headers, body, operation: `s3:${request.operation}` });
    if (answer.status < 200 || answer.status >= 300) throw s3Error(request.operation, answer);
    return answer;
  };

  return {
    putObject: async ({ bucket, key, body, ifNoneMatch, contentType, contentEncoding, cacheControl }) => {
      const headers = {
        ...(ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }),
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...(contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding }),
        ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
      };
      await call({ operation: 'PutObject', method: 'PUT', bucket, key, headers, body });
    },
    getObject: async ({ bucket, key }) => (await call({ operation: 'GetObject', method: 'GET', bucket, key })).body,
    listPage: async ({ bucket, prefix, token }) => {
      const query = { 'list-type': '2', prefix, ...(token === undefined ? {} : { 'continuation-token': token }) };
      const answer = await call({ operation: 'ListObjectsV2', method: 'GET', bucket, key: '', query });
      return parseListing(answer.body.toString());
    },
  };
}

type Address = (object: { readonly bucket: string; readonly key: string }) => { readonly endpoint: Endpoint; readonly path: string };

/** Where an object is: AWS names the bucket in the host, any other endpoint in the path. */
export function addressing({ s3Endpoint, s3PathStyle }: Pick<AwsSettings, 's3Endpoint' | 's3PathStyle'>): Address {
  const endpoint = endpointOf(s3Endpoint);
  return ({ bucket, key }) => (s3PathStyle ? { endpoint, path: `/${bucket}/${encodePath(key)}` } : { endpoint: subdomainOf(endpoint, bucket), path: `/${encodePath(key)}` });
}

export function parseListing(xml: string): { objects: ListedObject[]; next?: string } {
  const objects = elements(xml, 'Contents').map((entry) => ({ key: firstText(entry, 'Key') ?? '', size: Number(firstText(entry, 'Size') ?? 0) }));
  const next = firstText(xml, 'IsTruncated') === 'true' ? firstText(xml, 'NextContinuationToken') : undefined;
  return next === undefined ? { objects } : { objects, next };
}

/** S3 answers some refusals without a body; the status then names them. */
const CODE_OF_STATUS: Readonly<Record<number, string>> = { 404: 'NoSuchKey', 409: 'ConditionalRequestConflict', 412: 'PreconditionFailed' };

function s3Error(operation: string, answer: HttpAnswer): AwsError {
  const xml = answer.body.toString();
  return new AwsError({
    operation: `s3:${operation}`,
    status: answer.status,
    code: firstText(xml, 'Code') ?? CODE_OF_STATUS[answer.status] ?? `Http${answer.status}`,
    message: firstText(xml, 'Message') ?? 'no message',
  });
}
