import { jobTask, noticeTask, refusalTask, resultTask } from './states.ts';
import type { State } from './states.ts';

export interface BackfillDaysProps {
  readonly environment: string;
  /** A job of its own beside build-gold: a backfill takes none of the runs that live days need. */
  readonly job: string;
  readonly lakeBucket: string;
  readonly topicArn: string;
  /** Glue runs at once, and days that one run takes, when the input does not say. */
  readonly width: number;
  readonly daysPerRun: number;
}

/** Where a run leaves one object per day: `done/<day>.json`, or `failed/<day>.json` for a day that was tried and not published. */
const DONE_PREFIX = "{% 'runs/backfill-days/' & $run & '/days/done/' %}";
/** Days from `from` to `to`, both included; a list also when it is one. */
const ALL_DAYS = "[[0..($toMillis($states.input.to) - $toMillis($states.input.from)) / 86400000].$fromMillis($toMillis($states.input.from) + $ * 86400000, '[Y0001]-[M01]-[D01]')]";
const DONE = "[$states.result.Contents.$substringBefore($substringAfter(Key, '/days/done/'), '.json')]";

/**
 * Days of gold, some at once. Each day is its own unit: staged, audited, published and noted by itself; a Glue run takes several
 * to start Spark once for them. What is noted as done is not taken again, so the same run may be started as often as it was
 * ended. Input: `run`, `from`, `to` (days); optional `logic`, `tables`, `width`, `daysPerRun`; `compare` (`each`: a day that would
 * change more than `tolerancesKey` allows is not published; `all`: then none is) with `tolerancesKey`, a file in the lake bucket.
 */
export const backfillDays = (props: BackfillDaysProps): Readonly<Record<string, unknown>> => ({
  StartAt: 'Begin',
  States: { ...planStates(props), ...compareStates(props), ...buildStates(props), ...endStates(props) },
});

const planStates = ({ lakeBucket, width, daysPerRun }: BackfillDaysProps): Record<string, State> => ({
  Begin: {
    Type: 'Pass',
    Assign: {
      run: '{% $states.input.run %}',
      all: `{% ${ALL_DAYS} %}`,
      range: "{% $states.input.from & ' to ' & $states.input.to %}",
      width: `{% $exists($states.input.width) ? $states.input.width : ${width} %}`,
      daysPerRun: `{% $exists($states.input.daysPerRun) ? $states.input.daysPerRun : ${daysPerRun} %}`,
      options: "{% $merge([{}, $exists($states.input.logic) ? {'--logic': $states.input.logic} : {}, $exists($states.input.tables) ? {'--tables': $states.input.tables} : {}, $exists($states.input.compare) ? {'--compare': 'true', '--report-prefix': 'reports/backfill-days/' & $states.input.run & '/'} : {}, $exists($states.input.tolerancesKey) ? {'--tolerances-key': $states.input.tolerancesKey} : {}]) %}",
      byRules: false,
      comparesAll: "{% $exists($states.input.compare) and $states.input.compare = 'all' %}",
    },
    Next: 'LookWhatIsDone',
  },
  LookWhatIsDone: {
    ...listDone(lakeBucket),
    Assign: { before: `{% ${DONE} %}` },
    Next: 'ChooseRuns',
  },
  ChooseRuns: {
    Type: 'Pass',
    Assign: { chunks: "{% ( $left := [$filter($all, function($day) { $not($day in $before) })]; $count($left) = 0 ? [] : [[0..$ceil($count($left) / $daysPerRun) - 1].( $at := $ * $daysPerRun; { 'first': $left[$at], 'dates': $join($filter($left, function($day, $i) { $i >= $at and $i < $at + $daysPerRun }), ',') } )] ) %}" },
    Next: 'IsComparedFirst',
  },
});

/** All days are staged beside what readers have, and none is published when one would change too much. Then each is looked at once more as it is built. */
const compareStates = (props: BackfillDaysProps): Record<string, State> => ({
  IsComparedFirst: {
    Type: 'Choice',
    Choices: [{ Condition: '{% $comparesAll and $count($chunks) > 0 %}', Next: 'CompareDays' }],
    Default: 'BuildDays',
  },
  CompareDays: daysMap(props, { label: 'compare', suffix: '-compare', notes: 'compared', more: "{'--stage-only': 'true'}", next: 'IsAnyHeld' }),
  IsAnyHeld: {
    Type: 'Choice',
    Choices: [{ Condition: '{% $count($causes) > 0 %}', Next: 'SayWhatDiffers' }],
    Default: 'BuildDays',
  },
  SayWhatDiffers: {
    Type: 'Pass',
    Assign: { failure: { Error: 'Waybill.DaysDiffer', Cause: "{% 'Nothing was published: days differ from what readers have by more than is allowed. ' & $substring($join($causes, ' | '), 0, 1500) & ' Reports: reports/backfill-days/' & $run & '/' %}" } },
    Next: 'TellFailure',
  },
});

const buildStates = (props: BackfillDaysProps): Record<string, State> => ({ BuildDays: daysMap(props, { label: 'days', suffix: '', notes: 'days', more: '{}', next: 'CountDays' }) });

