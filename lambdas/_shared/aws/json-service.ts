import { AwsError } from './aws-error.ts';
import { endpointOf } from './http.ts';
import type { Send } from './http.ts';
import type { AwsSettings } from './settings.ts';
import { jsonSigner, sha256Hex } from './sigv4.ts';
import { SpareBodies } from './spare-bodies.ts';

/** Of all services: a function has few calls under way at once. */
const bodies = new SpareBodies();

/** A service that speaks AWS JSON: one path, the operation in a header. */
export interface JsonService {
  /** Signing name, e.g. `dynamodb`. */
  readonly name: string;
  /** What stands before the operation in `x-amz-target`. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  readonly endpoint: URL;
}

/** One signed call of any operation; `input` is an object or its text (`JsonText`). DynamoDB's attribute values stay in its own form (`{ S: … }`). */
export function createJsonService({ name: service, target, version, endpoint }: JsonService, settings: AwsSettings, { send, now }: { readonly send: Send; readonly now: () => Date }) {
  const url = new URL('/', endpoint);
  const to = endpointOf(url);
  const path = url.pathname;
  const sign = jsonSigner({ credentials: settings.credentials, region: settings.region, service, host: to.host, path, contentType: `application/x-amz-json-${version}` });

  return async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const body = bodies.take(input);
    const name = `${service}:${operation}`;
    const { bytes } = body;
    const headers = sign(`${target}.${operation}`, { payloadHash: sha256Hex(bytes), now: now() });
    const answer = await send({ endpoint: to, method: 'POST', path, headers, body: bytes, operation: name });
    if (answer.isSent) bodies.putBack(body);
    const parsed = parseObject(answer.body);
    if (answer.status >= 200 && answer.status < 300 && parsed !== undefined) return parsed;
    throw jsonError({ operation: name, status: answer.status, body: parsed });
  };
}

function jsonError({ operation, status, body }: { operation: string; status: number; body: Record<string, unknown> | undefined }): AwsError {
  const type = typeof body?.['__type'] === 'string' ? body['__type'] : `Http${status}`;
  const message = body?.['message'] ?? body?.['Message'];
  return new AwsError({
    // `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException`
    code: type.slice(type.lastIndexOf('#') + 1),
    // A success whose body is not JSON is a broken answer: try again.
    status: status < 300 ? 0 : status,
    message: typeof message === 'string' ? message : 'no message',
    operation,
    ...(body === undefined ? {} : { body }),
  });
}

function parseObject(body: Buffer): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(body.length === 0 ? '{}' : body.toString());
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}
