import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ENVIRONMENTS } from './support/resources.ts';
import { synthesize } from './support/synthesize.ts';

const OWN = { config: 'test/infra/fixtures/own-environment.json' };

/** What is acknowledged in production, as `<rule> <construct>`; where an ARN is acknowledged, the ARN. Read by a person when it changes. */
const BRONZE = '<bronze>';
const ACKNOWLEDGED = [
  'AwsSolutions-COG2 state/SignIn/Users',
  'AwsSolutions-COG3 state/SignIn/Users',
  'AwsSolutions-COG8 state/SignIn/Users',
  'AwsSolutions-KDS3 streams/OrderChangeStream',
  'AwsSolutions-KDS3 streams/ShipmentEventStream',
  'AwsSolutions-KDS3 streams/VehiclePositionStream',
  'AwsSolutions-S1 foundation/AccessLogs',
  `AwsSolutions-IAM5[${BRONZE}/aws/lambda/*] ingest/ArchiveEventsOrderChange/Rights`,
  `AwsSolutions-IAM5[${BRONZE}/aws/lambda/*] ingest/ArchiveEventsShipmentEvent/Rights`,
  `AwsSolutions-IAM5[${BRONZE}/aws/lambda/*] ingest/ArchiveEventsVehiclePosition/Rights`,
  `AwsSolutions-IAM5[${BRONZE}/aws/lambda/*] ingest/TrackShipments/Rights`,
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
  `${id.replace(/^(Annotation::)+/, '').replace(/Resource::arn:\S+?:::waybill-\w+-(bronze|quarantine)-[^/]+/, '<$1>')} ${path.split('/').slice(1).join('/')}`;

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
    const expected = ACKNOWLEDGED.filter((line) => !line.includes('KDS3')).concat(['AwsSolutions-DDB3 state/LakeLedger/Table', 'AwsSolutions-DDB3 state/Shipments/Table']);
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
