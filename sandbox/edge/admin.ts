/** The edge's own pages under /_waybill/: plain JSON, for the CLI, the supervisor and tests. */
import type { IncomingMessage } from 'node:http';
import { asObject, type JsonObject, textOf } from '../json.ts';
import type { FaultBook } from './faults/fault-book.ts';
import { FaultRuleError, parseFaultRules } from './faults/rule.ts';
import type { Exchange } from './listener.ts';
import type { RequestFilter, RequestLog } from './request-log.ts';

export const ADMIN_PREFIX = '/_waybill/';
const MAX_BODY_BYTES = 1 << 20;

export interface AdminSettings {
  readonly faults: FaultBook;
  readonly log: RequestLog;
  /** Body of GET /_waybill/health. */
  readonly health: () => Promise<object>;
  /** Body of GET /_waybill/status. */
  readonly status: () => Promise<object>;
  /** Writes all state to disk; the body of POST /_waybill/snapshot. */
  readonly snapshot: () => Promise<object>;
  /** Why a resource of a CloudFormation type cannot run here, or undefined. */
  readonly check?: (type: string, properties: JsonObject) => string | undefined;
}

interface AdminCall {
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
}

type Page = (call: AdminCall) => Promise<unknown>;

/** The caller asked for something that cannot be; `status` is the answer's. */
class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type Admin = (exchange: Exchange) => Promise<void>;

export function createAdmin(settings: AdminSettings): Admin {
  const pages = pagesOf(settings);

  return async ({ request, response }) => {
    const url = new URL(request.url ?? '/', 'http://edge');
    const name = `${request.method ?? 'GET'} ${url.pathname.slice(ADMIN_PREFIX.length)}`;
    const [status, body] = await answer(pages, name, { query: url.searchParams, request });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(body)}\n`);
  };
}

function pagesOf({ faults, log, health, status, snapshot, check }: AdminSettings): Readonly<Record<string, Page>> {
  return {
    'GET health': health,
    'GET status': status,
    'POST snapshot': snapshot,
    'POST check': async ({ request }) => {
      const { type, properties } = asObject(await readJson(request));
      return { refused: check?.(textOf(type), asObject(properties)) ?? null };
    },
    'GET requests': ({ query }) => Promise.resolve(log.query(filterOf(query))),
    'GET faults': () => Promise.resolve(faults.rules()),
    'PUT faults': async ({ request }) => {
      faults.replace(parseFaultRules(await readJson(request)));
      return faults.rules();
    },
    'DELETE faults': ({ query }) => {
      const id = query.get('id');
      if (id === null) faults.replace([]);
      else if (!faults.remove(id)) throw new AdminError(404, `There is no fault rule ${id}. GET ${ADMIN_PREFIX}faults lists them.`);
      return Promise.resolve(faults.rules());
    },
  };
}

async function answer(pages: Readonly<Record<string, Page>>, name: string, call: AdminCall): Promise<[number, unknown]> {
  const page = pages[name];
  if (page === undefined) return [404, { error: `There is no ${name}. There are: ${Object.keys(pages).join(', ')}.` }];
  try {
    return [200, await page(call)];
  } catch (error) {
    if (error instanceof FaultRuleError) return [400, { error: error.message, problems: error.problems }];
    if (error instanceof AdminError) return [error.status, { error: error.message }];
    return [500, { error: String(error) }];
  }
}

function filterOf(query: URLSearchParams): RequestFilter {
  const texts = ['service', 'operation', 'caller', 'resource'].flatMap((field) => {
    const value = query.get(field);
    return value === null ? [] : [[field, value] as const];
  });
  const numbers = ['status', 'limit'].flatMap((field) => {
    const value = query.get(field);
    return value === null ? [] : [[field, numberOf(field, value)] as const];
  });
  const since = query.get('since');
  return { ...Object.fromEntries(texts), ...Object.fromEntries(numbers), ...(since === null ? {} : { since: timeOf(since) }) };
}

function numberOf(field: string, value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new AdminError(400, `${field} is ${value}, expected a whole number, for example ${field}=100.`);
  return number;
}

/** ISO 8601 or milliseconds since 1970. */
function timeOf(value: string): number {
  const time = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  if (Number.isNaN(time)) throw new AdminError(400, `since is ${value}, expected a time such as 2026-11-21T10:00:00Z or milliseconds since 1970.`);
  return time;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    parts.push(part as Buffer);
    bytes += (part as Buffer).length;
    if (bytes > MAX_BODY_BYTES) throw new AdminError(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    throw new AdminError(400, `The body is no JSON: ${String(error)}`);
  }
}
