/** Hands requests on to the control plane: kept-alive HTTP/1.1 connections, large bodies streamed in both directions. */
import http, { type IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { EdgeReply, EdgeRequest } from './router-part.ts';
import { errorReply } from './router-errors.ts';
import { UNKNOWN } from './router-services.ts';

/** A request on its way; `stream` holds the body when it is too large to keep. */
export interface Call extends EdgeRequest {
  readonly stream?: Readable;
}

export interface ProxyReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | string | Readable;
}

export interface Proxy {
  /** The control plane's answer; when it cannot be reached, a 503 in the service's shape, which SDKs retry. */
  forward(call: Call): Promise<ProxyReply>;
  close(): void;
}

/** Headers of one connection, not of the message (RFC 9110, 7.6.1), and what Node writes itself. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'http2-settings', 'expect']);
const MAX_SOCKETS = 128;
/** Services whose answers may be large: objects, code, pages. All others are kept whole, so that metrics and the log can read them. */
const STREAMED = new Set(['s3', 'execute-api', UNKNOWN]);

export function createProxy({ port }: { port: number }): Proxy {
  const agent = new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });

  const attempt = (call: Call): Promise<ProxyReply> =>
    new Promise((resolve, reject) => {
      const upstream = http.request({ host: '127.0.0.1', port, method: call.method, path: call.path, headers: requestHeaders(call), agent }, (answer) => {
        toReply(call, answer).then(resolve, reject);
      });
      upstream.on('error', (error) => reject(upstream.reusedSocket ? new StaleConnection('closed while idle', { cause: error }) : error));
      sendBody(call, upstream);
    });

  return {
    async forward(call) {
      try {
        return await attempt(call);
      } catch (error) {
        if (error instanceof StaleConnection && call.stream === undefined) return attempt(call).catch((again: unknown) => unreachable(call, again));
        return unreachable(call, error);
      }
    },
    close: () => agent.destroy(),
  };
}

/** The control plane had closed the kept-alive connection: nothing was done, one fresh try is safe. */
class StaleConnection extends Error {
  override readonly name = 'StaleConnection';
}

function sendBody(call: Call, upstream: http.ClientRequest): void {
  if (call.stream === undefined) {
    upstream.end(call.body);
    return;
  }
  call.stream.pipe(upstream);
  // A caller that goes away in the middle must not leave a half-written object behind.
  call.stream.once('close', () => {
    if (call.stream?.readableEnded === false) upstream.destroy(new Error('the caller went away'));
  });
}

function requestHeaders({ headers, body, stream }: Call): Record<string, string | string[]> {
  const kept = withoutHopByHop(headers);
  const authority = headers[':authority'];
  if (kept['host'] === undefined && typeof authority === 'string') kept['host'] = authority;
  if (stream === undefined && (body.length > 0 || kept['content-length'] !== undefined)) kept['content-length'] = String(body.length);
  return kept;
}

function withoutHopByHop(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(':') && !HOP_BY_HOP.has(name)) kept[name] = value;
  }
  return kept;
}

async function toReply(call: Call, answer: http.IncomingMessage): Promise<ProxyReply> {
  const status = answer.statusCode ?? 502;
  const headers = withoutHopByHop(answer.headers);
  if (STREAMED.has(call.service) && status < 400) return { status, headers, body: answer };

  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return { status, headers, body: Buffer.concat(parts) };
}

function unreachable(call: Call, error: unknown): EdgeReply {
  const reason = error instanceof Error ? error.message : String(error);
  return errorReply(call, {
    status: 503,
    code: 'ServiceUnavailable',
    message: `The sandbox's control plane does not answer (${reason}). It may be starting again: waybill status shows it, .waybill/logs its last words.`,
  });
}
