/** Environment of a worker: the function's own variables plus what Lambda and the SDK expect. */
import { FUNCTION_PREFIX } from '../caller.ts';
import type { DeployedFunction } from './functions.ts';

export interface EnvironmentSettings {
  /** Endpoint of the sandbox, for example http://127.0.0.1:4710. */
  readonly endpoint: string;
  readonly region: string;
}

export interface WorkerEnvironment {
  readonly fn: DeployedFunction;
  readonly workerId: string;
  readonly logStream: string;
  readonly settings: EnvironmentSettings;
}

/** Access key with which a deployed function signs: the edge reads the caller from it. */
const accessKeyOf = (functionName: string): string => `${FUNCTION_PREFIX}${functionName}`;

/** Ours come last: on AWS, too, a function cannot set the reserved names. */
export function workerEnvironment({ fn, workerId, logStream, settings }: WorkerEnvironment): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...fn.variables,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_ACCESS_KEY_ID: accessKeyOf(fn.name),
    AWS_SECRET_ACCESS_KEY: 'waybill-sandbox',
    AWS_SESSION_TOKEN: workerId,
    AWS_ENDPOINT_URL: settings.endpoint,
    AWS_ENDPOINT_URL_S3: settings.endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: fn.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: fn.codeFolder,
    _HANDLER: fn.handler,
  };
}
