import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { entriesOf } from '../../../domain/shipment/index.ts';
import { createAwsClient } from '../../../lambdas/_shared/aws/client.ts';
import type { AwsClient } from '../../../lambdas/_shared/aws/client.ts';
import { createDeleter } from '../../../lambdas/catch-up/delete-object.ts';
import { readShipment } from '../../../lambdas/tracking-api/shipment-reader.ts';
import type { FoundShipment } from '../../../lambdas/tracking-api/shipment-reader.ts';
import type { Sandbox } from '../../sandbox/harness.ts';
import { startSandbox } from '../../sandbox/harness.ts';
import { catchUpOver, createArchiver, QUARANTINE } from '../catch-up/lake.ts';
import { BRONZE, createTracker, kinesisEvent, LEDGER, NOW, TABLE, wireEvent } from './tracker.ts';
import type { WireEvent } from './tracker.ts';

jest.setTimeout(180_000);

let sandbox: Sandbox;
let aws: AwsClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  aws = createAwsClient({ env: sandbox.env });
  const dynamo = new DynamoDBClient(sandbox.client);
  for (const TableName of [TABLE, LEDGER]) {
    await dynamo.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
      }),
    );
  }
  const s3 = new S3Client(sandbox.client);
  for (const Bucket of [BRONZE, QUARANTINE]) await s3.send(new CreateBucketCommand({ Bucket }));
});

afterAll(async () => {
  await sandbox.stop();
});

const found = (shipmentId: string): Promise<FoundShipment | undefined> => readShipment({ aws, table: TABLE, shipmentId, now: NOW });
const reasons = async (shipmentId: string): Promise<unknown[]> => [...((await found(shipmentId))?.texts.values() ?? [])].map(({ text }) => text.reasonText).sort();
const textItemCount = async (shipmentId: string): Promise<unknown> =>
  (await aws.dynamo('Query', { TableName: TABLE, KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)', ExpressionAttributeValues: { ':pk': { S: shipmentId }, ':prefix': { S: 'T#' } } }))['Count'];
const entryCount = async (shipmentId: string): Promise<number> => entriesOf((await found(shipmentId))?.set ?? (await Promise.reject(new Error(`${shipmentId} is not there.`)))).length;
const many = (shipmentId: string, count: number): WireEvent[] =>
  Array.from({ length: count }, (_, index) => wireEvent({ shipmentId, eventId: `E-${index}`, eventType: 'LOADED', eventTime: new Date(NOW - index * 60_000).toISOString() }));

/** Rules of the edge: every further call of this kind has its effect, and its answer is an error. */
const setFaults = async (rules: readonly object[]): Promise<void> => {
  const answer = await fetch(`${sandbox.endpoint}/_waybill/faults`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rules) });
  if (!answer.ok) throw new Error(`The edge took no fault rules: ${answer.status} ${await answer.text()}`);
};

