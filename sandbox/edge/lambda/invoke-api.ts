/** Lambda's Invoke on the wire: POST /2015-03-31/functions/{name}/invocations. */
import type { EdgePart, EdgeReply, EdgeRequest } from '../router-part.ts';
import type { AsyncInvokes } from './async-invokes.ts';
import { parseFunctionName } from './functions.ts';
import { FunctionNotFoundError, type Invoker, type InvokeResult, type NamedInvoke } from './invoker.ts';

/** Lambda's limits for payloads: synchronous 6 MB; asynchronous 1 MB. */
const MAX_SYNC_BYTES = 6_291_456;
const MAX_ASYNC_BYTES = 1_048_576;
const TYPES = ['RequestResponse', 'Event', 'DryRun'];

export interface InvokeApiSettings {
  readonly invoker: Invoker;
  readonly asyncInvokes: AsyncInvokes;
  /** Checks that the function exists, without running it. @throws FunctionNotFoundError */
  readonly check: (name: string, qualifier: string) => Promise<void>;
}

export function createInvokeApi({ invoker, asyncInvokes, check }: InvokeApiSettings): EdgePart {
  const serve = async (request: EdgeRequest): Promise<EdgeReply> => {
    const type = String(request.headers['x-amz-invocation-type'] ?? 'RequestResponse');
    const refused = refusal(request.body, type);
    if (refused !== undefined) return refused;

    const call = toInvokeRequest(request);
    if (type === 'RequestResponse') return toReply(await invoker.invoke(call), request);

    await check(call.functionName, call.qualifier);
    if (type === 'DryRun') return { status: 204, headers: {}, body: '' };
    asyncInvokes.accept(call);
    return { status: 202, headers: {}, body: '' };
  };

  return {
    name: 'lambda invoke',
    handles: ({ service, operation }) => service === 'lambda' && operation === 'Invoke',
    async handle(request) {
      try {
        return await serve(request);
      } catch (error) {
        if (error instanceof FunctionNotFoundError) return failure(404, 'ResourceNotFoundException', { Type: 'User', Message: `Function not found: ${error.message}` });
        return failure(500, 'ServiceException', { Type: 'Service', Message: error instanceof Error ? error.message : String(error) });
      }
    },
  };
}

function toInvokeRequest({ path, body }: EdgeRequest): NamedInvoke {
  const url = new URL(path, 'http://edge');
  const given = decodeURIComponent(url.pathname.split('/')[3] ?? '');
  const { name, qualifier } = parseFunctionName(given, url.searchParams.get('Qualifier') ?? undefined);
  return { functionName: name, qualifier, payload: body.length === 0 ? '{}' : body.toString('utf8') };
}

function refusal(body: Buffer, type: string): EdgeReply | undefined {
  const limit = type === 'Event' ? MAX_ASYNC_BYTES : MAX_SYNC_BYTES;
  if (body.length > limit) return failure(413, 'RequestTooLargeException', { Type: 'User', message: `Request must be smaller than ${limit} bytes for the ${type} operation` });
  if (!TYPES.includes(type)) {
    return failure(400, 'InvalidParameterValueException', { Type: 'User', message: `Invocation type ${type} is not known; allowed: ${TYPES.join(', ')}.` });
  }

  try {
    if (body.length > 0) JSON.parse(body.toString('utf8'));
    return undefined;
  } catch (error) {
    return failure(400, 'InvalidRequestContentException', { Type: 'User', message: `Could not parse request body into json: ${String(error)}` });
  }
}

function toReply(result: InvokeResult, request: EdgeRequest): EdgeReply {
  if (result.throttled === true) {
    return { status: 429, headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'TooManyRequestsException', 'retry-after': '1' }, body: result.payload };
  }

  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-amz-executed-version': result.executedVersion ?? '$LATEST' };
  if (result.functionError !== undefined) headers['x-amz-function-error'] = result.functionError;
  if (request.headers['x-amz-log-type'] === 'Tail') headers['x-amz-log-result'] = Buffer.from(result.logTail).toString('base64');
  return { status: 200, headers, body: result.payload };
}

function failure(status: number, code: string, body: object): EdgeReply {
  return { status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': code }, body: JSON.stringify(body) };
}
