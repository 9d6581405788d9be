/** Every request that the sandbox answered: who asked for what, and what came of it. A ring in memory and, if wanted, a file. */
import type { RequestLogFile } from './request-log-file.ts';

export interface RequestEntry {
  /** When it came in, ISO 8601. */
  readonly time: string;
  /** Name of the deployed function, or `user`. */
  readonly caller: string;
  readonly service: string;
  readonly operation: string;
  readonly resource: string;
  /** HTTP status; 0 when no answer was given (a fault, or the caller went away). */
  readonly status: number;
  /** AWS's error code, for answers that are errors. */
  readonly code?: string;
  readonly ms: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Attempt of the SDK, from 1. */
  readonly attempt: number;
  /** Id of the fault rule that hit this request. */
  readonly fault?: string;
}

export interface RequestFilter {
  readonly service?: string;
  readonly operation?: string;
  readonly caller?: string;
  /** The resource, or its beginning: a bucket finds its keys. */
  readonly resource?: string;
  readonly status?: number;
  /** Only entries from this time on, milliseconds since 1970. */
  readonly since?: number;
  /** The newest so many; default 100. */
  readonly limit?: number;
}

export interface RequestLog {
  add(entry: RequestEntry): void;
  /** Oldest first. */
  query(filter: RequestFilter): RequestEntry[];
  /** Requests since the start, and how many are in memory. */
  status(): { total: number; kept: number };
  flush(): Promise<void>;
}

const RING_SIZE = 10_000;
const DEFAULT_LIMIT = 100;

export function createRequestLog({ file, size = RING_SIZE }: { file?: RequestLogFile; size?: number } = {}): RequestLog {
  const ring: RequestEntry[] = [];
  let total = 0;

  /** From the oldest to the newest. */
  const inOrder = (): RequestEntry[] => (ring.length < size ? ring : [...ring.slice(total % size), ...ring.slice(0, total % size)]);

  return {
    add(entry) {
      ring[total % size] = entry;
      total += 1;
      file?.append(JSON.stringify(entry));
    },
    query(filter) {
      const found = inOrder().filter((entry) => isWanted(entry, filter));
      const limit = filter.limit ?? DEFAULT_LIMIT;
      return limit === 0 ? [] : found.slice(-limit);
    },
    status: () => ({ total, kept: ring.length }),
    flush: () => file?.flush() ?? Promise.resolve(),
  };
}

function isWanted(entry: RequestEntry, filter: RequestFilter): boolean {
  const { service, operation, caller, resource, status, since } = filter;
  if (service !== undefined && entry.service !== service) return false;
  if (operation !== undefined && entry.operation !== operation) return false;
  if (caller !== undefined && entry.caller !== caller) return false;
  if (status !== undefined && entry.status !== status) return false;
  if (resource !== undefined && !entry.resource.startsWith(resource)) return false;
  return since === undefined || Date.parse(entry.time) >= since;
}
