import { functionTask, jobTask, noticeTask, refusalTask, resultTask } from './states.ts';
import type { State } from './states.ts';

export interface PublishDayProps {
  readonly environment: string;
  readonly loadJob: string;
  readonly goldJob: string;
  readonly gateFunctionArn: string;
  readonly lakeBucket: string;
  readonly topicArn: string;
  /** Days back that are built again where late events touched them, on a usual night and on a Sunday's. */
  readonly restateDays: number;
  readonly restateWeeklyDays: number;
  readonly workers: number;
  /** Batch window of the archive functions, seconds. */
  readonly windowSeconds: number;
}

/** Seconds before a load: markers take a batch window to be archived, and as long again for the put; after some looks, a load's time. */
const wait = ({ windowSeconds }: PublishDayProps): string => `{% $looks = 1 ? ${Math.max(2 * windowSeconds - JOB_START, 0)} : $looks < 4 ? ${Math.max(2 * windowSeconds, LEAST_WAIT)} : 300 %}`;
/** No job asks the ledger for objects sooner than this after its start. The first look that finds a marker missing pays only what is left of the wait. */
const JOB_START = 5;
const LEAST_WAIT = 5;
/** How long building takes, minutes, until a run has measured it. */
const BUILD_MINUTES = 20;
/** Runs of build-gold that are looked at for how long building takes. */
const LOOK_BACK = 30;
/** Minutes that the longest of the last good runs took; of the day alone, and with the days before it. */
const minutes = (which: string, otherwise: string): string => `( $took := $good[${which}].ExecutionTime; $count($took) = 0 ? ${otherwise} : $ceil($max($filter($took, function($v, $i) { $i < 7 })) / 60) )`;
const ALONE = `$not($contains(Arguments."--dates", ','))`;
/** Glue takes twice the workers for a run that a person asked to be larger. */
const LARGER = 2;

const ESTIMATE = "Readers have it, by the last runs (' & $string($buildMinutes) & ' min),";

/** Days that can wait do so: the day itself would miss its objective with them. A person's word counts more. */
const SKIPS = '$gate.hurry and $not($exists($states.input.restateDays))';

/** Days to build, newest first, as text with commas. A day that nothing has touched costs a look into the ledger. */
const dates = ({ restateDays, restateWeeklyDays }: PublishDayProps): string =>
  `{% ( $back := $exists($states.input.restateDays) ? $states.input.restateDays : $gate.hurry ? 0 : ($fromMillis($toMillis($day), '[F1]') = '7' ? ${restateWeeklyDays} : ${restateDays}); $join([0..$back].($fromMillis($toMillis($day) - $ * 86400000, '[Y0001]-[M01]-[D01]')), ',') ) %}`;

/**
 * One business day, from the gate to its readers: load silver and look at the gate until the day is complete (or the agreement
 * is reached), build gold for it and for the days that late events touched, tell people. Input: `day`, `run`; optional
 * `restateDays`, `size: "larger"`, `severities` (other severities for rules, as build-gold takes them).
 */
export const publishDay = (props: PublishDayProps): Readonly<Record<string, unknown>> => ({
  StartAt: 'Begin',
  States: { ...beginStates(props), ...gateStates(props), ...dangerStates(props), ...buildStates(props), ...endStates(props) },
});

const beginStates = ({ goldJob }: PublishDayProps): Record<string, State> => ({
  Begin: {
    Type: 'Pass',
    Assign: { day: '{% $states.input.day %}', run: '{% $states.input.run %}', startedAt: '{% $states.context.Execution.StartTime %}', warned: false, looks: 0, flagged: false, missing: '', buildMinutes: BUILD_MINUTES, restateMinutes: BUILD_MINUTES },
    Next: 'MeasureBuilds',
  },
  // An estimate for people, and what says whether time is short; a day is published without it, too.
  MeasureBuilds: {
    Type: 'Task',
    Resource: 'arn:aws:states:::aws-sdk:glue:getJobRuns',
    Arguments: { JobName: goldJob, MaxResults: LOOK_BACK },
    Assign: {
      buildMinutes: `{% ( $good := $states.result.JobRuns[JobRunState = 'SUCCEEDED' and $exists(Arguments."--dates")]; ${minutes(ALONE, minutes(`$not(${ALONE})`, '$buildMinutes'))} ) %}`,
      restateMinutes: `{% ( $good := $states.result.JobRuns[JobRunState = 'SUCCEEDED' and $exists(Arguments."--dates")]; ${minutes(`$not(${ALONE})`, '$restateMinutes')} ) %}`,
    },
    Output: '{% $states.input %}',
    Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 2 }],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'LookAtGate' }],
    Next: 'LookAtGate',
  },
});

