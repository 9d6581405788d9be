import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** `reset`: the connection closes without an answer; `cut`: in the middle of one; `silent`: no answer ever comes. */
export type StubAnswer = { readonly status?: number; readonly body?: string | Buffer } | 'reset' | 'cut' | 'silent';

export interface StubServer {
  readonly endpoint: string;
  readonly seen: SeenRequest[];
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** A local HTTP server that answers each request with the next of the given answers; the last one repeats. */
export async function startStub(answers: readonly StubAnswer[]): Promise<StubServer> {
  const seen: SeenRequest[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = answers[Math.min(seen.length, answers.length - 1)] ?? {};
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
      if (answer === 'reset') request.socket.destroy();
      else if (answer === 'cut') response.writeHead(200, { 'content-length': 100 }).write('{', () => request.socket.destroy());
      else if (answer !== 'silent') response.writeHead(answer.status ?? 200).end(answer.body ?? '');
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    seen,
    connections: () => connections,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
