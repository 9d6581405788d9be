import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StubTables } from './stub-table.ts';

export interface Counts {
  readonly requests: number;
  readonly writes: number;
  readonly puts: number;
  /** Bytes put to the object store. */
  readonly putBytes: number;
}

export interface StubServices {
  readonly endpoint: string;
  readonly counts: () => Counts;
  readonly close: () => void;
}

/** DynamoDB and S3 on the loopback, in the measuring process: their CPU is not counted, the callers' is. */
export async function startStubServices(): Promise<StubServices> {
  const tables = new StubTables();
  let requests = 0;
  let puts = 0;
  let putBytes = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests += 1;
      const operation = operationOf(request);
      if (operation === undefined) {
        puts += 1;
        putBytes += chunks.reduce((sum, chunk) => sum + chunk.length, 0);
        response.writeHead(200, { etag: '"stub"' }).end();
        return;
      }
      const answer = tables.answer(operation, JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts: () => ({ requests, writes: tables.writes, puts, putBytes }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function operationOf(request: IncomingMessage): string | undefined {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string' ? target.slice(target.indexOf('.') + 1) : undefined;
}
