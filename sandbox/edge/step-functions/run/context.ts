/** The context object, `$states.context`, as AWS documents it. */
import type { State } from '../definition/types.ts';
import type { Branch } from './branch.ts';

export interface StateContext {
  readonly Execution: { readonly Id: string; readonly Input: unknown; readonly Name: string; readonly RoleArn: string; readonly StartTime: string; readonly RedriveCount: number };
  readonly StateMachine: { readonly Id: string; readonly Name: string };
  readonly State: { readonly Name: string; readonly EnteredTime: string; RetryCount?: number };
  readonly Map?: unknown;
  Task?: { readonly Token: string };
}

const RETRIED: readonly string[] = ['Task', 'Parallel', 'Map'];

export function contextOf({ run, frame, mapContext }: Branch, state: State): StateContext {
  const { info, state: progress } = run;
  const entered = new Date(frame.data.entered?.at ?? run.host.clock.now()).toISOString();
  return {
    Execution: { Id: info.executionArn, Input: info.input, Name: info.name, RoleArn: info.roleArn, StartTime: new Date(info.startDate).toISOString(), RedriveCount: progress.redriveCount },
    StateMachine: { Id: info.machineArn, Name: info.machineName },
    State: { Name: frame.data.state, EnteredTime: entered, ...(RETRIED.includes(state.Type) ? { RetryCount: frame.data.retry?.total ?? 0 } : {}) },
    ...(mapContext === undefined ? {} : { Map: mapContext }),
  };
}
