/** What each service says when it fails: the codes that SDKs and our code decide on. */
import type { Failure } from '../router-errors.ts';

type Said = readonly [status: number, code: string];

const THROTTLES: Readonly<Record<string, Said>> = {
  dynamodb: [400, 'ProvisionedThroughputExceededException'],
  kinesis: [400, 'ProvisionedThroughputExceededException'],
  lambda: [429, 'TooManyRequestsException'],
  s3: [503, 'SlowDown'],
  sqs: [403, 'RequestThrottled'],
  sns: [400, 'Throttling'],
  cloudformation: [400, 'Throttling'],
  monitoring: [400, 'Throttling'],
};
const SERVER_ERRORS: Readonly<Record<string, string>> = {
  dynamodb: 'InternalServerError',
  kinesis: 'InternalFailure',
  lambda: 'ServiceException',
  s3: 'InternalError',
  sns: 'InternalError',
};
const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  409: 'ConflictException',
  412: 'PreconditionFailed',
  429: 'TooManyRequestsException',
  503: 'ServiceUnavailable',
};
/** Where S3 uses other words than the rest. */
const S3_BY_STATUS: Readonly<Record<number, string>> = { 400: 'InvalidRequest', 403: 'AccessDenied', 404: 'NoSuchKey', 409: 'ConditionalRequestConflict', 503: 'SlowDown' };

const message = (id: string): string => `Injected by fault rule ${id} of the sandbox (GET /_waybill/faults).`;

export function throttleOf(service: string, id: string): Failure {
  const [status, code] = THROTTLES[service] ?? [400, 'ThrottlingException'];
  return { status, code, message: message(id) };
}

export function errorOf(service: string, { id, status, code }: { id: string; status: number; code?: string }): Failure {
  const usual = (service === 's3' ? S3_BY_STATUS[status] : undefined) ?? BY_STATUS[status] ?? SERVER_ERRORS[service] ?? 'InternalFailure';
  return { status, code: code ?? usual, message: message(id) };
}
