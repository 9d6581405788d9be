import { AwsError } from '../aws/aws-error.ts';
import { describeError } from '../logger.ts';
import type { Logger } from '../logger.ts';
import { deliver, problem, PROBLEM_TYPES, RefusedRequest } from './answer.ts';
import { callerOf } from './caller.ts';
import type { Caller } from './caller.ts';
import type { HttpApiAnswer, HttpApiEvent } from './event.ts';

export interface HttpRequest {
  readonly event: HttpApiEvent;
  readonly caller: Caller;
  /** Of the path's braces, decoded; '' when it cannot be decoded. */
  readonly path: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** As the OpenAPI document writes it, e.g. `/v1/shipments/{id}`. */
  readonly path: string;
  readonly handle: (request: HttpRequest) => Promise<HttpApiAnswer>;
}

export interface ServeOptions {
  readonly routes: readonly Route[];
  readonly log: Logger;
  /** Problems of this API's own, before the common ones; undefined = not one of them. */
  readonly problemFor?: (error: unknown) => HttpApiAnswer | undefined;
}

/**
 * A function behind the HTTP API: routing, who asks, errors as RFC 9457 problems, entity tags, gzip. What went wrong
 * inside is in the log, never in an answer.
 */
export function serve(options: ServeOptions): (event: HttpApiEvent) => Promise<HttpApiAnswer> {
  const patterns = options.routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  return async (event) => {
    const path = event.rawPath.length > 1 ? event.rawPath.replace(/\/$/, '') : event.rawPath;
    const { method } = event.requestContext.http;
    const here = patterns.filter(({ route, pattern }) => event.routeKey?.endsWith(` ${route.path}`) === true || pattern.test(path));
    const chosen = here.find(({ route }) => route.method === method) ?? here[0];
    if (chosen === undefined) return noSuchPath(options.routes);
    if (chosen.route.method !== method) return methodNotAllowed(method, here.map(({ route }) => route.method));
    try {
      const request = { event, caller: callerOf(event), path: parametersOf(event, chosen.pattern.exec(path)?.groups ?? {}) };
      return deliver(event, await chosen.route.handle(request));
    } catch (error) {
      return failure(error, { event, path: chosen.route.path, options });
    }
  };
}

/** `/v1/shipments/{id}` -> a pattern whose groups are the names in braces. */
const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);

/** The gateway hands them over decoded; the path itself is for callers without a gateway. */
function parametersOf(event: HttpApiEvent, groups: Readonly<Record<string, string>>): Record<string, string> {
  return { ...Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decode(text)])), ...event.pathParameters };
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return '';
  }
}

const noSuchPath = (routes: readonly Route[]): HttpApiAnswer =>
  problem({ type: PROBLEM_TYPES.noSuchPath, title: 'No such path', status: 404, detail: `There are ${[...new Set(routes.map(({ path }) => path))].join(', ')}.` });

const methodNotAllowed = (method: string, allowed: readonly string[]): HttpApiAnswer =>
  problem({ type: PROBLEM_TYPES.methodNotAllowed, title: 'Method not allowed', status: 405, detail: `Use ${allowed.join(' or ')}, not ${method}.` }, { allow: allowed.join(', ') });

/** Class of the failure -> public answer. The request id finds the log line; the path is logged without the ids in it. */
function failure(error: unknown, { event, path, options }: { event: HttpApiEvent; path: string; options: ServeOptions }): HttpApiAnswer {
  if (error instanceof RefusedRequest) return error.answer;
  const requestId = event.requestContext.requestId ?? '';
  options.log.error('request failed', { ...describeError(error), requestId, path });
  const own = options.problemFor?.(error);
  if (own !== undefined) return own;
  if (error instanceof AwsError) {
    return problem({ type: PROBLEM_TYPES.unavailable, title: 'Live state cannot be read', status: 503, detail: 'The store of live state does not answer at the moment. Try again in a few seconds.' }, { 'retry-after': '5' });
  }
  return problem({ type: PROBLEM_TYPES.internal, title: 'Internal error', status: 500, detail: `Something went wrong on our side. Tell the operators the request id${requestId === '' ? '.' : `: ${requestId}`}` });
}
