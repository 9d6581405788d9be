/** Who asks: functions and jobs sign with an access key that carries their name (lambda/environment.ts, glue/spark-run.ts), people and tools with any other. */

/** Access keys of deployed functions begin so. */
export const FUNCTION_PREFIX = 'fn-';
/** Access keys of Glue jobs begin so. */
export const JOB_PREFIX = 'job-';
/** Callers that are jobs begin so: a job may have the name of a function. */
export const JOB_CALLER = 'job ';

export const USER = 'user';

export interface Credential {
  /** Access key, empty for unsigned requests. */
  readonly accessKey: string;
  /** Signing name of the service, empty for unsigned requests. */
  readonly service: string;
}

/** Reads the credential scope of a signature, from the header or from a presigned address. */
export function readCredential(authorization: string | undefined, query: URLSearchParams): Credential {
  const scope = /Credential=([^,\s]+)/.exec(authorization ?? '')?.[1] ?? query.get('X-Amz-Credential') ?? '';
  const parts = scope.split('/');
  // Access keys may hold slashes in theory; the last four parts never vary: date, region, service, aws4_request.
  return parts.length < 5 ? { accessKey: '', service: '' } : { accessKey: parts.slice(0, -4).join('/'), service: parts.at(-2) ?? '' };
}

/** Name of the deployed function, `job <name>` for a Glue job, or `user`. */
export function callerOf(accessKey: string): string {
  if (accessKey.startsWith(JOB_PREFIX) && accessKey.length > JOB_PREFIX.length) return `${JOB_CALLER}${accessKey.slice(JOB_PREFIX.length)}`;
  const isFunction = accessKey.startsWith(FUNCTION_PREFIX) && accessKey.length > FUNCTION_PREFIX.length;
  return isFunction ? accessKey.slice(FUNCTION_PREFIX.length) : USER;
}
