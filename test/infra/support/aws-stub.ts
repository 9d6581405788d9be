import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubCall {
  /** `PutItem` for DynamoDB (`PutRecord`, `StartExecution` likewise), `PUT /bucket/key` for S3. */
  readonly operation: string;
  readonly body: string;
}

export interface AwsStub {
  readonly endpoint: string;
  readonly calls: readonly StubCall[];
  close(): Promise<void>;
}

/** What an empty account answers: tables without items, buckets that take everything and hold nothing. */
const EMPTY: Readonly<Record<string, object>> = {
  GetItem: {},
  PutItem: {},
  Query: { Items: [], Count: 0 },
  Scan: { Items: [], Count: 0, ConsumedCapacity: { CapacityUnits: 0 } },
  BatchGetItem: { Responses: {}, UnprocessedKeys: {} },
  BatchWriteItem: { UnprocessedItems: {} },
  UpdateItem: {},
  ListShards: { Shards: [{ ShardId: 'shardId-000000000000', HashKeyRange: { StartingHashKey: '0' }, SequenceNumberRange: { StartingSequenceNumber: '1' } }] },
  PutRecord: { ShardId: 'shardId-000000000000', SequenceNumber: '2' },
  StartExecution: { executionArn: 'arn:aws:states:eu-central-1:000000000000:execution:one:two' },
};

/** Just enough of S3 and the JSON services to see that a function starts, signs, calls and answers. Behaviour is tested elsewhere. */
export async function startAwsStub(): Promise<AwsStub> {
  const calls: StubCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const target = request.headers['x-amz-target'];
      const body = Buffer.concat(chunks).toString('latin1');
      const operation = typeof target === 'string' ? target.split('.')[1] ?? '' : `${request.method} ${request.url}`;
      calls.push({ operation, body });
      const { status, answer } = typeof target === 'string' ? dynamo(operation, body) : s3(request.method ?? '', request.url ?? '');
      response.writeHead(status, { 'content-type': typeof target === 'string' ? 'application/x-amz-json-1.0' : 'application/xml' }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(() => resolve());
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, close };
}

function dynamo(operation: string, body: string): { status: number; answer: string } {
  if (operation === 'BatchExecuteStatement') {
    const { Statements } = JSON.parse(body) as { Statements: unknown[] };
    return { status: 200, answer: JSON.stringify({ Responses: Statements.map(() => ({})) }) };
  }
  const known = EMPTY[operation];
  return known === undefined ? { status: 400, answer: JSON.stringify({ __type: 'UnknownOperationException', message: operation }) } : { status: 200, answer: JSON.stringify(known) };
}

function s3(method: string, url: string): { status: number; answer: string } {
  if (method === 'PUT') return { status: 200, answer: '' };
  if (url.includes('list-type=2')) return { status: 200, answer: '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' };
  return { status: 404, answer: '<Error><Code>NoSuchKey</Code><Message>There is nothing.</Message></Error>' };
}
