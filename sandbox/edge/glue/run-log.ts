/** Where the lines of a run go: the groups that Glue writes, one stream a run. */
import type { LogShipper } from '../lambda/log-shipper.ts';
import type { JobRun } from './job-run.ts';

const GROUP = '/aws-glue/jobs';

export interface RunLog {
  readonly line: (stream: 'output' | 'error', line: string) => void;
  /** The run has ended: its streams get no more lines. */
  readonly close: () => void;
}

/** @param continuous group that also gets both streams of the driver, when the job asks for a continuous log */
export function createRunLog(shipper: LogShipper, run: JobRun, continuous: string | undefined): RunLog {
  const targets = (stream: 'output' | 'error'): [string, string][] => [
    [`${GROUP}/${stream}`, run.id],
    ...(continuous === undefined ? [] : [[continuous, `${run.id}-driver`] satisfies [string, string]]),
  ];
  return {
    line(stream, line) {
      if (line === '') return;
      for (const [group, name] of targets(stream)) shipper.add(group, name, line);
    },
    close() {
      for (const stream of ['output', 'error'] as const) for (const [group, name] of targets(stream)) shipper.close(group, name);
    },
  };
}