describe('track-shipments against a store of its own protocol', () => {
  it('inserts, updates and removes what vanishes, in one statement each', async () => {
    const tracker = createTracker(aws);
    const key = { pk: { S: 'LIFE' }, sk: { S: 'S' } };
    const main = async (): Promise<unknown> => (await aws.dynamo('GetItem', { TableName: TABLE, Key: key, ConsistentRead: true }))['Item'];

    await tracker.send(wireEvent({ shipmentId: 'LIFE', eventId: 'P', eventType: 'DELIVERED', eventClassifier: 'PLANNED', eventTime: '2026-11-22T10:00:00Z', reason: { text: 'as agreed' } }), wireEvent({ shipmentId: 'LIFE' }));
    expect(await main()).toMatchObject({ status: { S: 'IN_TRANSIT' }, reviewAt: { N: expect.any(String) as string }, version: { N: String(NOW) } });

    await tracker.send(wireEvent({ shipmentId: 'LIFE', eventId: 'D', eventType: 'DELIVERED', eventTime: '2026-11-20T11:00:00Z' }));
    expect(await main()).toMatchObject({ status: { S: 'DELIVERED' }, version: { N: String(NOW + 1) } });
    expect(await main()).not.toHaveProperty('reviewAt');
    expect(await reasons('LIFE')).toEqual(['as agreed']);
  });

  it('puts the texts of a batch together, and finds by them what a repeat says anew', async () => {
    const tracker = createTracker(aws);
    const told = (eventId: string, text: string, publishedTime: string): WireEvent => wireEvent({ shipmentId: 'TOLD', eventId, publishedTime, eventTime: new Date(NOW - Number(eventId) * 60_000).toISOString(), reason: { text } });
    const first = [told('1', 'storm', '2026-11-20T10:00:00Z'), told('2', 'strike', '2026-11-20T10:00:00Z')];
    await tracker.send(...first);
    expect([await textItemCount('TOLD'), await reasons('TOLD')]).toEqual([1, ['storm', 'strike']]);
    await createTracker(aws).send(...first);
    expect(await textItemCount('TOLD')).toBe(1);
    await createTracker(aws).send(...first.slice(1), told('1', 'storm, stronger', '2026-11-20T11:00:00Z'));
    expect([await textItemCount('TOLD'), await reasons('TOLD')]).toEqual([2, ['storm, stronger', 'strike']]);
  });

  it('keeps every entry of a shipment that two writers grow at once, over pages', async () => {
    const events = many('GROWS', 240);
    await Promise.all([createTracker(aws).send(...events.slice(0, 130)), createTracker(aws).send(...events.slice(110))]);
    expect(await entryCount('GROWS')).toBe(240);
    const tracker = createTracker(aws);
    await tracker.send(...events);
    expect(tracker.metrics()).toMatchObject({ ShipmentsWritten: 0, ShipmentsUnchanged: 1 });
  });

  it('knows its own write again when the answer was lost', async () => {
    await setFaults([{ id: 'lost-answers', service: 'dynamodb', operation: 'BatchExecuteStatement', when: 'after', action: 'error', status: 500, code: 'InternalServerError', count: 1 }]);
    const tracker = createTracker(aws);
    try {
      expect(await tracker.send(wireEvent({ shipmentId: 'LOST' }))).toEqual({ batchItemFailures: [] });
    } finally {
      await setFaults([]);
    }
    expect(tracker.metrics()).toMatchObject({ ShipmentsWritten: 1, WriteConflicts: 1 });
    expect((await found('LOST'))?.version).toBe(NOW);
  });

  it('gives up, and catch-up folds the note from bronze and deletes it', async () => {
    const batch = kinesisEvent([{ event: wireEvent({ shipmentId: 'GIVEN-UP' }), sequence: '901' }, { event: '{"broken"', sequence: '902' }, { event: wireEvent({ shipmentId: 'GIVEN-UP', eventId: 'E-2', eventType: 'ARRIVED' }), sequence: '903' }]);
    await setFaults([{ id: 'refused', service: 'dynamodb', operation: 'BatchExecuteStatement', when: 'before', action: 'error', status: 400, code: 'ThrottlingException' }]);
    try {
      expect(await createTracker(aws, { giveUpAfterMs: 0 }).handle(batch)).toEqual({ batchItemFailures: [] });
    } finally {
      await setFaults([]);
    }
    const notes = async (): Promise<string[]> => (await aws.listObjects({ bucket: BRONZE, prefix: 'catch-up/' })).map(({ key }) => key);
    const [noteKey = ''] = await notes();
    expect(await found('GIVEN-UP')).toBeUndefined();

    await createArchiver(aws)(batch);
    expect(await catchUpOver(aws, createDeleter(BRONZE, sandbox.env))({ noteKey })).toEqual({ noteKey, records: 2, shipments: 1, written: 1 });
    expect(await entryCount('GIVEN-UP')).toBe(2);
    expect(await notes()).toEqual([]);
  });
});
