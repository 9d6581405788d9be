import { CloudWatchClient, DescribeAlarmHistoryCommand, DescribeAlarmsCommand, GetMetricDataCommand, GetMetricStatisticsCommand, ListMetricsCommand, PutMetricDataCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCloudWatch, type CloudWatch } from '../../../sandbox/edge/cloudwatch/cloudwatch.ts';
import { ControlUnreachableError, type ControlClient, type ControlRequest } from '../../../sandbox/edge/control-client.ts';
import type { JsonObject } from '../../../sandbox/json.ts';
import type { EdgeRequest } from '../../../sandbox/edge/router-part.ts';

const MINUTE = 60_000;
const TOPIC = 'arn:aws:sns:eu-central-1:000000000000:sev1';
const FRESH = {
  AlarmName: 'fresh', AlarmArn: 'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:fresh', AlarmDescription: 'No events', Namespace: 'Waybill', MetricName: 'Received', Dimensions: [{ Name: 'Contract', Value: 'shipment-event' }],
  Statistic: 'Sum', Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: 3, Threshold: 1, ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching', ActionsEnabled: true,
  AlarmActions: [TOPIC], OKActions: [TOPIC], InsufficientDataActions: [], StateValue: 'INSUFFICIENT_DATA', StateUpdatedTimestamp: 5, AlarmConfigurationUpdatedTimestamp: 5,
};

/** A control plane that knows alarms and takes messages. */
function fakeControl(alarms: JsonObject[]): ControlClient & { published: URLSearchParams[]; refuse: number; away: boolean } {
  const control = {
    port: 1, region: 'eu-central-1', published: [] as URLSearchParams[], refuse: 0, away: false,
    json: () => (control.away ? Promise.reject(new ControlUnreachableError(1, {})) : Promise.resolve({ MetricAlarms: alarms, CompositeAlarms: [] } as JsonObject)),
    rest: () => Promise.reject(new Error('not used')),
    send(request: ControlRequest) {
      if (control.refuse-- > 0) return Promise.resolve({ status: 503, headers: {}, body: Buffer.from('busy') });
      control.published.push(new URLSearchParams(String(request.body)));
      return Promise.resolve({ status: 200, headers: {}, body: Buffer.from('') });
    },
    close: () => undefined,
  };
  return control;
}

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-cloudwatch-'));
  folders.push(folder);
  return folder;
};
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

interface Lab {
  readonly watch: CloudWatch;
  readonly control: ReturnType<typeof fakeControl>;
  at: number;
  readonly dir: string;
}

function lab(alarms: JsonObject[] = [FRESH], more: { dir?: string; at?: number } = {}): Lab {
  const control = fakeControl(alarms);
  const dir = more.dir ?? newFolder();
  const state = { at: more.at ?? Date.parse('2026-11-21T09:00:00Z') };
  const watch = createCloudWatch({ control, dir, clock: { now: () => state.at, after: (_ms, then) => { setImmediate(then); return () => undefined; } } });
  return Object.assign(state, { watch, control, dir });
}

const receive = (l: Lab, value = 3, contract = 'shipment-event'): void => l.watch.sink.put({ namespace: 'Waybill', name: 'Received', dimensions: { Contract: contract }, time: l.at, value, unit: 'Count' });

/** One minute: data (or not), then the evaluation ten seconds into the next minute. */
async function minute(l: Lab, data: boolean): Promise<void> {
  l.at = Math.floor(l.at / MINUTE) * MINUTE + 5_000;
  receive(l, 3, 'another-contract');
  if (data) receive(l);
  l.at += MINUTE + 5_000;
  await l.watch.evaluate();
}

const stateOf = (l: Lab, name = 'fresh'): string | undefined => l.watch.status().alarms.find((alarm) => alarm.name === name)?.state;
interface Message {
  readonly AlarmName: string;
  readonly NewStateValue: string;
  readonly OldStateValue: string;
}
const messages = (l: Lab): Message[] => l.control.published.map((form) => JSON.parse(form.get('Message') ?? '') as Message);

