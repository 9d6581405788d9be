import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagedFunctions } from '../../bench/packaged-functions.ts';
import type { PackagedFunction } from '../../bench/packaged-functions.ts';
import { startAwsStub } from './support/aws-stub.ts';
import type { AwsStub } from './support/aws-stub.ts';
import { LATE, recordOf } from '../lambdas/raise-alerts/raising.ts';
import { invokePackaged } from './support/invoke-packaged.ts';
import type { Invoked } from './support/invoke-packaged.ts';
import { propertiesOf, statementsOf } from './support/resources.ts';
import { PROJECT_ROOT, synthesize } from './support/synthesize.ts';

let folder: string;
let functions: readonly PackagedFunction[];
let stub: AwsStub;
const calledBy = new Map<string, readonly string[]>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-packaged-'));
  functions = packagedFunctions({ env: 'prod', outdir: join(folder, 'out') });
  stub = await startAwsStub();
}, 60_000);

afterAll(async () => {
  await stub.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Outcome extends Invoked {
  /** Operations that it called, each once, sorted. */
  readonly called: readonly string[];
}

/** Unpacks the function somewhere without node_modules, as Lambda does, and hands it one event. */
async function run(name: string, event: unknown): Promise<Outcome> {
  const found = functions.find((each) => each.name === name);
  if (found === undefined) throw new Error(`No function ${name}; there are ${functions.map((each) => each.name).join(', ')}.`);
  const task = join(folder, name);
  cpSync(found.directory, task, { recursive: true });
  const before = stub.calls.length;
  const invoked = await invokePackaged(task, event, environmentOf(found));
  const called = [...new Set(stub.calls.slice(before).map(({ operation }) => decodeURIComponent(operation)))].sort();
  calledBy.set(name, called);
  return { ...invoked, called };
}

const LAKE_VALUES = {
  STREAMS: '{"shipment-event":"one"}',
  BUSINESS_TIME_ZONE: 'Europe/Berlin',
  OBJECTIVE: '05:30',
  AGREEMENT: '06:00',
  AT_AGREEMENT: 'keep-previous',
  MACHINES: '{"publish-day":"arn:aws:states:eu-central-1:000000000000:stateMachine:one"}',
};

function environmentOf({ variables }: PackagedFunction): Record<string, string> {
  const values: Record<string, string> = { BRONZE_BUCKET: 'bronze', QUARANTINE_BUCKET: 'quarantine', LEDGER_TABLE: 'ledger', METRIC_NAMESPACE: 'Waybill/test', SHIPMENTS_TABLE: 'shipments', HORIZON_DAYS: '45', GIVE_UP_AFTER_MINUTES: '60', VEHICLE_PAGES_TABLE: 'vehicle-pages', PAGE_BUCKETS: '4', POSITION_HOURS: '48', REFRESH_SECONDS: '5', BOUND_SECONDS: '12', SILENT_MINUTES: '10', ALERTS_TABLE: 'alerts', COUNTS_TABLE: 'region-counts', ACCESS_TABLE: 'api-access', TOPIC_ARN: 'arn:aws:sns:eu-central-1:000000000000:alerts', WAYBILL_ENVIRONMENT: 'test', ...LAKE_VALUES };
  const own = Object.fromEntries(variables.map((name) => [name, values[name] ?? 'unset']));
  return { ...own, AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_ENDPOINT_URL: stub.endpoint };
}

const ABOUT = { region: 'benelux', customerId: '', carrier: 'MAEU', serviceLevel: '', priority: 0 };

const sample = (contract: string): string => {
  const good = join(PROJECT_ROOT, 'contracts', contract, 'samples', 'good');
  return readFileSync(join(good, readdirSync(good).sort()[0] ?? ''), 'utf8');
};

/** A batch as Lambda hands it over, arrived just now. */
const batch = (...records: readonly string[]): unknown => ({
  Records: records.map((data, index) => ({
    eventID: `shardId-000000000000:4966${index}`,
    kinesis: { sequenceNumber: `4966${index}`, partitionKey: 'one', approximateArrivalTimestamp: Date.now() / 1_000, data: Buffer.from(data).toString('base64') },
  })),
});

const ONE_FILE = ['AlertsApi', 'ArchiveEventsOrderChange', 'ArchiveEventsShipmentEvent', 'ArchiveEventsVehiclePosition', 'CatchUp', 'CountRegions', 'DayGate', 'FleetApi', 'LiveAlertsNotify', 'LiveAlertsRaiseAlerts', 'LiveAlertsWatchStalls', 'StartRun', 'TrackShipments', 'TrackVehicles', 'TrackingApi'];
/** The one function that carries files beside its code. */
const PUBLISHER = 'SitePublishSite';

describe('every packaged function', () => {
  it('is known here', () => {
    expect(functions.map(({ name }) => name)).toEqual([...ONE_FILE, PUBLISHER].sort());
  });

  it.each(ONE_FILE)('%s is one file, its zip at most 300 KB', (name) => {
    const found = functions.find((each) => each.name === name);
    expect(readdirSync(found?.directory ?? '')).toEqual(['index.mjs']);
    expect(found?.zipBytes).toBeLessThanOrEqual(300_000);
    expect(found?.zipBytes).toBeGreaterThan(1_000);
  });

  it(`${PUBLISHER} has the page beside its code`, () => {
    const { directory = '' } = functions.find((each) => each.name === PUBLISHER) ?? {};
    expect(readdirSync(directory).sort()).toEqual(['index.mjs', 'site']);
    expect(readdirSync(join(directory, 'site'))).toEqual(expect.arrayContaining(['files.json', 'index.html', 'assets']));
  });
});

describe('on Node 24, without anything installed beside it', () => {
  it.each([['ArchiveEventsOrderChange', 'order-change'], ['ArchiveEventsShipmentEvent', 'shipment-event'], ['ArchiveEventsVehiclePosition', 'vehicle-position']])('%s archives a good record and quarantines a bad one', async (name, contract) => {
    const { node, answer, called } = await run(name, batch(sample(contract), 'not json'));
    expect(node).toMatch(/^24\./);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(called).toEqual([expect.stringMatching(new RegExp(`^PUT /bronze/${contract}/arrival_date=`)), expect.stringMatching(new RegExp(`^PUT /quarantine/${contract}/arrival_date=`)), 'PutItem']);
  }, 30_000);

  it('TrackShipments folds a shipment event into state', async () => {
    const event = { ...(JSON.parse(sample('shipment-event')) as object), eventTime: new Date().toISOString() };
    const { answer, called } = await run('TrackShipments', batch(JSON.stringify(event)));
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(called).toEqual(expect.arrayContaining(['BatchExecuteStatement', 'BatchGetItem', 'PutItem']));
  }, 30_000);

  it('TrackVehicles joins a position with its page', async () => {
    const fix = { ...(JSON.parse(sample('vehicle-position')) as object), eventTime: new Date().toISOString() };
    const { answer, called } = await run('TrackVehicles', batch(JSON.stringify(fix), JSON.stringify(fix)));
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(called).toEqual(['BatchExecuteStatement', 'BatchGetItem', 'GetItem', 'PutItem']);
  }, 30_000);

  it('CatchUp says that a note is gone', async () => {
    const noteKey = 'catch-up/track-shipments/shipment-event/shardId-000000000000/1-2.json';
    const { answer, called } = await run('CatchUp', { noteKey });
    expect(answer).toMatchObject({ noteKey, records: 0, noteAbsent: true });
    expect(called).toEqual([expect.stringMatching(/^GET \/bronze\/catch-up/)]);
  }, 30_000);

  it('DayGate puts a marker and waits for it', async () => {
    const { answer, called } = await run('DayGate', { day: '2026-11-01', startedAt: new Date().toISOString(), warned: false, buildMinutes: 10 });
    expect(answer).toMatchObject({ step: 'wait', missing: { 'shipment-event': ['shardId-000000000000: its marker has not arrived in bronze'] } });
    expect(called).toEqual([expect.stringMatching(/^GET \/bronze\/?\?list-type=2/), 'ListShards', 'PutRecord', 'Query', 'UpdateItem']);
  }, 30_000);

  it('StartRun starts the run of a day', async () => {
    const { answer, called } = await run('StartRun', { machine: 'publish-day', day: '2026-11-01' });
    expect(answer).toMatchObject({ name: 'publish-day-2026-11-01', started: true, execution: 'arn:aws:states:eu-central-1:000000000000:execution:one:publish-day-2026-11-01' });
    expect(called).toEqual(['StartExecution']);
  }, 30_000);

  it('FleetApi answers that there are no vehicles', async () => {
    const { answer, called } = await run('FleetApi', { version: '2.0', rawPath: '/v1/vehicles', requestContext: { http: { method: 'GET' }, requestId: 'one', authorizer: { jwt: { claims: { sub: 'somebody', aud: 'client' } } } } });
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
    expect(called).toEqual(['Query']);
  }, 30_000);

  it('CountRegions counts nothing and writes that', async () => {
    const { called } = await run('CountRegions', {});
    expect(called).toEqual(['PutItem', 'Query', 'Scan']);
  }, 30_000);

  it('LiveAlertsWatchStalls asks each part of the index of due times', async () => {
    const { answer, called } = await run('LiveAlertsWatchStalls', {});
    expect(answer).toMatchObject({ written: 0, failed: 0, hasMore: false });
    expect(called).toEqual(['Query']);
  }, 30_000);

  it('LiveAlertsRaiseAlerts writes the row of an alert', async () => {
    const { answer, called } = await run('LiveAlertsRaiseAlerts', { Records: [recordOf('SHP-1', { after: { version: 1, alerts: [LATE], about: ABOUT } })] });
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(called).toContain('BatchGetItem');
  }, 30_000);

  it('LiveAlertsNotify tells nothing of a row that is gone', async () => {
    const image = { pk: { S: 'LATE:ARRIVED:NLRTM:SHP-1' }, sk: { S: 'A' }, noticeKey: { S: 'one' } };
    const { answer, called } = await run('LiveAlertsNotify', { Records: [{ eventName: 'INSERT', dynamodb: { ApproximateCreationDateTime: Date.now() / 1_000, SequenceNumber: '1', Keys: { pk: image.pk, sk: image.sk }, NewImage: image } }] });
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(called).toEqual(['GetItem']);
  }, 30_000);

  it('AlertsApi answers that nothing is wrong', async () => {
    const { answer, called } = await run('AlertsApi', { version: '2.0', rawPath: '/v1/alerts', requestContext: { http: { method: 'GET' }, requestId: 'one', authorizer: { jwt: { claims: { sub: 'somebody', aud: 'client' } } } } });
    expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-type': 'application/json' } });
    expect(called).toEqual(['Query']);
  }, 30_000);

  it('SitePublishSite puts the page, its index last, and tells CloudFormation', async () => {
    const { called } = await run(PUBLISHER, {
      RequestType: 'Create', ResponseURL: `${stub.endpoint}/answer/one`, StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Page',
      ResourceProperties: { Bucket: 'site', Files: ['index.html'], ContentHash: 'one', Issuer: 'https://issuer.example', ClientId: 'client', Region: 'eu-central-1', Environment: 'test', SignInAt: 'user-pool', EmptyOnDelete: 'false' },
    });
    expect(called).toEqual(expect.arrayContaining(['PUT /answer/one', 'PUT /site/config.json', 'PUT /site/index.html']));
  }, 30_000);

  it('TrackingApi answers that it knows no such shipment, in problem+json', async () => {
    const { answer, called } = await run('TrackingApi', { version: '2.0', rawPath: '/v1/shipments/SHP-7Q2M4', requestContext: { http: { method: 'GET' }, requestId: 'one' } });
    expect(answer).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
    expect(called).toEqual(['Query']);
  }, 30_000);
});

/** The right that an operation needs; of several, any. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  BatchExecuteStatement: ['dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'],
  ListShards: ['kinesis:ListShards'],
  PutRecord: ['kinesis:PutRecord'],
  StartExecution: ['states:StartExecution'],
  'LIST bronze': ['s3:ListBucket'],
  'PUT bronze': ['s3:PutObject'],
  'PUT quarantine': ['s3:PutObject'],
  'LIST site': ['s3:ListBucket'],
  'PUT site': ['s3:PutObject'],
  // Signed by CloudFormation itself.
  'PUT answer': ['s3:PutObject'],
  'GET bronze': ['s3:GetObject'],
  'GET quarantine': ['s3:GetObject'],
};

describe('the rights of a packaged function', () => {
  it('cover every operation that the samples above made it call', () => {
    const lacking = [...calledBy].flatMap(([name, operations]) => {
      const { PolicyDocument } = propertiesOf(synthesize({ env: 'prod' }), 'AWS::IAM::Policy', `${name}Rights`);
      const allowed = new Set(statementsOf(PolicyDocument).flatMap(({ Action }) => Action));
      const needed = operations.map((operation) => operation.replace(/^GET \/(\w+)\/?\?list-type.*$/, 'LIST $1').replace(/^(\w+) \/(\w+)\/.*$/, '$1 $2'));
      return needed.filter((operation) => !(NEEDS[operation] ?? [`dynamodb:${operation}`]).some((action) => allowed.has(action))).map((operation) => `${name}: ${operation}`);
    });
    expect([...calledBy.keys()].sort()).toEqual(functions.map(({ name }) => name));
    expect(lacking).toEqual([]);
  });
});
