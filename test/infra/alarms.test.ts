import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { LOGGED } from '../../cli/platform/log-sources.ts';
import { ALARM_KINDS, runbookPage } from '../../lib/monitoring/alarm-kinds.ts';
import { AlarmRegistry } from '../../lib/monitoring/alarm-registry.ts';
import type { AlarmScope } from '../../lib/monitoring/alarm-registry.ts';
import { ENVIRONMENTS, resourcesOf, spelled } from './support/resources.ts';
import { PROJECT_ROOT, synthesize } from './support/synthesize.ts';

const KINDS = Object.values(ALARM_KINDS);
const RUNBOOKS = join(PROJECT_ROOT, 'docs', 'runbooks');

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly string[];
  readonly OKActions: readonly string[];
  readonly TreatMissingData: string;
}

const alarms = (env: string): AlarmProperties[] => resourcesOf(synthesize({ env }), 'AWS::CloudWatch::Alarm').map(({ resource }) => spelled(resource.Properties) as AlarmProperties);
const alarm = (env: string, name: string): unknown => alarms(env).find(({ AlarmName }) => AlarmName === `waybill-${env}-${name}`);
const metricOf = (name: string, { period }: { period: number }): unknown =>
  expect.objectContaining({ MetricStat: { Metric: { Namespace: 'Waybill/prod', MetricName: name, Dimensions: [{ Name: 'Contract', Value: 'shipment-event' }] }, Period: period, Stat: 'Sum' }, ReturnData: false });

describe.each(ENVIRONMENTS)('every alarm of %s', (env) => {
  it('passed through the registry, and has a name of its own', () => {
    const names = alarms(env).map(({ AlarmName }) => AlarmName);
    expect(names.sort()).toEqual(synthesize({ env }).alarms.map(({ name }) => name).sort());
    expect(new Set(names).size).toBe(names.length);
  });

  it('tells the topic of its severity when it goes off and when it is over', () => {
    for (const { AlarmName, AlarmDescription, AlarmActions, OKActions } of alarms(env)) {
      const severity = KINDS.find(({ id }) => AlarmName.startsWith(`waybill-${env}-${id}-`))?.severity;
      expect(AlarmActions).toEqual([expect.stringMatching(new RegExp(`:waybill-${env}-alarms-sev${severity}$`))]);
      expect(OKActions).toEqual(AlarmActions);
      expect(AlarmDescription).toMatch(new RegExp(`^\\[SEV-${severity}\\] .+ Do: docs/runbooks/[a-z-]+\\.md$`));
    }
  });

  it('watches every consumer of a stream and every contract', () => {
    const subjects = (kind: string): string[] => synthesize({ env }).alarms.filter((entry) => entry.kind === kind).map(({ subject }) => subject).sort();
    const consumers = ['archive-events-order-change', 'archive-events-shipment-event', 'archive-events-vehicle-position', 'notify', 'raise-alerts', 'track-shipments', 'track-vehicles'];
    expect(subjects('consumer-behind')).toEqual(consumers);
    expect(subjects('on-failure-object')).toEqual(consumers);
    expect(resourcesOf(synthesize({ env }), 'AWS::Lambda::EventSourceMapping')).toHaveLength(consumers.length);
    expect(subjects('quarantine-share')).toEqual(['order-change', 'shipment-event', 'vehicle-position']);
    expect(subjects('contract-silent')).toEqual(['order-change', 'shipment-event', 'vehicle-position']);
  });
});

