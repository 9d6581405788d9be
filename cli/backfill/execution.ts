/** Executions of a backfill: named by its run and counted, so that a run that was ended goes on under its own name. */
import type { ExecutionListItem, SFNClient } from '@aws-sdk/client-sfn';

export interface Past { readonly name: string; readonly arn: string; readonly status: string }

export type NextStep =
  /** It is going on: look at it. */
  | { readonly kind: 'follow'; readonly arn: string; readonly run: string }
  | { readonly kind: 'start'; readonly name: string; readonly run: string; readonly resumes: boolean };

/**
 * What to do for a run. One that was ended before its days were done goes on; one that succeeded is over, and asking again is a
 * new run beside it.
 */
export function nextStep(run: string, past: readonly Past[]): NextStep {
  for (let again = 1; ; again++) {
    const name = again === 1 ? run : `${run}-again${again}`;
    const own = past.filter((each) => each.name.replace(/-x\d+$/, '') === name);
    const going = own.find(({ status }) => status === 'RUNNING' || status === 'PENDING_REDRIVE');
    if (going !== undefined) return { kind: 'follow', arn: going.arn, run: name };
    if (!own.some(({ status }) => status === 'SUCCEEDED')) return { kind: 'start', name: `${name}-x${own.length + 1}`, run: name, resumes: own.length > 0 };
  }
}

/** Executions whose names begin with the run's, newest first. */
export async function pastOf(client: SFNClient, stateMachineArn: string, run: string): Promise<Past[]> {
  const { paginateListExecutions } = await import('@aws-sdk/client-sfn');
  const found: ExecutionListItem[] = [];
  for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn, maxResults: 1_000 })) found.push(...executions.filter(({ name = '' }) => name.startsWith(run)));
  return found.map(({ name = '', executionArn = '', status = '' }) => ({ name, arn: executionArn, status }));
}
