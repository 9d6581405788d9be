import http from 'node:http';
import https from 'node:https';
import { AwsError } from './aws-error.ts';

/** A host with its port, taken apart once: a URL for each request costs as much as signing it. */
export interface Endpoint {
  readonly isSecure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string;
  /** '' = that of the protocol. */
  readonly port: string;
  /** As the header `host` names it. */
  readonly host: string;
}

export const endpointOf = ({ protocol, hostname, port, host }: URL): Endpoint => ({
  isSecure: protocol === 'https:',
  hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
  port,
  host,
});

/** The host of one bucket, as AWS addresses it. */
export const subdomainOf = (endpoint: Endpoint, name: string): Endpoint => ({ ...endpoint, hostname: `${name}.${endpoint.hostname}`, host: `${name}.${endpoint.host}` });

export interface HttpRequest {
  readonly endpoint: Endpoint;
  readonly method: string;
  /** With the query, encoded as it was signed. */
  readonly path: string;
  /** `host` is one of them; `content-length` is added here. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Named in errors, e.g. `s3:PutObject`. */
  readonly operation: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
  /** The request's body was handed to the system whole: it may be written over. False: the answer came earlier. */
  readonly isSent: boolean;
}

export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

export interface HttpOptions {
  /** Milliseconds from the start of a request to the last byte of its answer. */
  readonly timeoutMs: number;
  readonly maxSockets: number;
}

/** A sender over kept-alive connections. Rejects with a retryable `AwsError` when no whole answer came. */
export function createSend({ timeoutMs, maxSockets }: HttpOptions): Send {
  const options = { keepAlive: true, maxSockets, scheduling: 'lifo' as const };
  const agents = { plain: new http.Agent(options), secure: new https.Agent(options) };

  return async ({ endpoint, method, path, headers, body, operation }) => {
    const { isSecure, hostname, port } = endpoint;
    return new Promise<HttpAnswer>((resolve, reject) => {
      const refuse = (code: string, cause: unknown): void => {
        clearTimeout(timer);
        reject(new AwsError({ code, status: 0, operation, message: cause instanceof Error ? cause.message : String(cause), cause }));
      };
      const outgoing = isSecure
        ? https.request({ hostname, port, method, path, headers: listed(headers, body), agent: agents.secure })
        : http.request({ hostname, port, method, path, headers: listed(headers, body), agent: agents.plain });
      const timer = setTimeout(() => {
        refuse('TimeoutError', `no whole answer within ${timeoutMs} ms from ${endpoint.host}`);
        outgoing.destroy();
      }, timeoutMs);
      outgoing.on('error', (error) => refuse('NetworkError', error));
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', (error) => refuse('NetworkError', error));
        incoming.on('end', () => {
          clearTimeout(timer);
          resolve({ status: incoming.statusCode ?? 0, body: joined(chunks), isSent: outgoing.writableFinished });
        });
      });
      outgoing.end(body);
    });
  };
}

/** Names and values by turns: node:http sends such a list as it is, where it keeps books about each header of an object. */
function listed(headers: HttpRequest['headers'], body: HttpRequest['body']): string[] {
  const list = ['content-length', String(Buffer.byteLength(body))];
  for (const name in headers) list.push(name, headers[name] ?? '');
  return list;
}

/** Most answers come in one piece. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [only, second] = chunks;
  return only !== undefined && second === undefined ? only : Buffer.concat(chunks);
}
