/** The sandbox's own controls (fault rules, request log, status); there is nothing like them on AWS. */
import { UsageError, WorldError } from '../errors.ts';
import type { Consumer } from '../world/settling.ts';
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
  /** What the event sources that run say of themselves. */
  readonly consumers: () => Promise<readonly Consumer[]>;
}

interface EdgeStatus { readonly parts: { readonly 'event-sources': { readonly sources: readonly Consumer[] } } }

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
    consumers: async () => ((await call('GET', 'status')) as EdgeStatus).parts['event-sources'].sources,
  };
}
