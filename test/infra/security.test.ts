import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ENVIRONMENTS } from './support/resources.ts';
import { synthesize } from './support/synthesize.ts';

const OWN = { config: 'test/infra/fixtures/own-environment.json' };

/** What is acknowledged in production, as `<rule> <construct>`; where an ARN is acknowledged, the ARN. Read by a person when it changes. */
const BRONZE = '<bronze>';
/** What one Spark job may do with a wildcard, in production. */
const jobRights = (job: string): string[] => [
  '<bronze>/*',
  '<quarantine>/*',
  '<lake>/*',
  ...['silver', 'gold', 'ops'].map((layer) => `<${layer}>/*`),
  '<glue logs>',
  // PutMetricData, and the job's security configuration.
  'Resource::*',
  'Resource::*',
].map((arn) => `AwsSolutions-IAM5[${arn}] batch/${job}Job/Role/Rights`);
const JOBS = ['BackfillDays', 'BuildGold', 'CompareLogic', 'EnsureTables', 'LoadSilver', 'MaintainLake'];
/** In development jobs have no security configuration to read, and their logs no key of ours. */
const JOBS_WITHOUT_KEY = JOBS.flatMap((job) => ['AwsSolutions-GL1', 'AwsSolutions-GL3'].map((rule) => `${rule} batch/${job}Job/Job`));
const ACKNOWLEDGED = [
  'AwsSolutions-COG2 state/SignIn/Users',
  'AwsSolutions-COG3 state/SignIn/Users',
  'AwsSolutions-COG8 state/SignIn/Users',
  'AwsSolutions-KDS3 streams/OrderChangeStream',
  'AwsSolutions-KDS3 streams/ShipmentEventStream',
  'AwsSolutions-KDS3 streams/VehiclePositionStream',
  ...JOBS.flatMap(jobRights),
  // Rows that may not be in silver.
  'AwsSolutions-IAM5[<quarantine>/*/rows/*] batch/LoadSilverJob/Role/Rights',
  // Deliveries of logs, and traces.
  ...['BackfillDays', 'CompareLogic', 'IngestSilver', 'PublishDay'].flatMap((machine) => Array<string>(2).fill(`AwsSolutions-IAM5[Resource::*] batch/${machine}Machine/Rights`)),
  // The metric that says to an alarm that a refusal is told.
  ...['BackfillDays', 'PublishDay'].map((machine) => `AwsSolutions-IAM5[Resource::*] batch/${machine}Machine/Rights`),
  'AwsSolutions-IAM5[<lake>/runs/build-gold/*] batch/BackfillDaysMachine/Rights',
  'AwsSolutions-IAM5[<lake>/runs/build-gold/*] batch/PublishDayMachine/Rights',
  'AwsSolutions-IAM5[<lake>/runs/compare-logic/*] batch/CompareLogicMachine/Rights',
  ...['', '/days', '/compare'].map((label) => `AwsSolutions-IAM5[<children of BackfillDaysMachine>${label}:*] batch/BackfillDaysMachine/Children/Rights`),
  'AwsSolutions-S1 foundation/AccessLogs',
  // A public page: no country, no firewall; the default certificate; who logs the logs.
  ...['CFR1', 'CFR2', 'CFR4'].map((rule) => `AwsSolutions-${rule} serving/Site/Distribution`),
  ...['AccessLogs', 'Bucket'].map((bucket) => `AwsSolutions-S1 serving/Site/${bucket}`),
  'AwsSolutions-IAM5[<site>/*] serving/Site/PublishSite/Rights',
  `AwsSolutions-IAM5[${BRONZE}/aws/lambda/*] ingest/ArchiveEventsOrderChange/Rights`,
  `AwsSolutions-IAM5[${BRONZE}/aws/lambda/*] ingest/ArchiveEventsShipmentEvent/Rights`,
  `AwsSolutions-IAM5[${BRONZE}/aws/lambda/*] ingest/ArchiveEventsVehiclePosition/Rights`,
  // Batches given up, and the list of streams that Lambda asks for.
  ...['RaiseAlerts', 'Notify'].flatMap((consumer) => [`AwsSolutions-IAM5[${BRONZE}/aws/lambda/*] ingest/LiveAlerts/${consumer}/Rights`, `AwsSolutions-IAM5[Resource::*] ingest/LiveAlerts/${consumer}/Rights`]),
  `AwsSolutions-IAM5[${BRONZE}/aws/lambda/*] ingest/TrackShipments/Rights`,
  `AwsSolutions-IAM5[${BRONZE}/aws/lambda/*] ingest/TrackVehicles/Rights`,
  `AwsSolutions-IAM5[${BRONZE}/catch-up/track-shipments/*] ingest/CatchUp/Rights`,
  `AwsSolutions-IAM5[${BRONZE}/catch-up/track-shipments/*] ingest/TrackShipments/Rights`,
  `AwsSolutions-IAM5[${BRONZE}/order-change/*] ingest/ArchiveEventsOrderChange/Rights`,
  `AwsSolutions-IAM5[${BRONZE}/shipment-event/*] ingest/ArchiveEventsShipmentEvent/Rights`,
  `AwsSolutions-IAM5[${BRONZE}/shipment-event/*] ingest/CatchUp/Rights`,
  `AwsSolutions-IAM5[${BRONZE}/vehicle-position/*] ingest/ArchiveEventsVehiclePosition/Rights`,
  'AwsSolutions-IAM5[<quarantine>/order-change/*] ingest/ArchiveEventsOrderChange/Rights',
  'AwsSolutions-IAM5[<quarantine>/shipment-event/*] ingest/ArchiveEventsShipmentEvent/Rights',
  'AwsSolutions-IAM5[<quarantine>/shipment-event/*] ingest/CatchUp/Rights',
  'AwsSolutions-IAM5[<quarantine>/vehicle-position/*] ingest/ArchiveEventsVehiclePosition/Rights',
  '@aws-cdk/aws-s3:accessLogsPolicyNotAdded lake/Bronze/Bucket',
  '@aws-cdk/aws-s3:accessLogsPolicyNotAdded lake/Lake/Bucket',
  '@aws-cdk/aws-s3:accessLogsPolicyNotAdded lake/Quarantine/Bucket',
  '@aws-cdk/aws-s3:accessLogsPolicyNotAdded lake/QueryResults/Bucket',
].sort();

