/** Services that `aws-sdk:` integrations and universal schedule targets may call: those with a JSON protocol, and single operations of the others. */

export interface JsonService {
  /** Signing name. */
  readonly signing: string;
  /** What stands before the dot of x-amz-target. */
  readonly target: string;
  /** Field names on the wire begin small; the integration's begin large. */
  readonly camel?: boolean;
}

/** By the name that resources use. */
export const JSON_SERVICES: Readonly<Record<string, JsonService>> = {
  athena: { signing: 'athena', target: 'AmazonAthena' },
  cloudwatch: { signing: 'monitoring', target: 'GraniteServiceVersion20100801' },
  cloudwatchlogs: { signing: 'logs', target: 'Logs_20140328', camel: true },
  dynamodb: { signing: 'dynamodb', target: 'DynamoDB_20120810' },
  eventbridge: { signing: 'events', target: 'AWSEvents' },
  glue: { signing: 'glue', target: 'AWSGlue' },
  kinesis: { signing: 'kinesis', target: 'Kinesis_20131202' },
  kms: { signing: 'kms', target: 'TrentService' },
  secretsmanager: { signing: 'secretsmanager', target: 'secretsmanager' },
  sfn: { signing: 'states', target: 'AWSStepFunctions', camel: true },
  sqs: { signing: 'sqs', target: 'AmazonSQS' },
  ssm: { signing: 'ssm', target: 'AmazonSSM' },
};

/** Services with another protocol: the operations that are built. */
export const SINGLE_OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  lambda: ['Invoke'],
  s3: ['GetObject', 'HeadObject', 'ListObjectsV2', 'PutObject'],
  sns: ['Publish'],
};

/** Why this call cannot be made, or undefined. */
export function sdkCallProblem(service: string, operation: string): string | undefined {
  if (service in JSON_SERVICES) return undefined;
  const operations = SINGLE_OPERATIONS[service];
  if (operations === undefined) return `the sandbox cannot call aws-sdk:${service}; it has ${[...Object.keys(JSON_SERVICES), ...Object.keys(SINGLE_OPERATIONS)].sort().join(', ')}`;
  return operations.includes(operation) ? undefined : `the sandbox cannot call aws-sdk:${service}:${operation}; it has ${operations.join(', ')}`;
}
