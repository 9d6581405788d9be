import { MissingEnvironmentError } from '../../../lambdas/_shared/environment.ts';
import { bindHandler } from '../../../lambdas/archive-events/handler.ts';
import type { StubAnswer, StubServer } from '../_shared/aws/stub-server.ts';
import { startStub } from '../_shared/aws/stub-server.ts';
import { kinesisEvent, sequenceOf, streamOf } from '../fixtures/kinesis.ts';
import { ARRIVAL, parcelScan, scan } from '../fixtures/parcel-scan.ts';

const ENV = { BRONZE_BUCKET: 'the-bronze', QUARANTINE_BUCKET: 'the-quarantine', LEDGER_TABLE: 'the-ledger', METRIC_NAMESPACE: 'Waybill/test', AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'fn', AWS_SECRET_ACCESS_KEY: 'x' };
const saved = process.env;
const stubs: StubServer[] = [];
const printed: string[] = [];

async function archive(answers: readonly StubAnswer[], contents: readonly string[]): Promise<{ answer: unknown; stub: StubServer }> {
  const stub = await startStub(answers);
  stubs.push(stub);
  process.env = { ...saved, ...ENV, AWS_ENDPOINT_URL: stub.endpoint };
  return { stub, answer: await bindHandler(parcelScan)(kinesisEvent(streamOf(contents, { start: ARRIVAL }))) };
}

beforeEach(() => {
  printed.length = 0;
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
});

afterEach(async () => {
  jest.restoreAllMocks();
  process.env = saved;
  await Promise.all(stubs.splice(0).map((stub) => stub.close()));
});

describe('The deployed handler', () => {
  it('writes to the buckets and the table that its environment names, over HTTP, and prints its metrics', async () => {
    const { answer, stub } = await archive([{ body: '{}' }], [scan(), 'bad']);

    expect(answer).toEqual({ batchItemFailures: [] });
    const [quarantine, bronze] = stub.seen.filter(({ method }) => method === 'PUT');
    const rows = stub.seen.filter(({ method }) => method === 'POST');
    expect(stub.seen.map(({ method }) => method)).toEqual(['POST', 'POST', 'PUT', 'PUT', 'POST', 'POST']);
    expect(quarantine).toMatchObject({ method: 'PUT', url: expect.stringMatching(/^\/the-quarantine\/parcel-scan\//) as string, headers: { 'if-none-match': '*' } });
    expect(bronze).toMatchObject({ method: 'PUT', url: expect.stringMatching(/^\/the-bronze\/parcel-scan\/arrival_date%3D2026-03-01\/arrival_hour%3D10\//) as string, headers: { 'if-none-match': '*' } });
    expect(rows.map(({ headers, body }) => [headers['x-amz-target'], (JSON.parse(body) as { TableName: string }).TableName])).toEqual([
      ['DynamoDB_20120810.PutItem', 'the-ledger'],
      ['DynamoDB_20120810.PutItem', 'the-ledger'],
      ['DynamoDB_20120810.PutItem', 'the-ledger'],
      ['DynamoDB_20120810.PutItem', 'the-ledger'],
    ]);
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatch(/^\{"_aws":.*\}\n$/);
  });

  it('takes 412 for success, and tries again on 409', async () => {
    const conflict = { status: 409, body: '<Error><Code>ConditionalRequestConflict</Code></Error>' };
    const { answer, stub } = await archive([{ body: '{}' }, conflict, { status: 412 }, { body: '{}' }], [scan(), scan()]);

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(stub.seen.map(({ method }) => method)).toEqual(['POST', 'PUT', 'PUT', 'POST']);
  });

  it('holds the batch when the answers stay away', async () => {
    const { answer } = await archive(['reset'], [scan(), scan()]);

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceOf(0) }] });
    expect(printed.join('')).toContain('"level":"ERROR"');
  });

  it('says at start which variables it lacks', () => {
    process.env = { ...saved, BRONZE_BUCKET: 'b', QUARANTINE_BUCKET: '', LEDGER_TABLE: '', METRIC_NAMESPACE: 'n' };

    expect(() => bindHandler(parcelScan)).toThrow(MissingEnvironmentError);
    expect(() => bindHandler(parcelScan)).toThrow(/"QUARANTINE_BUCKET", "LEDGER_TABLE"/);
  });
});
