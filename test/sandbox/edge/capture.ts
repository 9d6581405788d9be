/** Records what real SDK clients put on the wire: a local endpoint that answers everything with an empty object. */
import type { IncomingHttpHeaders } from 'node:http';
import { createListener } from '../../../sandbox/edge/listener.ts';

export interface Captured {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly httpVersion: string;
}

export interface Capture {
  /** Settings for any SDK client: endpoint, region and the credentials of the function `orders`. */
  readonly client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string }; forcePathStyle: boolean; maxAttempts: number };
  /** The request that this call of an SDK sends; what the call answers does not matter. */
  of(call: () => Promise<unknown>): Promise<Captured>;
  close(): Promise<void>;
}

export async function startCapture(): Promise<Capture> {
  const captured: Captured[] = [];
  const listener = createListener(({ request, response }) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      captured.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts), httpVersion: request.httpVersion });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });
  const port = await listener.listen(0);

  return {
    client: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'fn-orders', secretAccessKey: 'secret', sessionToken: 'worker-7' },
      forcePathStyle: true,
      maxAttempts: 1,
    },
    async of(call) {
      captured.length = 0;
      await call().catch(() => undefined);
      const [first] = captured;
      if (first === undefined) throw new Error('the SDK sent nothing');
      return first;
    },
    close: () => listener.close(0),
  };
}
