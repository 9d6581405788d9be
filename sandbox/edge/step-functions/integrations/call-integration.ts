/** Calls what a Task state names, as its integration does: arguments and answers in the integration's shape, errors under its names. */
import { asObject, type JsonObject } from '../../../json.ts';
import { StatesError } from '../errors.ts';
import { type Host, ServiceError } from '../run/host.ts';
import { athenaJob, executionJob, followJob, glueJob, type Job } from './jobs.ts';
import { pascal, type Resource } from './resource.ts';

export interface Integration {
  readonly resource: Resource;
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Notes the answer to the call that started a job. */
  submitted(output: unknown): void;
  /** What was noted before the edge was restarted: the job runs already. */
  readonly earlier: unknown;
}

/** How error names begin; SDK integrations write some services otherwise than the optimized ones. */
const PREFIX: Readonly<Record<string, string>> = { lambda: 'Lambda', dynamodb: 'DynamoDB', sns: 'SNS', sqs: 'SQS', states: 'StepFunctions', glue: 'Glue', athena: 'Athena', events: 'EventBridge' };
const SDK_PREFIX: Readonly<Record<string, string>> = {
  cloudwatch: 'CloudWatch',
  cloudwatchlogs: 'CloudWatchLogs',
  dynamodb: 'DynamoDb',
  eventbridge: 'EventBridge',
  secretsmanager: 'SecretsManager',
};

/** @throws StatesError named as AWS names it, for example `Lambda.TooManyRequestsException` */
export async function callIntegration(integration: Integration, args: unknown): Promise<unknown> {
  const { resource } = integration;
  const given = asObject(args);
  if (resource.sdk) return call(integration, resource.service, pascal(resource.api), given);
  switch (resource.service) {
    case 'lambda':
      return invoke(integration, given);
    case 'sns':
      return call(integration, 'sns', pascal(resource.api), { ...given, Message: textOf(given['Message']) });
    case 'sqs':
      return call(integration, 'sqs', pascal(resource.api), { ...given, MessageBody: textOf(given['MessageBody']) });
    case 'events':
      return putEvents(integration, given);
    case 'states':
      return startExecution(integration, given);
    case 'glue':
    case 'athena':
      return startJob(integration, given);
    default:
      return call(integration, resource.service, pascal(resource.api), given);
  }
}

export async function call({ resource, host }: Pick<Integration, 'resource' | 'host'>, service: string, operation: string, args: JsonObject): Promise<JsonObject> {
  try {
    return await host.calls.call(service, operation, args);
  } catch (error) {
    throw error instanceof ServiceError ? named(resource, error) : error;
  }
}

function named({ sdk, service }: Resource, { code, message, status, requestId }: ServiceError): StatesError {
  const prefix = (sdk ? SDK_PREFIX[service] : PREFIX[service]) ?? pascal(service);
  return new StatesError(`${prefix}.${code.endsWith('Exception') ? code : `${code}Exception`}`, `${message} (Service: ${prefix}, Status Code: ${status}, Request ID: ${requestId})`);
}

async function invoke(integration: Integration, args: JsonObject): Promise<JsonObject> {
  const answer = await call(integration, 'lambda', 'Invoke', args);
  const { Payload: payload, FunctionError: functionError, ...rest } = answer;
  if (functionError === undefined) return { ...rest, Payload: payload };
  const type = asObject(payload)['errorType'];
  throw new StatesError(typeof type === 'string' ? type : 'Lambda.Unknown', JSON.stringify(payload));
}

async function putEvents(integration: Integration, args: JsonObject): Promise<JsonObject> {
  const entries = Array.isArray(args['Entries']) ? args['Entries'].map(asObject) : [];
  const answer = await call(integration, 'eventbridge', 'PutEvents', { ...args, Entries: entries.map((entry) => ({ ...entry, Detail: textOf(entry['Detail']) })) });
  if (Number(answer['FailedEntryCount'] ?? 0) > 0) throw new StatesError('EventBridge.FailedEntry', JSON.stringify(answer));
  return answer;
}

async function startExecution(integration: Integration, args: JsonObject): Promise<unknown> {
  const started = integration.earlier ?? (await call(integration, 'sfn', 'StartExecution', { ...args, Input: textOf(args['Input'] ?? {}) }));
  return finish(integration, asObject(started), () => executionJob(integration, asObject(started)));
}

async function startJob(integration: Integration, args: JsonObject): Promise<unknown> {
  const { service, api } = integration.resource;
  const started = asObject(integration.earlier ?? (await call(integration, service, pascal(api), args)));
  return finish(integration, started, () => (service === 'glue' ? glueJob(integration, String(args['JobName']), started) : athenaJob(integration, started)));
}

/** Answers at once, or with `.sync` when the job has ended. */
async function finish(integration: Integration, started: JsonObject, job: () => Job): Promise<unknown> {
  if (!integration.resource.pattern.startsWith('sync')) return started;
  if (integration.earlier === undefined) integration.submitted(started);
  return followJob(integration, job());
}

const textOf = (value: unknown): unknown => (typeof value === 'string' || value === undefined ? value : JSON.stringify(value));
