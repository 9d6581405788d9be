/** Finds out what a request asks for: service, operation, resource, caller, attempt. */
import type { IncomingHttpHeaders } from 'node:http';
import { callerOf, readCredential } from './caller.ts';
import { decode, lambdaOperation, lambdaPath, lambdaResource, type RestCall, s3Address, s3Operation, schedulerOperation } from './router-operations.ts';
import type { CallIdentity } from './router-part.ts';
import { resourceOf } from './router-resources.ts';
import { protocolOf, serviceOfTarget, UNKNOWN } from './router-services.ts';

export interface RequestHead {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Smithy RPC v2 (CBOR), which some SDKs prefer for some services, names the operation in the path. */
const RPC_PATH = /^\/service\/[^/]+\/operation\/(\w+)$/;

/** Signing names that differ from the name we use. */
const SIGNED_AS: Readonly<Record<string, string>> = { cloudwatch: 'monitoring', s3express: 's3' };

/** Service by the head alone: decides whether the body may be streamed. */
export function serviceOf({ path, headers }: RequestHead): string {
  const url = new URL(path, 'http://edge');
  const byTarget = serviceOfTarget(header(headers, 'x-amz-target'));
  if (byTarget !== undefined) return byTarget;

  const { service } = readCredential(headers.authorization, url.searchParams);
  if (service !== '') return SIGNED_AS[service] ?? service;
  return unsignedService(url.pathname);
}

/** Everything about a request. `body` is empty for requests whose body is streamed. */
export function identify(head: RequestHead, body: Buffer): CallIdentity {
  const { method, path, headers } = head;
  const url = new URL(path, 'http://edge');
  const service = serviceOf(head);
  const target = header(headers, 'x-amz-target');
  const form = header(headers, 'content-type').startsWith('application/x-www-form-urlencoded');
  const protocol = protocolOf(service, { target: target !== '', form });
  const rest: RestCall = { method, pathname: url.pathname, query: url.searchParams, headers };

  return {
    service,
    protocol,
    operation: target === '' ? restOrQueryOperation(service, rest, form ? body : undefined) : (target.split('.').at(-1) ?? UNKNOWN),
    resource: resource({ service, protocol, rest, body }),
    caller: callerOf(readCredential(headers.authorization, url.searchParams).accessKey),
    worker: header(headers, 'x-amz-security-token'),
    attempt: Number(/attempt=(\d+)/.exec(header(headers, 'amz-sdk-request'))?.[1] ?? 1),
  };
}

/** Code locations, HTTP APIs and sign-in pages are unsigned; the control plane calls back for Lambda unsigned as well. */
function unsignedService(pathname: string): string {
  if (lambdaPath(pathname) !== undefined) return 'lambda';
  return pathname.startsWith('/_aws/execute-api/') ? 'execute-api' : UNKNOWN;
}

function restOrQueryOperation(service: string, rest: RestCall, form: Buffer | undefined): string {
  const action = (form === undefined ? rest.query : new URLSearchParams(form.toString('utf8'))).get('Action');
  if (action !== null) return action;
  if (service === 's3') return rest.query.get('x-id') ?? s3Operation(rest);
  const rpc = RPC_PATH.exec(rest.pathname)?.[1];
  if (rpc !== undefined) return rpc;
  if (service === 'lambda') return lambdaOperation(rest);
  if (service === 'scheduler') return schedulerOperation(rest);
  return `${rest.method} ${rest.pathname}`;
}

function resource({ service, protocol, rest, body }: Pick<CallIdentity, 'service' | 'protocol'> & { rest: RestCall; body: Buffer }): string {
  if (service === 'lambda') return lambdaResource(rest.pathname);
  if (service === 'scheduler') return decode(rest.pathname.split('/')[2] ?? '');
  if (service !== 's3') return resourceOf(service, protocol, body);
  const { bucket, key } = s3Address(rest.pathname);
  return key === '' ? bucket : `${bucket}/${key}`;
}

function header(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
}
