/**
 * Raw calls from the edge to the control plane. No SDK: the edge starts fast and holds no dependency. Requests carry a credential
 * scope, which is how the control plane tells services apart, and no valid signature, which it does not check.
 */
import http from 'node:http';
import { asObject } from '../json.ts';
import type { JsonObject } from '../json.ts';

export interface ControlSettings {
  readonly port: number;
  readonly region: string;
  /** Requests at the same time; default 64. */
  readonly maxSockets?: number;
}

export interface ControlRequest {
  /** Signing name of the service: `lambda`, `kinesis`, `logs`, `s3`, … */
  readonly service: string;
  readonly method: string;
  /** Path with query, already encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface ControlReply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The control plane answered with an error. `code` is AWS's error code, for example `ResourceNotFoundException`. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code: string;
  readonly status: number;

  constructor(what: string, failure: { code: string; status: number; detail: string }) {
    super(`${what}: ${failure.code} (HTTP ${failure.status}) ${failure.detail}`);
    this.code = failure.code;
    this.status = failure.status;
  }
}

/** The control plane did not answer: it is starting, stopping or gone. */
export class ControlUnreachableError extends Error {
  override readonly name = 'ControlUnreachableError';

  constructor(port: number, options: ErrorOptions) {
    super(`The control plane on port ${port} does not answer. See .waybill/logs for its last words; waybill stop and waybill start bring it back.`, options);
  }
}

export interface ControlClient {
  readonly port: number;
  readonly region: string;
  /** JSON protocol, for example `json('kinesis', 'Kinesis_20131202.ListShards', { StreamName })`. @throws ControlError, ControlUnreachableError */
  json(service: string, target: string, input: object): Promise<JsonObject>;
  /** REST-JSON protocol, for example `rest('lambda', 'GET', '/2015-03-31/functions/')`. @throws ControlError, ControlUnreachableError */
  rest(service: string, method: string, path: string, input?: object): Promise<JsonObject>;
  /** Any request; error statuses are replies, not exceptions. @throws ControlUnreachableError */
  send(request: ControlRequest): Promise<ControlReply>;
  /** Gives back idle connections. */
  close(): void;
}

export function createControlClient({ port, region, maxSockets = 64 }: ControlSettings): ControlClient {
  const agent = new http.Agent({ keepAlive: true, maxSockets });
  const send = (request: ControlRequest): Promise<ControlReply> => sendWithRetry({ agent, port, region }, request);

  return {
    port,
    region,
    send,
    close: () => agent.destroy(),
    async json(service, target, input) {
      const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' };
      return parseReply(target, await send({ service, method: 'POST', path: '/', headers, body: JSON.stringify(input) }));
    },
    async rest(service, method, path, input) {
      const headers = { 'content-type': 'application/json' };
      const body = input === undefined ? '' : JSON.stringify(input);
      return parseReply(`${method} ${path}`, await send({ service, method, path, headers, body }));
    },
  };
}

/** The part of an Authorization header that names the service; the signature is a placeholder. */
export function credentialScope(service: string, region: string, accessKey = 'edge'): string {
  return `AWS4-HMAC-SHA256 Credential=${accessKey}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

interface Connection {
  readonly agent: http.Agent;
  readonly port: number;
  readonly region: string;
}

/** A kept-alive connection may have been closed by the other side just as we used it: then nothing was done, and one fresh try is safe. */
async function sendWithRetry(connection: Connection, request: ControlRequest): Promise<ControlReply> {
  try {
    return await sendOnce(connection, request);
  } catch (error) {
    if (!(error instanceof StaleConnectionError)) throw new ControlUnreachableError(connection.port, { cause: error });
  }

  try {
    return await sendOnce(connection, request);
  } catch (error) {
    throw new ControlUnreachableError(connection.port, { cause: error });
  }
}

class StaleConnectionError extends Error {
  override readonly name = 'StaleConnectionError';
}

function sendOnce({ agent, port, region }: Connection, request: ControlRequest): Promise<ControlReply> {
  const body = request.body ?? '';
  const headers = { 'content-length': Buffer.byteLength(body), authorization: credentialScope(request.service, region), ...request.headers };

  return new Promise((resolve, reject) => {
    const outgoing = http.request({ host: '127.0.0.1', port, method: request.method, path: request.path, headers, agent }, (incoming) => {
      collect(incoming).then((bytes) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: bytes }), reject);
    });
    outgoing.on('error', (error) => reject(outgoing.reusedSocket ? new StaleConnectionError('closed while idle', { cause: error }) : error));
    outgoing.end(body);
  });
}

async function collect(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function parseReply(what: string, reply: ControlReply): JsonObject {
  const text = reply.body.toString('utf8');
  if (reply.status >= 400) throw toControlError(what, reply, text);
  return text === '' ? {} : asObject(parseJson(text));
}

function toControlError(what: string, reply: ControlReply, text: string): ControlError {
  const body = asObject(parseJson(text));
  const named = reply.headers['x-amzn-errortype'] ?? body['__type'] ?? body['code'] ?? body['Code'];
  const code = typeof named === 'string' ? errorCodeOf(named) : 'UnknownError';
  const message = body['message'] ?? body['Message'];
  const detail = typeof message === 'string' ? message : text.slice(0, 300);
  return new ControlError(what, { code, status: reply.status, detail });
}

/** `com.amazonaws.kinesis#ResourceNotFoundException:http://…` → `ResourceNotFoundException`. */
export function errorCodeOf(name: string): string {
  const last = name.split('#').at(-1) ?? name;
  return last.split(':')[0] ?? last;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