describe('a deployed alarm', () => {
  it('goes to OK with data, to ALARM when the data stops for the whole evaluation range, and back; each change is told once', async () => {
    const l = lab();
    const states: (string | undefined)[] = [];
    for (const data of [true, true, true, false, false, false, false, false, false, true, true]) {
      await minute(l, data);
      states.push(stateOf(l));
    }
    // Three periods, evaluated over five: it fires when the fifth minute without data is over.
    expect(states).toEqual(['OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'OK', 'ALARM', 'ALARM', 'OK', 'OK']);
    expect(messages(l).map((message) => `${message.OldStateValue}>${message.NewStateValue}`)).toEqual(['INSUFFICIENT_DATA>OK', 'OK>ALARM', 'ALARM>OK']);
  });

  it('publishes the message of AWS, subject included', async () => {
    const l = lab();
    await minute(l, true);
    const [form] = l.control.published;
    expect(form?.get('TopicArn')).toBe(TOPIC);
    expect(form?.get('Subject')).toBe('OK: "fresh" in EU (Frankfurt)');
    expect(JSON.parse(form?.get('Message') ?? '')).toEqual({
      AlarmName: 'fresh', AlarmDescription: 'No events', AWSAccountId: '000000000000', AlarmConfigurationUpdatedTimestamp: '1970-01-01T00:00:05.000+0000', NewStateValue: 'OK',
      NewStateReason: 'Threshold Crossed: 1 out of the last 3 datapoints [3 (2026-11-21T09:00Z)] was not less than the threshold (1) and 2 missing datapoints treated as [Breaching] (minimum 3 datapoints for OK -> ALARM transition).',
      StateChangeTime: '2026-11-21T09:01:10.000+0000', Region: 'EU (Frankfurt)', AlarmArn: FRESH.AlarmArn, OldStateValue: 'INSUFFICIENT_DATA', OKActions: [TOPIC], AlarmActions: [TOPIC], InsufficientDataActions: [],
      Trigger: { MetricName: 'Received', Namespace: 'Waybill', StatisticType: 'Statistic', Statistic: 'SUM', Unit: null, Dimensions: [{ value: 'shipment-event', name: 'Contract' }], Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: 3, ComparisonOperator: 'LessThanThreshold', Threshold: 1, TreatMissingData: 'breaching', EvaluateLowSampleCountPercentile: '' },
    });
  });

  it('is evaluated over metric math, with FILL exact to the period', async () => {
    const { Namespace, MetricName, Dimensions, Statistic, Period, ...rule } = FRESH;
    const Metrics = [{ Id: 'f', Expression: 'FILL(r, 0)' }, { Id: 'r', ReturnData: false, MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat: Statistic } }];
    const l = lab([{ ...rule, Metrics }]);
    await l.watch.evaluate();
    const before = l.watch.status().alarms[0]?.state;
    const states: (string | undefined)[] = [];
    for (const data of [true, true, true, false, false, false]) {
      await minute(l, data);
      states.push(stateOf(l));
    }
    expect(before).toBe('ALARM');
    expect(states.slice(2)).toEqual(['OK', 'OK', 'OK', 'ALARM']);
    expect(messages(l).at(-1)).toMatchObject({ Trigger: { Metrics: [{ Expression: 'FILL(r, 0)' }, { MetricStat: { Metric: { Dimensions: [{ name: 'Contract', value: 'shipment-event' }] }, Stat: 'Sum' } }] } });
  });

  it('of DynamoDB ignores missing data whatever it says', async () => {
    const l = lab([{ ...FRESH, Namespace: 'AWS/DynamoDB' }]);
    await minute(l, false);
    expect(stateOf(l)).toBe('INSUFFICIENT_DATA');
  });

  it('tells nobody while its actions are disabled', async () => {
    const l = lab([{ ...FRESH, ActionsEnabled: false }]);
    await minute(l, true);
    expect([stateOf(l), l.control.published.length]).toEqual(['OK', 0]);
  });

  it('that asks for what is not built stays in INSUFFICIENT_DATA and says why', async () => {
    const l = lab([{ ...FRESH, ThresholdMetricId: 'band' }]);
    await minute(l, true);
    expect(stateOf(l)).toBe('INSUFFICIENT_DATA');
    expect(l.watch.status().refused).toEqual({ fresh: expect.stringMatching(/anomaly detection/) as string });
  });

  it('is told again when the topic was busy, and the history says what came of it', async () => {
    const l = lab();
    l.control.refuse = 2;
    await minute(l, true);
    expect(messages(l)).toHaveLength(1);
  });

  it('keeps state, history and recent metrics over a restart, and repeats no message', async () => {
    const first = lab();
    for (let count = 0; count < 3; count += 1) await minute(first, true);
    await first.watch.stop();

    const second = lab([FRESH], { dir: first.dir, at: first.at });
    await minute(second, false);
    expect([stateOf(second), second.control.published.length]).toEqual(['OK', 0]);
  });

  it('goes on being evaluated while the control plane is away', async () => {
    const l = lab();
    await minute(l, true);
    l.control.away = true;
    for (let count = 0; count < 5; count += 1) await minute(l, false);
    expect(stateOf(l)).toBe('ALARM');
    expect(l.watch.status().error).toMatch(/does not answer/);
  });

  it('starts anew when it was deleted and deployed again', async () => {
    const alarms: JsonObject[] = [FRESH, { ...FRESH, AlarmName: 'other' }];
    const l = lab(alarms);
    await minute(l, true);
    const [fresh] = alarms.splice(0, 1);
    await l.watch.evaluate();
    alarms.push(fresh ?? {});
    l.at -= 10 * MINUTE;
    await l.watch.evaluate();
    const ofFresh = messages(l).filter((message) => message.AlarmName === 'fresh');
    expect(ofFresh.map((message) => message.OldStateValue)).toEqual(['INSUFFICIENT_DATA', 'INSUFFICIENT_DATA']);
  });
});

describe('the monitoring API, asked by the SDK', () => {
  const l = lab([FRESH, { ...FRESH, AlarmName: 'other', AlarmArn: 'arn:aws:cloudwatch:eu-central-1:000000000000:alarm:other' }], { at: Date.now() });
  let server: http.Server;
  let client: CloudWatchClient;

  beforeAll(async () => {
    server = http.createServer((request, response) => {
      void answer(l.watch, request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    client = new CloudWatchClient({ endpoint: `http://127.0.0.1:${port}`, region: 'eu-central-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 });
  });
  afterAll(() => {
    client.destroy();
    server.close();
  });

  it('takes and gives metrics', async () => {
    const Timestamp = new Date(Math.floor((l.at - 5 * MINUTE) / MINUTE) * MINUTE);
    await client.send(new PutMetricDataCommand({ Namespace: 'Mine', MetricData: [{ MetricName: 'n', Timestamp, Value: 4, Dimensions: [{ Name: 'd', Value: 'x' }] }, { MetricName: 'n', Timestamp, Values: [1, 2], Counts: [3, 1], Dimensions: [{ Name: 'd', Value: 'x' }] }] }));

    const [StartTime, EndTime] = [new Date(Timestamp.getTime() - MINUTE), new Date(Timestamp.getTime() + MINUTE)];
    const Metric = { Namespace: 'Mine', MetricName: 'n', Dimensions: [{ Name: 'd', Value: 'x' }] };
    const data = await client.send(new GetMetricDataCommand({ StartTime, EndTime, MetricDataQueries: [{ Id: 'twice', Expression: 'm * 2' }, { Id: 'm', MetricStat: { Metric, Period: 60, Stat: 'Sum' } }] }));
    expect(data.MetricDataResults).toEqual([{ Id: 'twice', Label: 'twice', StatusCode: 'Complete', Timestamps: [Timestamp], Values: [18] }, { Id: 'm', Label: 'n', StatusCode: 'Complete', Timestamps: [Timestamp], Values: [9] }]);

    const statistics = await client.send(new GetMetricStatisticsCommand({ ...Metric, StartTime, EndTime, Period: 60, Statistics: ['Maximum', 'SampleCount'] }));
    expect(statistics.Datapoints).toEqual([{ Timestamp, Maximum: 4, SampleCount: 5, Unit: 'None' }]);

    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: 'Mine' }));
    expect(Metrics).toEqual([Metric]);
  });

  it('describes alarms with live state, filtered and paged, and their history', async () => {
    await minute(l, true);
    const { MetricAlarms: [alarm] = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['fresh'] }));
    expect(alarm).toMatchObject({ AlarmName: 'fresh', StateValue: 'OK', Threshold: 1, EvaluationPeriods: 3, Dimensions: [{ Name: 'Contract', Value: 'shipment-event' }], StateUpdatedTimestamp: expect.any(Date) as Date });

    const first = await client.send(new DescribeAlarmsCommand({ MaxRecords: 1 }));
    const second = await client.send(new DescribeAlarmsCommand({ MaxRecords: 1, NextToken: first.NextToken }));
    expect([first, second].flatMap((one) => one.MetricAlarms?.map((each) => each.AlarmName))).toEqual(['fresh', 'other']);
    expect(second.NextToken).toBeUndefined();

    const history = await client.send(new DescribeAlarmHistoryCommand({ AlarmName: 'fresh' }));
    expect(history.AlarmHistoryItems?.map((item) => item.HistoryItemType)).toEqual(['Action', 'StateUpdate', 'ConfigurationUpdate']);
    expect(history.AlarmHistoryItems?.[1]?.HistorySummary).toBe('Alarm updated from INSUFFICIENT_DATA to OK');
  });

  it('sets a state by hand, with its actions', async () => {
    const before = l.control.published.length;
    await client.send(new SetAlarmStateCommand({ AlarmName: 'other', StateValue: 'ALARM', StateReason: 'drill' }));
    const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ StateValue: 'ALARM' }));
    expect(MetricAlarms.map((alarm) => [alarm.AlarmName, alarm.StateReason])).toEqual([['other', 'drill']]);
    expect(l.control.published.length).toBe(before + 1);
  });

  it('names what is wrong with a request', async () => {
    await expect(client.send(new SetAlarmStateCommand({ AlarmName: 'nobody', StateValue: 'OK', StateReason: 'x' }))).rejects.toThrow('There is no alarm named nobody.');
    const query = { Id: 'm', Expression: 'SEARCH("x", "Sum")' };
    await expect(client.send(new GetMetricDataCommand({ StartTime: new Date(0), EndTime: new Date(MINUTE), MetricDataQueries: [query] }))).rejects.toThrow(/SEARCH is not built/);
    await expect(client.send(new PutMetricDataCommand({ Namespace: 'AWS/Lambda', MetricData: [{ MetricName: 'x', Value: 1 }] }))).rejects.toThrow(/reserved/);
  });
});

