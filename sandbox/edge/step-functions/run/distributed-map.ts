/** A distributed Map state, seen from its execution: the map run's events, and what becomes of its children's results. */
import { toStatesError } from '../errors.ts';
import { writeResults } from '../items/result-writer.ts';
import type { MapItem } from './frame.ts';
import type { ChildResult, MapSpec } from './host.ts';
import type { MapLimits } from './map.ts';
import type { Visit } from './visit.ts';

/** @throws StatesError; the signal's reason */
export async function runMapRun(visit: Visit, items: readonly MapItem[], limits: MapLimits): Promise<unknown> {
  const { run, frame, signal } = visit.branch;
  const spec = specOf(visit, limits);
  const arn = openMapRun(visit, spec);
  const children = await work(visit, { arn, spec, items });
  frame.previous = run.event('MapRunSucceeded', frame.previous);
  const output = await writeResults(visit.state.ResultWriter, { mapRunArn: arn, machineArn: run.info.machineArn, children, evaluator: visit.evaluator, calls: run.host.calls, signal });
  run.event('MapStateSucceeded', frame.previous);
  return output;
}

function specOf({ state, name, branch }: Visit, { concurrency, toleratedCount, toleratedPercentage }: MapLimits): MapSpec {
  return {
    label: state.Label ?? name.replaceAll(/[^A-Za-z0-9_-]/g, ''),
    machine: { ...(state.ItemProcessor ?? branch.machine), QueryLanguage: 'JSONata' },
    maxConcurrency: concurrency,
    ...(toleratedCount === undefined ? {} : { toleratedCount }),
    ...(toleratedPercentage === undefined ? {} : { toleratedPercentage }),
  };
}

/** The map run of this visit: new, redriven, or at work already before a restart of the edge. */
function openMapRun({ branch }: Visit, spec: MapSpec): string {
  const { run, frame } = branch;
  const known = frame.data.mapRun;
  if (known === undefined) {
    const arn = run.host.mapRuns.open(run, spec);
    frame.previous = run.event('MapRunStarted', frame.previous, { mapRunStartedEventDetails: { mapRunArn: arn } });
    frame.patch({ mapRun: arn, mapRunAttempt: run.state.redriveCount });
    return arn;
  }
  if (frame.data.mapRunAttempt !== run.state.redriveCount) {
    frame.previous = run.event('MapRunRedriven', frame.previous, { mapRunRedrivenEventDetails: { mapRunArn: known, redriveCount: run.state.redriveCount } });
    frame.patch({ mapRunAttempt: run.state.redriveCount });
  }
  return known;
}

async function work({ branch }: Visit, { arn, spec, items }: { arn: string; spec: MapSpec; items: readonly MapItem[] }): Promise<ChildResult[]> {
  const { run, frame, signal } = branch;
  run.journal.flush();
  try {
    return await run.host.mapRuns.work(arn, spec, items, signal);
  } catch (error) {
    const { error: name, reason } = toStatesError(error);
    if (!signal.aborted) frame.previous = run.event('MapRunFailed', frame.previous, { mapRunFailedEventDetails: { error: name, cause: reason } });
    throw error;
  }
}
