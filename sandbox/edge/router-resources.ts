/** What a request is about, read from its body without parsing it: bodies of PutRecords are large and many. */
import type { WireProtocol } from './router-part.ts';

/** Fields that name the resource, by service; the first one found wins. */
const JSON_FIELDS: Readonly<Record<string, readonly string[]>> = {
  athena: ['QueryExecutionId', 'WorkGroup', 'NamedQueryId'],
  'cognito-idp': ['UserPoolId', 'ClientId'],
  dynamodb: ['TableName', 'StreamArn'],
  events: ['EventBusName', 'Name'],
  glue: ['JobName', 'SchemaName', 'Name', 'TableName', 'DatabaseName'],
  kinesis: ['StreamName', 'StreamARN'],
  kms: ['KeyId'],
  logs: ['logGroupName', 'logGroupIdentifier'],
  secretsmanager: ['SecretId', 'Name'],
  sqs: ['QueueUrl', 'QueueName'],
  ssm: ['Name', 'Path'],
  states: ['executionArn', 'stateMachineArn', 'mapRunArn', 'name'],
};
const QUERY_FIELDS = ['TopicArn', 'QueueUrl', 'StackName', 'RoleName', 'QueueName', 'TargetArn', 'Name'];
/** How far PartiQL statements and batch requests are looked through for the first table. */
const SCAN_BYTES = 2_000;

export function resourceOf(service: string, protocol: WireProtocol, body: Buffer): string {
  if (body.length === 0) return '';
  if (protocol === 'query') return queryResource(body);
  const named = (JSON_FIELDS[service] ?? []).map((field) => stringField(body, field)).find((value) => value !== undefined);
  return lastName(named ?? (service === 'dynamodb' ? firstTable(body) : ''));
}

/**
 * The value of a string field, the first one in the text. An attribute of the same name in a DynamoDB item is no string but an
 * object and is passed over; quotes inside strings are escaped, so a string cannot look like a field.
 */
function stringField(body: Buffer, field: string): string | undefined {
  const quoted = `"${field}"`;
  for (let at = body.indexOf(quoted); at >= 0; at = body.indexOf(quoted, at + 1)) {
    const rest = body.toString('utf8', at + quoted.length, at + quoted.length + 600);
    const value = /^\s*:\s*"([^"\\]*)"/.exec(rest)?.[1];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Table of a batch, a transaction or a PartiQL statement. */
function firstTable(body: Buffer): string {
  const text = body.toString('utf8', 0, SCAN_BYTES);
  return /"RequestItems"\s*:\s*\{\s*"([^"]+)"/.exec(text)?.[1] ?? /(?:UPDATE|INTO|FROM)\s+\\?"?([A-Za-z0-9_.-]+)/i.exec(text)?.[1] ?? '';
}

function queryResource(body: Buffer): string {
  const form = new URLSearchParams(body.toString('utf8'));
  const value = QUERY_FIELDS.map((field) => form.get(field)).find((found) => found !== null) ?? '';
  return lastName(value);
}

/** `arn:aws:kinesis:…:stream/orders` → `orders`; addresses and ARNs of queues, topics and stacks likewise. */
function lastName(value: string): string {
  const stack = /:stack\/([^/]+)\//.exec(value)?.[1];
  if (stack !== undefined) return stack;
  if (value.startsWith('arn:')) return value.split(':').slice(5).join(':').split('/').at(-1) ?? value;
  return value.startsWith('http') ? (value.split('/').at(-1) ?? value) : value;
}
