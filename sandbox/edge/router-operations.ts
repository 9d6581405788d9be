/** Names of REST operations: S3 and Lambda say by method and path what other services say in a header. */

/** Sub-resources of S3 in their query parameter, with the noun of the operation: GET ?tagging on an object is GetObjectTagging. */
const S3_SUBRESOURCES: Readonly<Record<string, string>> = {
  acl: 'Acl',
  cors: 'Cors',
  encryption: 'Encryption',
  lifecycle: 'LifecycleConfiguration',
  location: 'Location',
  logging: 'Logging',
  notification: 'NotificationConfiguration',
  ownershipControls: 'OwnershipControls',
  policy: 'Policy',
  publicAccessBlock: 'PublicAccessBlock',
  tagging: 'Tagging',
  versioning: 'Versioning',
};
const VERBS: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete', HEAD: 'Head' };

export interface RestCall {
  readonly method: string;
  /** Path without query, as sent. */
  readonly pathname: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Bucket and key of a path-style address; either may be empty. */
export function s3Address(pathname: string): { bucket: string; key: string } {
  const [bucket = '', ...rest] = pathname.slice(1).split('/');
  return { bucket: decode(bucket), key: decode(rest.join('/')) };
}

export function s3Operation(call: RestCall): string {
  const { bucket, key } = s3Address(call.pathname);
  if (bucket === '') return 'ListBuckets';

  const subresource = Object.keys(S3_SUBRESOURCES).find((name) => call.query.has(name));
  const level = key === '' ? 'Bucket' : 'Object';
  if (subresource !== undefined) return `${VERBS[call.method] ?? call.method}${level}${S3_SUBRESOURCES[subresource]}`;
  return key === '' ? bucketOperation(call) : objectOperation(call);
}

function bucketOperation({ method, query }: RestCall): string {
  if (method === 'POST') return query.has('delete') ? 'DeleteObjects' : 'PostObject';
  if (method === 'GET') return listOperation(query);
  return { PUT: 'CreateBucket', DELETE: 'DeleteBucket', HEAD: 'HeadBucket' }[method] ?? method;
}

function listOperation(query: URLSearchParams): string {
  if (query.has('list-type')) return 'ListObjectsV2';
  if (query.has('versions')) return 'ListObjectVersions';
  return query.has('uploads') ? 'ListMultipartUploads' : 'ListObjects';
}

function objectOperation({ method, query, headers }: RestCall): string {
  const inParts = query.has('uploadId');
  switch (method) {
    case 'PUT':
      if (inParts) return 'x-amz-copy-source' in headers ? 'UploadPartCopy' : 'UploadPart';
      return 'x-amz-copy-source' in headers ? 'CopyObject' : 'PutObject';
    case 'POST':
      if (query.has('select')) return 'SelectObjectContent';
      return inParts ? 'CompleteMultipartUpload' : 'CreateMultipartUpload';
    case 'GET':
      return inParts ? 'ListParts' : 'GetObject';
    case 'DELETE':
      return inParts ? 'AbortMultipartUpload' : 'DeleteObject';
    default:
      return 'HeadObject';
  }
}

/** Method, path after the API's date, operation. */
const LAMBDA_OPERATIONS: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ['POST', /^functions\/[^/]+\/invocations$/, 'Invoke'],
  ['POST', /^functions\/[^/]+\/response-streaming-invocations$/, 'InvokeWithResponseStream'],
  ['GET', /^functions$/, 'ListFunctions'],
  ['POST', /^functions$/, 'CreateFunction'],
  ['GET', /^functions\/[^/]+$/, 'GetFunction'],
  ['DELETE', /^functions\/[^/]+$/, 'DeleteFunction'],
  ['GET', /^functions\/[^/]+\/configuration$/, 'GetFunctionConfiguration'],
  ['PUT', /^functions\/[^/]+\/configuration$/, 'UpdateFunctionConfiguration'],
  ['PUT', /^functions\/[^/]+\/code$/, 'UpdateFunctionCode'],
  ['PUT', /^functions\/[^/]+\/concurrency$/, 'PutFunctionConcurrency'],
  ['DELETE', /^functions\/[^/]+\/concurrency$/, 'DeleteFunctionConcurrency'],
  ['GET', /^functions\/[^/]+\/concurrency$/, 'GetFunctionConcurrency'],
  ['GET', /^functions\/[^/]+\/versions$/, 'ListVersionsByFunction'],
  ['POST', /^functions\/[^/]+\/versions$/, 'PublishVersion'],
  ['GET', /^functions\/[^/]+\/aliases$/, 'ListAliases'],
  ['POST', /^functions\/[^/]+\/aliases$/, 'CreateAlias'],
  ['PUT', /^functions\/[^/]+\/aliases\/[^/]+$/, 'UpdateAlias'],
  ['GET', /^functions\/[^/]+\/event-invoke-config$/, 'GetFunctionEventInvokeConfig'],
  ['PUT', /^functions\/[^/]+\/event-invoke-config$/, 'PutFunctionEventInvokeConfig'],
  ['GET', /^event-source-mappings$/, 'ListEventSourceMappings'],
  ['POST', /^event-source-mappings$/, 'CreateEventSourceMapping'],
  ['GET', /^event-source-mappings\/[^/]+$/, 'GetEventSourceMapping'],
  ['PUT', /^event-source-mappings\/[^/]+$/, 'UpdateEventSourceMapping'],
  ['DELETE', /^event-source-mappings\/[^/]+$/, 'DeleteEventSourceMapping'],
];
const LAMBDA_PATH = /^\/\d{4}-\d{2}-\d{2}\/((?:functions|event-source-mappings|layers|tags|account-settings)(?:\/.*)?)$/;

/** The part of a Lambda path after the date, without a slash at its end; undefined for other paths. */
export const lambdaPath = (pathname: string): string | undefined => LAMBDA_PATH.exec(pathname)?.[1]?.replace(/\/$/, '');

export function lambdaOperation({ method, pathname }: RestCall): string {
  const path = lambdaPath(pathname) ?? '';
  return LAMBDA_OPERATIONS.find(([verb, pattern]) => verb === method && pattern.test(path))?.[2] ?? `${method} /${path}`;
}

/** Function or mapping that a Lambda path names. */
export function lambdaResource(pathname: string): string {
  const name = decode(lambdaPath(pathname)?.split('/')[1] ?? '');
  return /function:([^:]+)/.exec(name)?.[1] ?? name;
}

const SCHEDULER_VERBS: Readonly<Record<string, string>> = { POST: 'Create', GET: 'Get', PUT: 'Update', DELETE: 'Delete' };

/** Schedules and schedule groups of EventBridge Scheduler. */
export function schedulerOperation({ method, pathname }: RestCall): string {
  const [, kind = '', name = ''] = pathname.split('/');
  const noun = { schedules: 'Schedule', 'schedule-groups': 'ScheduleGroup' }[kind];
  if (noun === undefined) return `${method} ${pathname}`;
  return name === '' ? `List${noun}s` : `${SCHEDULER_VERBS[method] ?? method}${noun}`;
}

/** Undecodable text stays as it is: names are for logs and rules, not for security. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
