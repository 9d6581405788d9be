/** The sandbox's own controls (fault rules, request log, status); there is nothing like them on AWS. */
import { UsageError, WorldError } from '../errors.ts';
import type { Platform } from './platform.ts';

export interface FaultRule {
  readonly id: string;
  readonly service?: string;
  readonly operation?: string;
  readonly caller?: string;
  readonly match?: string;
  readonly status?: number;
  readonly code?: string;
  readonly when?: 'before' | 'after';
  readonly share?: number;
  readonly count?: number;
  readonly delayMs?: number;
  readonly action: 'error' | 'reset' | 'drop' | 'delay' | 'duplicate' | 'kill-caller';
}

export interface EdgeAdmin {
  /** Folder of the sandbox's state. */
  readonly dir: string;
  readonly faults: () => Promise<FaultRule[]>;
  readonly setFaults: (rules: readonly FaultRule[]) => Promise<void>;
  /**
   * Age of the oldest record that some consumer has not finished, ms. 0 when all are through and each shard was read to its end
   * after `since` (epoch ms); undefined while some shard was not, or while no consumer runs yet.
   */
  readonly lagMs: (since: number) => Promise<number | undefined>;
}

interface SourceStatus { readonly lagMs: number; readonly shards: readonly { readonly readUpTo: number | null }[] }
interface EdgeStatus { readonly parts: { readonly 'event-sources': { readonly sources: readonly SourceStatus[] } } }

function lagOf(sources: readonly SourceStatus[], since: number): number | undefined {
  const lag = Math.max(0, ...sources.map((each) => each.lagMs));
  const isRead = sources.length > 0 && sources.every(({ shards }) => shards.length > 0 && shards.every(({ readUpTo }) => (readUpTo ?? 0) >= since));
  return lag > 0 || isRead ? lag : undefined;
}

/** @throws UsageError when the environment is not the sandbox. */
export function edgeAdmin(platform: Platform): EdgeAdmin {
  const sandbox = platform.sandbox;
  if (sandbox === undefined) throw new UsageError(`This command works on the sandbox only; got environment "${platform.env}".`, { todo: 'Leave --env out to work on the sandbox.' });
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${sandbox.endpoint}/_waybill/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }) });
    if (!answer.ok) throw new WorldError(`The sandbox answered ${answer.status} to ${method} /_waybill/${path}: ${(await answer.text()).slice(0, 300)}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  return {
    dir: sandbox.dir,
    faults: async () => (await call('GET', 'faults')) as FaultRule[],
    setFaults: async (rules) => void (await call('PUT', 'faults', rules)),
    lagMs: async (since) => lagOf(((await call('GET', 'status')) as EdgeStatus).parts['event-sources'].sources, since),
  };
}
