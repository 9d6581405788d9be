import http from 'node:http';
import https from 'node:https';
import { AwsError } from './aws-error.ts';

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Named in errors, e.g. `s3:PutObject`. */
  readonly operation: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
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
  const agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };

  return async (request) => {
    const secure = request.url.protocol === 'https:';
    const agent = secure ? agents['https:'] : agents['http:'];
    return new Promise<HttpAnswer>((resolve, reject) => {
      const refuse = (code: string, cause: unknown): void => {
        clearTimeout(timer);
        reject(new AwsError({ code, status: 0, operation: request.operation, message: cause instanceof Error ? cause.message : String(cause), cause }));
      };
      const outgoing = (secure ? https : http).request(request.url, { method: request.method, headers: { ...request.headers, 'content-length': Buffer.byteLength(request.body) }, agent });
      const timer = setTimeout(() => {
        refuse('TimeoutError', `no whole answer within ${timeoutMs} ms from ${request.url.host}`);
        outgoing.destroy();
      }, timeoutMs);
      outgoing.on('error', (error) => refuse('NetworkError', error));
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', (error) => refuse('NetworkError', error));
        incoming.on('end', () => {
          clearTimeout(timer);
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) });
        });
      });
      outgoing.end(request.body);
    });
  };
}
