import { AwsError } from './aws-error.ts';
import type { Send } from './http.ts';
import type { AwsSettings } from './settings.ts';
import { sha256Hex, signRequest } from './sigv4.ts';

const CONTENT_TYPE = 'application/x-amz-json-1.0';
const TARGET_PREFIX = 'DynamoDB_20120810';

/** One signed DynamoDB call: JSON 1.0, any operation. Attribute values stay in DynamoDB's own form (`{ S: … }`). */
export function createDynamo(settings: AwsSettings, send: Send, now: () => Date) {
  const url = new URL('/', settings.dynamoEndpoint);

  return async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const body = JSON.stringify(input);
    const name = `dynamodb:${operation}`;
    const headers = signRequest(
      {
        method: 'POST',
        path: url.pathname,
        query: {},
        headers: { host: url.host, 'content-type': CONTENT_TYPE, 'x-amz-target': `${TARGET_PREFIX}.${operation}` },
        payloadHash: sha256Hex(body),
      },
      { credentials: settings.credentials, region: settings.region, service: 'dynamodb', now: now() },
    );
    const answer = await send({ url, method: 'POST', headers, body, operation: name });
    const parsed = parseObject(answer.body);
    if (answer.status >= 200 && answer.status < 300 && parsed !== undefined) return parsed;
    throw dynamoError({ operation: name, status: answer.status, body: parsed });
  };
}

function dynamoError({ operation, status, body }: { operation: string; status: number; body: Record<string, unknown> | undefined }): AwsError {
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
