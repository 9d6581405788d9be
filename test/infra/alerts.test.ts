import { propertiesOf, resourcesOf, spelled } from './support/resources.ts';
import { synthesize } from './support/synthesize.ts';
import { ALERTS_API_ENV } from '../../lambdas/alerts-api/names.ts';
import { NOTIFY_ENV } from '../../lambdas/notify/names.ts';
import { RAISE_ALERTS_ENV } from '../../lambdas/raise-alerts/names.ts';
import { WATCH_STALLS_ENV } from '../../lambdas/watch-stalls/names.ts';

const prod = synthesize({ env: 'prod' });
const local = synthesize({ env: 'local' });
const source = (consumer: string): Readonly<Record<string, unknown>> => spelled(propertiesOf(prod, 'AWS::Lambda::EventSourceMapping', `LiveAlerts${consumer}`)) as Readonly<Record<string, unknown>>;
const patterns = (consumer: string): unknown[] => (source(consumer)['FilterCriteria'] as { Filters: { Pattern: string }[] }).Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown);
const variables = (prefix: string): string[] => Object.keys((propertiesOf(prod, 'AWS::Lambda::Function', prefix)['Environment'] as { Variables: object }).Variables).sort();

describe('the road of an alert', () => {
  it.each(['RaiseAlerts', 'Notify'])('%s reads the changes of its table without end, answers for each batch, and keeps what it gives up', (consumer) => {
    expect(source(consumer)).toMatchObject({
      EventSourceArn: expect.stringMatching(/^<SsmParameterValuewaybillprod(shipments|alerts)streamarn/) as string,
      StartingPosition: 'TRIM_HORIZON',
      ParallelizationFactor: 1,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: 23 * 3_600,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: expect.stringContaining('waybill-prod-bronze') as string } },
    });
  });

  it('hands over shipments that have or had alerts, and rows that have something to tell', () => {
    expect(patterns('RaiseAlerts')).toEqual(['NewImage', 'OldImage'].map((image) => ({ dynamodb: { Keys: { sk: { S: ['S'] } }, [image]: { alerts: { S: [{ exists: true }] } } } })));
    expect(patterns('Notify')).toEqual([{ eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: ['A'] } }, NewImage: { noticeKey: { S: [{ exists: true }] } } } }]);
  });

  it('gives each function every variable that its handler names', () => {
    expect(variables('LiveAlertsRaiseAlerts')).toEqual(Object.values(RAISE_ALERTS_ENV).sort());
    expect(variables('LiveAlertsNotify')).toEqual(Object.values(NOTIFY_ENV).sort());
    expect(variables('LiveAlertsWatchStalls')).toEqual(Object.values(WATCH_STALLS_ENV).sort());
    expect(variables('AlertsApi')).toEqual(Object.values(ALERTS_API_ENV).sort());
  });

  it('reviews shipments each minute, in every environment', () => {
    for (const environment of [prod, local]) {
      expect(propertiesOf(environment, 'AWS::Scheduler::Schedule', 'LiveAlerts')).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
    }
  });

  it('keeps both images of each change, and finds what is due and what is open by an index', () => {
    for (const [table, index, keys] of [['Shipments', 'due', ['bucket', 'reviewAt']], ['Alerts', 'by-list', ['list', 'listSort']]] as const) {
      const properties = propertiesOf(prod, 'AWS::DynamoDB::Table', table);
      expect(properties['StreamSpecification']).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
      expect(properties['GlobalSecondaryIndexes']).toContainEqual(expect.objectContaining({ IndexName: index, KeySchema: keys.map((name, position) => ({ AttributeName: name, KeyType: position === 0 ? 'HASH' : 'RANGE' })) }));
    }
  });

  it('has nobody listening until somebody is named', () => {
    expect(resourcesOf(prod, 'AWS::SNS::Topic').filter(({ resource }) => resource.Properties?.['TopicName'] === 'waybill-prod-alerts')).toHaveLength(1);
    expect(resourcesOf(prod, 'AWS::SNS::Subscription').filter(({ id }) => id.includes('LiveAlerts'))).toEqual([]);
  });
});