describe('the four alarms, by value', () => {
  it('consumer-behind: five minutes behind, three minutes in a row; a gap in the data changes nothing', () => {
    expect(alarm('prod', 'consumer-behind-track-shipments')).toMatchObject({
      Namespace: 'AWS/Lambda', MetricName: 'IteratorAge', Statistic: 'Maximum', Period: 60, Threshold: 300_000, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 3, DatapointsToAlarm: 3, TreatMissingData: 'ignore',
      Dimensions: [{ Name: 'FunctionName', Value: expect.stringMatching(/^<TrackShipmentsFunction/) as string }],
    });
    expect(alarm('local', 'consumer-behind-track-shipments')).toMatchObject({ Threshold: 60_000, EvaluationPeriods: 1 });
  });

  it('quarantine-share: over five per cent of at least a hundred records in five minutes', () => {
    expect(alarm('prod', 'quarantine-share-shipment-event')).toMatchObject({ Threshold: 5, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, TreatMissingData: 'notBreaching' });
    const { Metrics } = alarm('prod', 'quarantine-share-shipment-event') as { Metrics: { Id: string; Expression?: string; ReturnData: boolean }[] };
    expect(Metrics.filter(({ ReturnData }) => ReturnData).map(({ Expression }) => Expression)).toEqual(['IF(received >= 100, 100 * quarantined / received, 0)']);
    expect(Metrics.filter(({ Expression }) => Expression?.startsWith('FILL')).map(({ Id, Expression }) => `${Id} = ${Expression}`)).toEqual(['received = FILL(r, 0)', 'quarantined = FILL(q, 0)']);
    expect(Metrics).toEqual(expect.arrayContaining([metricOf('RecordsReceived', { period: 300 }), metricOf('RecordsQuarantined', { period: 300 })]));
  });

  it('contract-silent: not one record for as long as the contract says; no data is the finding', () => {
    expect(alarm('prod', 'contract-silent-shipment-event')).toMatchObject({ Threshold: 1, ComparisonOperator: 'LessThanThreshold', EvaluationPeriods: 1, TreatMissingData: 'breaching', Metrics: expect.arrayContaining([expect.objectContaining({ Expression: 'FILL(r, 0)', ReturnData: true }), metricOf('RecordsReceived', { period: 30 * 60 })]) as unknown });
  });

  it('on-failure-object: one is enough, counted by the mapping that delivered it', () => {
    expect(alarm('prod', 'on-failure-object-archive-events-shipment-event')).toMatchObject({
      Namespace: 'AWS/Lambda', MetricName: 'OnFailureDestinationDeliveredEventCount', Statistic: 'Sum', Period: 60, Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold', EvaluationPeriods: 1, TreatMissingData: 'notBreaching',
      Dimensions: [{ Name: 'EventSourceMappingUUID', Value: expect.stringMatching(/^<ArchiveEventsShipmentEventStreamSource/) as string }],
    });
  });
});

describe('every kind of alarm', () => {
  it.each(KINDS)('$id says what it means, why its threshold, and why its choice for missing data', ({ meaning, thresholdReason, missingDataReason }) => {
    for (const text of [meaning, thresholdReason, missingDataReason]) expect(text).toMatch(/^[A-Z].{30,}\.$/s);
  });

  it.each(KINDS)('$id has a page for 03:00: what, impact, numbered steps with commands', (kind) => {
    const file = join(PROJECT_ROOT, runbookPage(kind));
    expect(existsSync(file)).toBe(true);
    const page = readFileSync(file, 'utf8');
    expect(page).toMatch(new RegExp(`^# ${kind.id}\\b`));
    for (const heading of ['## What', '## Impact', '## Do', '## When it is over']) expect(page).toContain(`\n${heading}\n`);
    expect(page).toMatch(/\n1\. /);
    expect(page).toMatch(/waybill (status|doctor|quarantine|redrive|skip|catch-up|logs|executions)/);
    expect(page).toContain(`SEV-${kind.severity}`);
    // At 03:00 a command that does not exist is worse than none.
    for (const [, name = ''] of page.matchAll(/waybill logs ([\w-]+)/g)) expect(LOGGED).toContain(name);
    expect(page).not.toContain('`npx waybill logs`');
  });

  it('and only those have a page', () => {
    expect(readdirSync(RUNBOOKS).sort()).toEqual(KINDS.map(({ id }) => `${id}.md`).sort());
  });
});

describe('the registry', () => {
  const scope = (): AlarmScope => Object.assign(new Stack(new App(), 'Some'), { topicArn: (severity: number) => `arn:aws:sns:eu-central-1:123456789012:sev${severity}` });
  const request = { kind: ALARM_KINDS.contractSilent, subject: 'web-order', metric: new Metric({ namespace: 'Waybill', metricName: 'RecordsReceived' }), threshold: 1, comparison: ComparisonOperator.LESS_THAN_THRESHOLD, periods: 1 };

  it('refuses a second alarm of the same name', () => {
    const registry = new AlarmRegistry('test');
    const stack = scope();
    registry.add(stack, request);
    expect(() => registry.add(stack, request)).toThrow(/Two alarms are called "waybill-test-contract-silent-web-order"/);
  });

  it('takes alarms of different subjects and lists them', () => {
    const registry = new AlarmRegistry('test');
    const stack = scope();
    registry.add(stack, request);
    registry.add(stack, { ...request, subject: 'shipment-event' });
    expect(registry.alarms.map(({ name }) => name)).toEqual(['waybill-test-contract-silent-web-order', 'waybill-test-contract-silent-shipment-event']);
  });
});
