/** The rows that raise-alerts writes by conditional statements are the same on the control plane as on the table in memory. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ImageChange } from '../../../domain/alert/index.ts';
import { alertId, stormId } from '../../../domain/alert/index.ts';
import type { Alert } from '../../../domain/shipment/index.ts';
import { createAwsClient } from '../../../lambdas/_shared/aws/client.ts';
import type { AwsClient } from '../../../lambdas/_shared/aws/client.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { itemOf, numberOf, stringOf } from '../../../lambdas/_shared/marshall.ts';
import type { Item } from '../../../lambdas/_shared/marshall.ts';
import { changeOf } from '../../../lambdas/_shared/table-stream.ts';
import type { TableStreamRecord } from '../../../lambdas/_shared/table-stream.ts';
import { createMarks } from '../../../lambdas/alerts-api/marks.ts';
import { createAlertStore } from '../../../lambdas/raise-alerts/alert-store.ts';
import type { RaisedCounts } from '../../../lambdas/raise-alerts/alert-store.ts';
import { readChange } from '../../../lambdas/raise-alerts/read-change.ts';
import { createStormBook } from '../../../lambdas/raise-alerts/storm-book.ts';
import { createDynamoBatches } from '../../../lambdas/track-shipments/dynamo-batches.ts';
import { startSandbox } from '../../sandbox/harness.ts';
import type { Sandbox } from '../../sandbox/harness.ts';
import { FakeTable } from './fake-table.ts';
import { HOUR, LATE, NOW, recordsOf, TABLE } from './raising.ts';

jest.setTimeout(180_000);

type Dynamo = Pick<AwsClient, 'dynamo'>;

let sandbox: Sandbox;
let real: Dynamo;
beforeAll(async () => {
  sandbox = await startSandbox();
  real = createAwsClient({ env: sandbox.env });
  const admin = new DynamoDBClient(sandbox.client);
  await admin.send(new CreateTableCommand({
    TableName: TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
  }));
  admin.destroy();
});
afterAll(async () => {
  await sandbox.stop();
});

async function apply(aws: Dynamo, records: readonly TableStreamRecord[]): Promise<RaisedCounts> {
  const batches = createDynamoBatches({ aws: aws as AwsClient, table: TABLE, pause: async () => Promise.resolve(), log: createLogger({ fields: {} }) });
  const changes = records.map((record) => readChange(changeOf(record))).filter((change): change is ImageChange => change !== undefined);
  return createAlertStore({ batches, storms: createStormBook({ aws, batches, table: TABLE }), table: TABLE }).apply(changes, NOW);
}

async function row(aws: Dynamo, pk: string): Promise<Item | undefined> {
  return itemOf((await aws.dynamo('GetItem', { TableName: TABLE, Key: { pk: { S: pk }, sk: { S: 'A' } }, ConsistentRead: true }))['Item']);
}

const ESTIMATED: Alert = { ...LATE, estimated: NOW + HOUR };
/** Of so many shipments that they are a storm, and more than one call of statements. */
const fleet = (...images: (readonly Alert[])[]): TableStreamRecord[][] => Array.from({ length: 60 }, (_, index) => recordsOf(`SHP-${index}`, ...images));
const ids = Array.from({ length: 60 }, (_, index) => alertId(`SHP-${index}`, LATE));
const STORM = stormId({ by: 'place', value: 'NLRTM', reason: 'LATE' });

it('opens, worsens, marks, closes and opens again, to the same rows as the table in memory', async () => {
  const memory = new FakeTable();
  const lives = fleet([ESTIMATED], [{ ...LATE, level: 2 }], [], [LATE]);
  const turn = (index: number): TableStreamRecord[] => lives.map((life) => life[index] as TableStreamRecord);
  for (const aws of [real, memory]) {
    expect(await apply(aws, turn(0))).toMatchObject({ opened: 60 });
    expect(await apply(aws, turn(1))).toMatchObject({ worsened: 60 });
    // A repeat of everything so far: the conditions are not even asked.
    expect(await apply(aws, [...turn(0), ...turn(1)])).toMatchObject({ opened: 0, worsened: 0 });
  }
  await createMarks({ aws: real, table: TABLE }).mark(ids[0] ?? '', { ackBy: { S: 'Kim' }, ackAt: { N: String(NOW) } });
  expect(stringOf((await row(real, ids[0] ?? ''))?.['ackBy'])).toBe('Kim');
  expect(numberOf((await row(real, ids[0] ?? ''))?.['estimated'])).toBeUndefined();
  for (const aws of [real, memory]) {
    expect(await apply(aws, turn(2))).toMatchObject({ closed: 60 });
    expect(await apply(aws, turn(3))).toMatchObject({ opened: 60 });
  }
  for (const id of [...ids, STORM]) expect(await row(real, id)).toEqual(memory.row(id));
  expect(await row(real, STORM)).toMatchObject({ members: { N: '60' }, kind: { S: 'STORM' } });
  expect(stringOf((await row(real, ids[0] ?? ''))?.['ackBy'])).toBeUndefined();
});

it('ends at the same rows when several write them at once, new ones and known ones', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `RACE-${index}`);
  const lives = names.map((name) => recordsOf(name, [LATE], [{ ...LATE, level: 2 }], [{ ...LATE, level: 3 }]));
  await apply(real, lives.slice(0, 15).map(([first]) => first as TableStreamRecord));
  const everything = lives.flat();
  await Promise.all([apply(real, everything), apply(real, everything), apply(real, everything)]);
  for (const name of names) expect(await row(real, alertId(name, LATE))).toMatchObject({ level: { N: '3' }, toldLevel: { N: '3' }, stateVersion: { N: '3' } });
});
