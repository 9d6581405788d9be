import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { unpackLines } from '../../../contracts/object-lines.ts';
import { isAwsError } from '../../../lambdas/_shared/aws/aws-error.ts';
import { createAwsClient } from '../../../lambdas/_shared/aws/client.ts';
import type { AwsClient } from '../../../lambdas/_shared/aws/client.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { createSkipList } from '../../../lambdas/_shared/skip-list.ts';
import { bucketStore, tableLedger } from '../../../lambdas/archive-events/aws-ports.ts';
import { createHandler } from '../../../lambdas/archive-events/create-handler.ts';
import type { Sandbox } from '../../sandbox/harness.ts';
import { startSandbox } from '../../sandbox/harness.ts';
import { kinesisEvent, sequenceOf, SHARD, streamOf } from '../fixtures/kinesis.ts';
import { ARRIVAL, parcelScan, scan } from '../fixtures/parcel-scan.ts';

jest.setTimeout(180_000);

const BRONZE = 'thin-client-bronze';
const QUARANTINE = 'thin-client-quarantine';
const TABLE = 'thin-client-ledger';

let sandbox: Sandbox;
let aws: AwsClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  aws = createAwsClient({ env: sandbox.env });
  const s3 = new S3Client(sandbox.client);
  for (const Bucket of [BRONZE, QUARANTINE]) await s3.send(new CreateBucketCommand({ Bucket }));
  await new DynamoDBClient(sandbox.client).send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    }),
  );
});

afterAll(async () => {
  await sandbox.stop();
});

describe('The thin client against a store of its own protocol', () => {
  it('puts once under a condition, reads back, and lists keys as they are', async () => {
    const key = "odd/arrival_date=2026-03-01/a b+c'(ü)&.gz";
    await aws.putObject({ bucket: BRONZE, key, body: Buffer.from([0, 255, 10]), ifNoneMatch: '*', contentType: 'application/gzip' });
    const second = await aws.putObject({ bucket: BRONZE, key, body: 'other', ifNoneMatch: '*' }).catch((error: unknown) => error);

    expect(isAwsError(second, 'PreconditionFailed')).toBe(true);
    expect(await aws.getObject({ bucket: BRONZE, key })).toEqual(Buffer.from([0, 255, 10]));
    expect(await aws.listObjects({ bucket: BRONZE, prefix: 'odd/arrival_date=' })).toEqual([{ key, size: 3 }]);
  });

  it('lists more objects than one page holds', async () => {
    const keys = Array.from({ length: 1_003 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
    for (let from = 0; from < keys.length; from += 40) await Promise.all(keys.slice(from, from + 40).map((key) => aws.putObject({ bucket: BRONZE, key, body: 'x' })));

    expect((await aws.listObjects({ bucket: BRONZE, prefix: 'many/' })).map(({ key }) => key)).toEqual(keys);
  });

  it('names what is missing', async () => {
    const object = await aws.getObject({ bucket: BRONZE, key: 'nothing' }).catch((error: unknown) => error);
    const table = await aws.dynamo('GetItem', { TableName: 'no-such-table', Key: { pk: { S: 'a' }, sk: { S: 'b' } } }).catch((error: unknown) => error);

    expect([object, table]).toMatchObject([{ code: 'NoSuchKey', status: 404 }, { code: 'ResourceNotFoundException', status: 400 }]);
  });
});

describe('archive-events against a store of its own protocol', () => {
  const archive = async (contents: readonly (string | Buffer)[]): Promise<unknown> => {
    const handler = createHandler({
      contract: parcelScan,
      bronze: bucketStore(aws, BRONZE),
      quarantine: bucketStore(aws, QUARANTINE),
      ledger: tableLedger(aws, TABLE),
      skipList: createSkipList({ aws, table: TABLE, contract: 'parcel-scan' }),
      log: createLogger({ fields: {}, write: () => undefined }),
      metricNamespace: 'Waybill/test',
      print: () => undefined,
      now: Date.now,
    });
    return handler(kinesisEvent(streamOf(contents, { start: ARRIVAL })));
  };

  it('archives, quarantines and keeps the ledger, the same after a repeat', async () => {
    const contents = [scan(), Buffer.from([0xff]), scan({ scanId: 'b' })];

    expect([await archive(contents), await archive(contents)]).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);

    const [bronze, ...others] = await aws.listObjects({ bucket: BRONZE, prefix: 'parcel-scan/' });
    const lines = unpackLines(await aws.getObject({ bucket: BRONZE, key: bronze?.key ?? '' })).toString().trim().split('\n');
    const { Items: rows } = await new DynamoDBClient(sandbox.client).send(new ScanCommand({ TableName: TABLE }));
    expect(others).toEqual([]);
    expect(lines.map((line) => (JSON.parse(line) as { k: string }).k)).toEqual([sequenceOf(0), sequenceOf(2)]);
    expect(await aws.listObjects({ bucket: QUARANTINE, prefix: 'parcel-scan/' })).toHaveLength(1);
    expect(rows?.map(({ kind }) => kind?.S).sort()).toEqual(['bronze', 'quarantine']);
    expect(rows?.find(({ kind }) => kind?.S === 'bronze')).toMatchObject({ key: { S: bronze?.key }, bytes: { N: String(bronze?.size) }, state: { S: 'new' } });
  });

  it('passes over a single record that a row of the ledger names', async () => {
    await aws.dynamo('PutItem', { TableName: TABLE, Item: { pk: { S: 'skip#parcel-scan' }, sk: { S: `${SHARD}#${sequenceOf(0).padStart(60, '0')}` } } });

    await archive([scan({ scanId: 'skipped' })]);

    const objects = await aws.listObjects({ bucket: QUARANTINE, prefix: 'parcel-scan/' });
    const texts = await Promise.all(objects.map(async ({ key }) => unpackLines(await aws.getObject({ bucket: QUARANTINE, key })).toString()));
    expect(texts.filter((text) => text.includes('"SKIPPED"'))).toHaveLength(1);
  });
});
