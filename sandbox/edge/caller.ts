/** Who asks: functions sign with an access key that carries their name (lambda/environment.ts), people and tools with any other. */

/** Access keys of deployed functions begin so. */
export const FUNCTION_PREFIX = 'fn-';

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

/** Name of the deployed function, or `user`. */
export function callerOf(accessKey: string): string {
  const isFunction = accessKey.startsWith(FUNCTION_PREFIX) && accessKey.length > FUNCTION_PREFIX.length;
  return isFunction ? accessKey.slice(FUNCTION_PREFIX.length) : USER;
}
