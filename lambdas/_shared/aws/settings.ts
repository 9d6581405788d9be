import { requireEnv } from '../environment.ts';
import type { Credentials } from './sigv4.ts';

export interface AwsSettings {
  readonly region: string;
  readonly credentials: Credentials;
  readonly dynamoEndpoint: URL;
  readonly kinesisEndpoint: URL;
  readonly statesEndpoint: URL;
  readonly s3Endpoint: URL;
  /** Another endpoint than AWS's own is addressed by path (`/bucket/key`), AWS by host name (`bucket.s3…`). */
  readonly s3PathStyle: boolean;
}

/**
 * Region, credentials and endpoints from the variables that Lambda and the AWS SDKs use. Lambda starts a new process for
 * new credentials, so reading them once is enough.
 */
export function awsSettings(env: Readonly<Record<string, string | undefined>>): AwsSettings {
  const required = requireEnv(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'], env);
  const region = required.AWS_REGION;
  const sessionToken = given(env, 'AWS_SESSION_TOKEN');
  const shared = given(env, 'AWS_ENDPOINT_URL');
  const s3 = given(env, 'AWS_ENDPOINT_URL_S3') ?? shared;
  const dynamo = given(env, 'AWS_ENDPOINT_URL_DYNAMODB') ?? shared;
  return {
    region,
    credentials: {
      accessKeyId: required.AWS_ACCESS_KEY_ID,
      secretAccessKey: required.AWS_SECRET_ACCESS_KEY,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    dynamoEndpoint: new URL(dynamo ?? `https://dynamodb.${region}.amazonaws.com`),
    kinesisEndpoint: new URL(given(env, 'AWS_ENDPOINT_URL_KINESIS') ?? shared ?? `https://kinesis.${region}.amazonaws.com`),
    statesEndpoint: new URL(given(env, 'AWS_ENDPOINT_URL_SFN') ?? shared ?? `https://states.${region}.amazonaws.com`),
    s3Endpoint: new URL(s3 ?? `https://s3.${region}.amazonaws.com`),
    s3PathStyle: s3 !== undefined,
  };
}

function given(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}