describe('other protocols', () => {
  const request = (more: Partial<EdgeRequest>): EdgeRequest => ({ service: 'monitoring', operation: 'DescribeAlarms', resource: '', caller: 'user', worker: '', attempt: 1, protocol: 'query', method: 'POST', path: '/', headers: {}, body: Buffer.from(''), ...more });

  it('speaks the query protocol of older clients', async () => {
    const l = lab();
    await l.watch.handle(request({ operation: 'PutMetricData', body: Buffer.from('Action=PutMetricData&Namespace=N&MetricData.member.1.MetricName=a%26b&MetricData.member.1.Value=2&MetricData.member.1.Dimensions.member.1.Name=d&MetricData.member.1.Dimensions.member.1.Value=x') }));
    const listed = await l.watch.handle(request({ operation: 'ListMetrics', body: Buffer.from('Action=ListMetrics') }));
    expect(listed.headers['content-type']).toBe('text/xml');
    expect(listed.body).toContain('<Metrics><member><Namespace>N</Namespace><MetricName>a&amp;b</MetricName><Dimensions><member><Name>d</Name><Value>x</Value></member></Dimensions></member></Metrics>');

    const alarms = await l.watch.handle(request({ body: Buffer.from('Action=DescribeAlarms&AlarmNames.member.1=fresh') }));
    expect(alarms.body).toContain('<AlarmName>fresh</AlarmName>');
    expect(alarms.body).toContain('<StateUpdatedTimestamp>2026-11-21T09:00:00.000Z</StateUpdatedTimestamp>');
  });

  it('refuses CBOR by name instead of letting it pass to the control plane', async () => {
    const { watch } = lab();
    const cbor = request({ headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' } });
    expect(watch.handles(cbor)).toBe(true);
    expect(await watch.handle(cbor)).toMatchObject({ status: 501, body: expect.stringContaining('smithy-rpc-v2-cbor') as string });
  });

  it('leaves definitions and other services to the control plane', () => {
    const { watch } = lab();
    expect(['PutMetricAlarm', 'DeleteAlarms', 'TagResource'].map((operation) => watch.handles(request({ operation })))).toEqual([false, false, false]);
    expect(watch.handles(request({ service: 'logs', operation: 'PutMetricData' }))).toBe(false);
  });
});

async function answer(watch: CloudWatch, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
  const reply = await watch.handle({ service: 'monitoring', operation, resource: '', caller: 'user', worker: '', attempt: 1, protocol: 'json', method: 'POST', path: '/', headers: request.headers, body: Buffer.concat(parts) });
  response.writeHead(reply.status, reply.headers).end(reply.body);
}
