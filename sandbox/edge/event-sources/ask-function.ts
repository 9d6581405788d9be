/** One invocation for a batch, and what its answer means for the items of the batch. */
import { ControlUnreachableError } from '../control-client.ts';
import { FunctionNotFoundError, type Invoker, type InvokeResult } from '../lambda/invoker.ts';
import { failedItems } from './batch-response.ts';
import type { EventSourceMapping } from './mapping.ts';

export interface Question {
  readonly mapping: EventSourceMapping;
  /** The invocation event as JSON text. */
  readonly payload: string;
  /** Identifiers of the items, as the function reports failures by them. */
  readonly ids: readonly string[];
}

export interface Answered {
  readonly kind: 'ran';
  /** Indexes of the items that failed: all of them when the function threw, crashed or gave no answer. */
  readonly failed: readonly number[];
  /** What went wrong when the function threw, crashed or gave no answer; absent when it answered. */
  readonly error?: string;
  readonly functionError: string | null;
  readonly executedVersion: string;
}

/** Throttled, not deployed at this moment, or the control plane is away: no attempt is used. */
export interface NotRun {
  readonly kind: 'not-run';
  readonly why: string;
}

/** Never rejects. */
export async function askFunction(invoker: Invoker, { mapping, payload, ids }: Question): Promise<Answered | NotRun> {
  const all = [...ids.keys()];
  let result: InvokeResult;
  try {
    result = await invoker.invoke({ functionName: mapping.functionArn, payload, background: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof FunctionNotFoundError || error instanceof ControlUnreachableError) return { kind: 'not-run', why };
    return { kind: 'ran', failed: all, error: `no answer from the function: ${why}`, functionError: 'Unhandled', executedVersion: '$LATEST' };
  }

  if (result.throttled === true) return { kind: 'not-run', why: 'throttled' };
  const executedVersion = result.executedVersion ?? '$LATEST';
  if (result.functionError !== undefined) return { kind: 'ran', failed: all, error: `${result.functionError}: ${result.payload.slice(0, 300)}`, functionError: result.functionError, executedVersion };
  return { kind: 'ran', failed: mapping.reportsItemFailures ? failedItems(result.payload, ids) : [], functionError: null, executedVersion };
}