interface DaysMap {
  readonly label: string;
  /** Of the Glue runs' names. */
  readonly suffix: string;
  /** Folder of the run in which each day is noted. */
  readonly notes: string;
  /** More arguments of the job, as an expression. */
  readonly more: string;
  readonly next: string;
}

/** Glue runs over all chunks; `$causes` has why some of their days were not published, `$refused` the days that rules kept back. */
function daysMap({ job, lakeBucket }: BackfillDaysProps, { label, suffix, notes, more, next }: DaysMap): State {
  const run = `$states.input.run & '-' & $states.input.first & '${suffix}'`;
  return {
    Type: 'Map',
    Label: label,
    Items: '{% $chunks %}',
    MaxConcurrency: '{% $width %}',
    ItemSelector: { dates: '{% $states.context.Map.Item.Value.dates %}', first: '{% $states.context.Map.Item.Value.first %}', run: '{% $run %}', options: '{% $options %}' },
    // Days that cannot be published are counted afterwards; the others go on, also when a child itself is lost.
    ToleratedFailurePercentage: 100,
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'BuildGold',
      States: {
        BuildGold: jobTask({
          jobName: job,
          arguments: `{% $merge([{ '--run': ${run}, '--dates': $states.input.dates, '--days-prefix': 'runs/backfill-days/' & $states.input.run & '/${notes}/' }, $states.input.options, ${more}]) %}`,
          next: 'ReadResult',
          catch: 'NotBuilt',
        }),
        ReadResult: resultTask({ bucket: lakeBucket, key: `'runs/build-gold/' & ${run} & '/summary.json'`, next: 'Built', catch: 'NotBuilt' }),
        Built: { Type: 'Pass', Output: "{% ( $why := [$result.refused.text, $result.held]; $count($why) = 0 ? {} : { 'cause': $why[0], 'refused': [$result.refused.day] } ) %}", End: true },
        NotBuilt: { Type: 'Pass', Output: { cause: '{% $substring($failure.Cause, 0, 500) %}' }, End: true },
      },
    },
    Assign: { causes: '{% [$states.result[$exists(cause)].cause] %}', refused: '{% [$states.result.refused] %}' },
    Output: '{% $states.input %}',
    Catch: [{ ErrorEquals: ['States.ALL'], Assign: { failure: '{% $states.errorOutput %}' }, Next: 'TellFailure' }],
    Next: next,
  };
}

const endStates = ({ lakeBucket, topicArn, environment }: BackfillDaysProps): Record<string, State> => ({
  CountDays: {
    ...listDone(lakeBucket),
    Assign: { left: `{% ( $done := ${DONE}; [$filter($all, function($day) { $not($day in $done) })] ) %}`, done: `{% $count(${DONE}) %}` },
    Next: 'IsAnyLeft',
  },
  IsAnyLeft: {
    Type: 'Choice',
    Choices: [{ Condition: '{% $count($left) = 0 %}', Next: 'TellSuccess' }],
    Default: 'SayWhichAreLeft',
  },
  SayWhichAreLeft: {
    Type: 'Pass',
    Assign: { byRules: '{% $count($filter($left, function($day) { $not($day in $refused) })) = 0 %}', failure: { Error: 'Waybill.DaysNotPublished', Cause: "{% $string($count($left)) & ' of ' & $string($count($all)) & ' days were not published: ' & $join($filter($left, function($day, $i) { $i < 20 }), ', ') & ($count($left) > 20 ? ', …' : '') & '. ' & ($count($causes) > 0 ? $causes[0] & ' ' : '') & 'Readers keep what they had of these days. Each day by itself: runs/backfill-days/' & $run & '/days/failed/' %}" } },
    Next: 'TellFailure',
  },
  TellSuccess: noticeTask({
    topicArn,
    subject: `{% $substring('waybill ${environment}: ' & $run & ' is done', 0, 100) %}`,
    message: "{% 'All ' & $string($count($all)) & ' days from ' & $range & ' are published or were unchanged.' %}",
    next: 'Published',
  }),
  Published: { Type: 'Succeed', Output: { run: '{% $run %}', days: '{% $count($all) %}', doneBefore: '{% $count($before) %}' } },
  TellFailure: noticeTask({
    topicArn,
    subject: `{% $substring('waybill ${environment}: ' & $run & ' left days unpublished', 0, 100) %}`,
    message: "{% $failure.Error & ': ' & $substring($failure.Cause, 0, 2000) & ' To go on with them: waybill backfill with the same range.' %}",
    next: 'IsByRules',
  }),
  IsByRules: {
    Type: 'Choice',
    Choices: [{ Condition: '{% $byRules %}', Next: 'NoteRefusal' }],
    Default: 'Failed',
  },
  NoteRefusal: refusalTask({ environment, machine: 'backfill-days', next: 'Failed' }),
  Failed: { Type: 'Fail', Error: '{% $failure.Error %}', Cause: '{% $failure.Cause %}' },
});

/** Days that are done; a page holds 1,000, which is more than a backfill takes. */
const listDone = (bucket: string): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:s3:listObjectsV2',
  Arguments: { Bucket: bucket, Prefix: DONE_PREFIX },
  Output: '{% $states.input %}',
  Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 3 }],
  Catch: [{ ErrorEquals: ['States.ALL'], Assign: { failure: '{% $states.errorOutput %}' }, Next: 'TellFailure' }],
});