const short = ({ id, path }: { id: string; path: string }): string =>
  `${id.replace(/^(Annotation::)+/, '').replace(/Resource::arn:\S+?:::waybill-\w+-(bronze|quarantine|lake)-[^/]+/, '<$1>').replace(/Resource::arn:\S+:table\/waybill_\w+_(silver|gold|ops)\//, '<$1>/').replace(/Resource::arn:\S+:execution:<([A-Z]\w+Machine)\w+\.Name>/, '<children of $1>').replace(/Resource::<SiteBucket\w+\.Arn>/, '<site>').replace(/Resource::arn:\S+:log-group:\/aws-glue\/\*/, '<glue logs>')} ${path.split('/').slice(1).join('/')}`;

describe.each([...ENVIRONMENTS.map((env) => ({ env })), OWN])('%j', (context) => {
  it('has no finding of the AwsSolutions rules that is not acknowledged', () => {
    expect(synthesize(context).nag).toEqual([]);
  });

  it('has no finding of the validation that is built into the CDK', () => {
    expect(synthesize(context).validation).toEqual([]);
  });

  it('acknowledges on the one resource, never on a stack, and says why in a sentence', () => {
    for (const { path, reason } of synthesize(context).acknowledgements) {
      expect(path.split('/').length).toBeGreaterThanOrEqual(3);
      expect(reason).toMatch(/^[A-Z].{40,}\.$/);
    }
  });
});

describe('what is acknowledged', () => {
  it('is this list in production', () => {
    expect(synthesize({ env: 'prod' }).acknowledgements.map(short).sort()).toEqual(ACKNOWLEDGED);
  });

  it('differs in development by the tables without point-in-time recovery, for the streams\' own keys', () => {
    const withKey = new Set(JOBS_WITHOUT_KEY.map((line) => line.replace(/^\S+ (\S+)\/Job$/, 'AwsSolutions-IAM5[Resource::*] $1/Role/Rights')));
    const once = ACKNOWLEDGED.filter((line, at) => !(withKey.has(line) && ACKNOWLEDGED.indexOf(line) !== at));
    const expected = once.filter((line) => !line.includes('KDS3')).concat(['Alerts', 'ApiAccess', 'LakeLedger', 'RegionCounts', 'Shipments', 'VehiclePages'].map((table) => `AwsSolutions-DDB3 state/${table}/Table`), JOBS_WITHOUT_KEY);
    expect(synthesize({ env: 'dev' }).acknowledgements.map(short).sort()).toEqual(expected.sort());
  });
});

describe('the rules', () => {
  it('are really asked: a bare bucket is found', () => {
    const app = new App();
    new Bucket(new Stack(app, 'Bare'), 'Bucket');
    const rules = new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);
    expect(rules).toEqual(expect.arrayContaining(['AwsSolutions-S1', 'AwsSolutions-S10']));
  });

  it('are not silenced by an acknowledgement of another rule', () => {
    const app = new App();
    const bucket = new Bucket(new Stack(app, 'Bare'), 'Bucket');
    Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: 'A test.' });
    expect(new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName)).toEqual(['AwsSolutions-S10']);
  });
});
