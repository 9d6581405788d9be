import { jobTask, noticeTask, resultTask } from './states.ts';
import type { State } from './states.ts';

export interface CompareLogicProps {
  readonly environment: string;
  readonly job: string;
  readonly lakeBucket: string;
  readonly topicArn: string;
}

/** Input fields that become arguments of the job when they are there. */
const OPTIONS: Readonly<Record<string, string>> = { candidate: '--candidate', against: '--against', tables: '--tables', tolerancesKey: '--tolerances-key' };

const options = `$merge([{ '--run': $states.input.run, '--from': $states.input.from, '--to': $states.input.to }, ${Object.entries(OPTIONS).map(([field, argument]) => `$exists($states.input.${field}) ? {'${argument}': $states.input.${field}} : {}`).join(', ')}])`;

/**
 * Builds a range with a candidate beside the current state and reports the differences; nothing that readers see is written. A
 * comparison above its limit raises one alarm, by the job's metric. Input: `run`, `from`, `to`; optional `candidate`, `against`,
 * `tables`, `tolerancesKey`.
 */
export const compareLogic = ({ environment, job, lakeBucket, topicArn }: CompareLogicProps): Readonly<Record<string, unknown>> => ({
  StartAt: 'Begin',
  States: {
    Begin: { Type: 'Pass', Assign: { run: '{% $states.input.run %}' }, Next: 'Compare' },
    Compare: jobTask({ jobName: job, arguments: `{% ${options} %}`, next: 'ReadResult', catch: 'TellFailure' }),
    ReadResult: resultTask({ bucket: lakeBucket, key: "'runs/compare-logic/' & $run & '/result.json'", next: 'Compared', catch: 'TellFailure' }),
    Compared: { Type: 'Succeed', Output: { run: '{% $run %}', result: '{% $result %}' } },
    ...failure(environment, topicArn),
  },
});

const failure = (environment: string, topicArn: string): Record<string, State> => ({
  TellFailure: noticeTask({
    topicArn,
    subject: `{% $substring('waybill ${environment}: ' & $run & ' failed', 0, 100) %}`,
    message: "{% $failure.Error & ': ' & $substring($failure.Cause, 0, 2000) %}",
    next: 'Failed',
  }),
  Failed: { Type: 'Fail', Error: '{% $failure.Error %}', Cause: '{% $failure.Cause %}' },
});