const gateStates = (props: PublishDayProps): Record<string, State> => ({
  LookAtGate: functionTask({
    functionArn: props.gateFunctionArn,
    payload: { day: '{% $day %}', startedAt: '{% $startedAt %}', warned: '{% $warned %}', buildMinutes: '{% $buildMinutes %}', restateMinutes: '{% $restateMinutes %}' },
    assign: { gate: '{% $states.result.Payload %}', missing: '{% $states.result.Payload.summary %}', looks: '{% $looks + 1 %}' },
    next: 'WhatNext',
    catch: 'TellFailure',
  }),
  WhatNext: {
    Type: 'Choice',
    Choices: [
      { Condition: "{% $gate.step = 'publish' and $gate.late and $not($warned) %}", Next: 'TellLate' },
      { Condition: "{% $gate.step = 'publish' %}", Next: 'ChooseDays' },
      { Condition: "{% $gate.step = 'publish-flagged' %}", Assign: { flagged: true }, Next: 'ChooseDays' },
      { Condition: "{% $gate.step = 'keep-previous' %}", Next: 'TellKept' },
      { Condition: "{% $gate.step = 'warn' %}", Next: 'TellDanger' },
    ],
    Default: 'WaitForMarkers',
  },
  WaitForMarkers: { Type: 'Wait', Seconds: wait(props), Next: 'LoadSilver' },
  LoadSilver: jobTask({ jobName: props.loadJob, arguments: { '--run': "{% $run & '-load-' & $string($looks) %}" }, next: 'LookAtGate', catch: 'TellFailure' }),
});

/** Who waits for gold is told once, with an estimate. */
const dangerStates = ({ topicArn, environment }: PublishDayProps): Record<string, State> => ({
  TellDanger: noticeTask({
    topicArn,
    subject: `{% 'waybill ${environment}: gold of ' & $day & ' may miss its objective' %}`,
    message: `{% 'Not complete yet: ' & $missing & '. Objective ' & $gate.objective & ', agreement ' & $gate.agreement & '. ${ESTIMATE} if the rest came now: ' & $gate.estimate & '. Nothing is lost; readers see the days before until it is published.' %}`,
    next: 'NoteWarning',
  }),
  NoteWarning: { Type: 'Pass', Assign: { warned: true }, Next: 'WaitForMarkers' },
  TellLate: noticeTask({
    topicArn,
    subject: `{% 'waybill ${environment}: gold of ' & $day & ' will be late' %}`,
    message: `{% 'The day is complete and is being built. Objective ' & $gate.objective & ', agreement ' & $gate.agreement & '. ${ESTIMATE}: ' & $gate.estimate & '.' %}`,
    next: 'ChooseDays',
  }),
});

const buildStates = (props: PublishDayProps): Record<string, State> => ({
  ChooseDays: { Type: 'Pass', Assign: { dates: dates(props), skipped: `{% ${SKIPS} %}` }, Next: 'BuildGold' },
  BuildGold: jobTask({
    jobName: props.goldJob,
    arguments: "{% $merge([{ '--run': $run, '--dates': $dates, '--flagged': $string($flagged) }, $exists($states.input.severities) ? { '--audit-severities': $states.input.severities } : {}]) %}",
    more: { WorkerType: 'G.1X', NumberOfWorkers: `{% $states.input.size = 'larger' ? ${LARGER * props.workers} : ${props.workers} %}` },
    next: 'ReadResult',
    catch: 'TellFailure',
  }),
  ReadResult: resultTask({ bucket: props.lakeBucket, key: "'runs/build-gold/' & $run & '/summary.json'", next: 'IsRefused', catch: 'TellFailure' }),
  // A rule's no is the job's answer: the run ends, and nobody asks again.
  IsRefused: {
    Type: 'Choice',
    Choices: [{ Condition: "{% $result.state = 'failed' %}", Assign: { refusal: "{% $join([$result.refused.text], '\\n') & '\\n' & $result.advice & '\\n' & $result.summary %}" }, Next: 'TellRefused' }],
    Default: 'TellSuccess',
  },
});

const endStates = ({ topicArn, environment }: PublishDayProps): Record<string, State> => ({
  TellSuccess: noticeTask({
    topicArn,
    subject: `{% 'waybill ${environment}: gold of ' & $day & ($flagged ? ' is published, incomplete' : ' is published') %}`,
    message: "{% $result.summary & ($flagged ? ' Incomplete: ' & $missing : '') & ($skipped ? ' Time was short: days that late events touched were not built again; the next run does it.' : '') %}",
    next: 'Published',
  }),
  Published: { Type: 'Succeed', Output: { day: '{% $day %}', run: '{% $run %}', flagged: '{% $flagged %}', skipped: '{% $skipped %}', looks: '{% $looks %}', result: '{% $result %}' } },
  TellKept: noticeTask({
    topicArn,
    subject: `{% 'waybill ${environment}: gold of ' & $day & ' was not published by its agreement' %}`,
    message: "{% 'Readers keep the days before. Missing: ' & $missing & '. When it has come: waybill run publish-day --date ' & $day %}",
    next: 'KeptPrevious',
  }),
  KeptPrevious: { Type: 'Fail', Error: 'Waybill.DayIncomplete', Cause: "{% 'Readers keep the days before ' & $day & '. Missing: ' & $missing %}" },
  TellRefused: noticeTask({
    topicArn,
    subject: `{% $substring('waybill ${environment}: refused, readers keep what they had: gold of ' & $join($distinct([$result.refused.day]), ', '), 0, 100) %}`,
    message: '{% $refusal %}',
    next: 'NoteRefusal',
  }),
  NoteRefusal: refusalTask({ environment, machine: 'publish-day', next: 'Refused' }),
  Refused: { Type: 'Fail', Error: 'Waybill.DayRefused', Cause: '{% $refusal %}' },
  TellFailure: noticeTask({
    topicArn,
    subject: `{% 'waybill ${environment}: publishing ' & $day & ' failed' %}`,
    message: "{% $failure.Error & ': ' & $substring($failure.Cause, 0, 2000) %}",
    next: 'Failed',
  }),
  Failed: { Type: 'Fail', Error: '{% $failure.Error %}', Cause: '{% $failure.Cause %}' },
});
