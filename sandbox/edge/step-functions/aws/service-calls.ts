/** Calls to AWS services by their plain protocols, at the sandbox's own endpoint: so the request log, faults and the other parts of the edge see them. */
import { asObject, type JsonObject, textOf } from '../../../json.ts';
import { type ControlClient, type ControlReply, type ControlRequest, ControlUnreachableError, errorCodeOf } from '../../control-client.ts';
import { pascal } from '../integrations/resource.ts';
import { type ServiceCalls, ServiceError } from '../run/host.ts';
import { callS3 } from './s3.ts';
import { JSON_SERVICES, type JsonService, sdkCallProblem } from './sdk-services.ts';
import { publish } from './sns.ts';
import { readXml } from './xml.ts';

/** Sends one request; error statuses are thrown as ServiceError. */
export type Send = (request: ControlRequest) => Promise<ControlReply>;

/** `client` is a client of the endpoint, not of the control plane. */
export function createServiceCalls(client: ControlClient): ServiceCalls {
  const send: Send = async (request) => {
    const reply = await client.send(request).catch((error: unknown) => {
      throw error instanceof ControlUnreachableError ? new ServiceError('ServiceUnavailable', error.message, { status: 0 }) : error;
    });
    if (reply.status >= 300) throw toServiceError(reply);
    return reply;
  };
  return {
    call(service, operation, args) {
      const json = JSON_SERVICES[service];
      if (json !== undefined) return callJson(send, json, operation, args);
      const problem = sdkCallProblem(service, operation);
      if (problem !== undefined) return Promise.reject(new ServiceError('UnknownOperation', problem));
      if (service === 's3') return callS3(send, operation, args);
      return service === 'sns' ? publish(send, args) : invoke(send, args);
    },
  };
}

async function callJson(send: Send, { signing, target, camel }: JsonService, operation: string, args: JsonObject): Promise<JsonObject> {
  const headers = { 'x-amz-target': `${target}.${operation}`, 'content-type': 'application/x-amz-json-1.1' };
  const body = JSON.stringify(camel === true ? withKeys(args, (key) => key.charAt(0).toLowerCase() + key.slice(1)) : args);
  const answer = parsed((await send({ service: signing, method: 'POST', path: '/', headers, body })).body.toString('utf8'));
  return asObject(camel === true ? withKeys(answer, pascal) : answer);
}

function withKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => withKeys(each, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [rename(key), withKeys(each, rename)]));
}

/** Payloads are values here, JSON on the wire. */
async function invoke(send: Send, args: JsonObject): Promise<JsonObject> {
  const name = String(args['FunctionName']);
  const [qualified, type] = [textOf(args['Qualifier']), textOf(args['InvocationType'])];
  const qualifier = qualified === '' ? '' : `?Qualifier=${encodeURIComponent(qualified)}`;
  const headers = { 'content-type': 'application/json', ...(type === '' ? {} : { 'x-amz-invocation-type': type }) };
  const body = JSON.stringify(args['Payload'] ?? {});
  const reply = await send({ service: 'lambda', method: 'POST', path: `/2015-03-31/functions/${encodeURIComponent(name)}/invocations${qualifier}`, headers, body });
  const failed = reply.headers['x-amz-function-error'];
  const text = reply.body.toString('utf8');
  return {
    ExecutedVersion: reply.headers['x-amz-executed-version'] ?? '$LATEST',
    Payload: text === '' ? null : parsed(text),
    StatusCode: reply.status,
    ...(failed === undefined ? {} : { FunctionError: failed }),
  };
}

function parsed(text: string): unknown {
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}

function toServiceError(reply: ControlReply): ServiceError {
  const text = reply.body.toString('utf8');
  const requestId = reply.headers['x-amzn-requestid'] ?? reply.headers['x-amz-request-id'];
  const about = { status: reply.status, requestId: typeof requestId === 'string' ? requestId : '-' };
  if (text.trimStart().startsWith('<')) {
    const xml = readXml(text);
    const error = asObject(xml['Error'] ?? asObject(xml['ErrorResponse'])['Error']);
    return new ServiceError(textOf(error['Code'], 'UnknownError'), textOf(error['Message'], text.slice(0, 300)), about);
  }
  const body = asObject(parsed(text));
  const code = reply.headers['x-amzn-errortype'] ?? body['__type'] ?? body['code'] ?? body['Code'];
  const message = body['message'] ?? body['Message'];
  // HEAD has no body: S3's answer to a missing object is its status alone.
  const otherwise = reply.status === 404 ? 'NotFound' : 'UnknownError';
  return new ServiceError(typeof code === 'string' ? errorCodeOf(code) : otherwise, typeof message === 'string' ? message : text.slice(0, 300), about);
}
