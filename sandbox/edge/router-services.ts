/** The AWS services of the sandbox: what is here is served by the control plane or by a part of the edge; anything else is refused by name. */
import type { WireProtocol } from './router-part.ts';

interface Service {
  readonly protocol: WireProtocol;
  /** What stands before the dot of x-amz-target. */
  readonly targets?: readonly string[];
}

const SERVICES: Readonly<Record<string, Service>> = {
  apigateway: { protocol: 'rest-json' },
  athena: { protocol: 'json', targets: ['AmazonAthena'] },
  cloudformation: { protocol: 'query' },
  'cognito-identity': { protocol: 'json', targets: ['AWSCognitoIdentityService'] },
  'cognito-idp': { protocol: 'json', targets: ['AWSCognitoIdentityProviderService'] },
  dynamodb: { protocol: 'json', targets: ['DynamoDB_20120810', 'DynamoDBStreams_20120810'] },
  ecr: { protocol: 'json', targets: ['AmazonEC2ContainerRegistry_V20150921'] },
  events: { protocol: 'json', targets: ['AWSEvents'] },
  'execute-api': { protocol: 'rest-json' },
  glue: { protocol: 'json', targets: ['AWSGlue'] },
  iam: { protocol: 'query' },
  kinesis: { protocol: 'json', targets: ['Kinesis_20131202'] },
  kms: { protocol: 'json', targets: ['TrentService'] },
  lambda: { protocol: 'rest-json' },
  logs: { protocol: 'json', targets: ['Logs_20140328'] },
  monitoring: { protocol: 'query', targets: ['GraniteServiceVersion20100801'] },
  s3: { protocol: 'rest-xml' },
  scheduler: { protocol: 'rest-json' },
  secretsmanager: { protocol: 'json', targets: ['secretsmanager'] },
  sns: { protocol: 'query' },
  sqs: { protocol: 'query', targets: ['AmazonSQS'] },
  ssm: { protocol: 'json', targets: ['AmazonSSM'] },
  states: { protocol: 'json', targets: ['AWSStepFunctions'] },
  sts: { protocol: 'query' },
  tagging: { protocol: 'json', targets: ['ResourceGroupsTaggingAPI_20170126'] },
};

/** Nothing told the service: unsigned calls such as HTTP API requests, sign-in pages and callbacks. The control plane sorts them. */
export const UNKNOWN = 'unknown';

/**
 * Operations that the sandbox does not do as AWS does. Engines that are not part of it: storing a start would look like running it.
 * Resharding: the control plane drops the closed shards with the records that nobody has read yet.
 */
const NOT_RUN: Readonly<Record<string, readonly string[]>> = {
  glue: ['ResumeWorkflowRun', 'StartTrigger', 'StartCrawler', 'StartWorkflowRun'],
  kinesis: ['MergeShards', 'SplitShard', 'UpdateShardCount'],
  states: ['CreateActivity', 'GetActivityTask', 'TestState'],
};

const BY_TARGET = new Map(Object.entries(SERVICES).flatMap(([name, { targets = [] }]) => targets.map((target) => [target, name] as const)));

export const isServed = (service: string): boolean => service === UNKNOWN || service in SERVICES;

export const isRun = (service: string, operation: string): boolean => !(NOT_RUN[service] ?? []).includes(operation);

/** Service of a JSON request by its x-amz-target header. */
export const serviceOfTarget = (target: string): string | undefined => BY_TARGET.get(target.split('.')[0] ?? '');

/** Some services speak two protocols: what the request shows wins over what is usual. */
export function protocolOf(service: string, shows: { target: boolean; form: boolean }): WireProtocol {
  if (shows.target) return 'json';
  if (shows.form) return 'query';
  return SERVICES[service]?.protocol ?? 'rest-json';
}
