/** A changed property of a stateful resource keeps what is in it, for every stateful type that our templates use. */
import { runProbe } from './python.ts';

jest.setTimeout(120_000);

interface Case {
  readonly same?: boolean;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly changed?: unknown;
  readonly error?: string;
}

/** What shows that the update really happened. */
const CHANGED: Record<string, unknown> = {
  'DynamoDB table, new index': ['open'],
  'DynamoDB global table, new index': ['open'],
  'DynamoDB table, stream turned on': 'NEW_AND_OLD_IMAGES',
  'Kinesis stream, longer retention': 48,
  'Kinesis stream, more shards': 4,
  'Kinesis stream, fewer shards': 1,
  'S3 bucket, versioning': 'Enabled',
  'SNS topic, display name': 'new',
  'SNS subscription, filter': '{"severity": ["1"]}',
  'Lambda function, new code': 20,
  'Lambda permission, other principal': 'events.amazonaws.com',
  'Event source mapping, batch size': 7,
  'Log group, retention': 7,
  'Metric math alarm, threshold': 5,
  'Cognito user pool, password policy': 12,
  'Cognito client, flows': ['ALLOW_USER_PASSWORD_AUTH'],
  'HTTP API, name': 'new',
  'HTTP API stage, auto deploy': true,
  'KMS key, description': 'new',
  'SSM parameter, value': '2',
  'IAM role, description': 'new',
  'Glue schema (stored)': 'new',
};

let cases: Record<string, Case>;
let stock: Record<string, Case>;

beforeAll(async () => {
  cases = (await runProbe('update_probe.py')) as Record<string, Case>;
  stock = (await runProbe('update_probe.py', { env: { PROBE_WITHOUT_PATCHES: '1' } })) as Record<string, Case>;
});

it.each(Object.keys(CHANGED))('keeps id and data: %s', (name) => {
  const { before, ...found } = cases[name] ?? {};
  expect(found).toEqual({ same: true, after: before, changed: CHANGED[name] });
});

it('probes exactly the cases that are judged here', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(CHANGED).sort());
});

it('would find a loss: without our patches the same probe sees tables, streams, topics, functions and log groups emptied', () => {
  const emptied = Object.entries(stock).filter(([, found]) => found.error !== undefined || found.same === false || JSON.stringify(found.after) !== JSON.stringify(found.before)).map(([name]) => name);
  expect(emptied).toEqual(expect.arrayContaining([
    'DynamoDB table, new index',
    'Kinesis stream, longer retention',
    'SNS topic, display name',
    'Lambda function, new code',
    'Log group, retention',
    'Cognito user pool, password policy',
    'HTTP API, name',
  ]));
});
