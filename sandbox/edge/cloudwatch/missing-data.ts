/**
 * The decision of a metric alarm from its evaluation range, as the CloudWatch User Guide states it in "How alarm state is evaluated when
 * data is missing" and "Avoiding premature transitions to alarm state". Its tables are a test.
 */

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';
/** `0` within the threshold, `X` breaching, `-` no data. */
export type Point = '0' | 'X' | '-';

export interface Decision {
  /** The evaluation range, oldest first: more than `evaluationPeriods` points. */
  readonly points: readonly Point[];
  /** M: so many breaching points make an alarm. */
  readonly datapointsToAlarm: number;
  /** N. */
  readonly evaluationPeriods: number;
  readonly missing: MissingData;
  readonly current: AlarmState;
}

export function decideState({ points, datapointsToAlarm, evaluationPeriods, missing, current }: Decision): AlarmState {
  const real = points.filter((point) => point !== '-');
  // Enough real points: the missing ones do not count.
  if (real.length >= evaluationPeriods) return alarmIf(breaching(real.slice(-evaluationPeriods)) >= datapointsToAlarm);

  const filled = evaluationPeriods - real.length;
  if (missing === 'breaching') return alarmIf(breaching(real) + filled >= datapointsToAlarm);
  if (missing === 'notBreaching') return alarmIf(breaching(real) >= datapointsToAlarm);
  if (real.length === 0) return missing === 'ignore' ? current : 'INSUFFICIENT_DATA';
  if (breaching(real) >= datapointsToAlarm) return 'ALARM';
  if (breaching(real) < real.length) return 'OK';
  if (missing === 'ignore') return current;

  // Only breaching points, fewer than M: an alarm once the oldest of them is M periods old, so that late data may still come.
  const age = points.length - points.indexOf('X');
  return age >= datapointsToAlarm ? 'ALARM' : current;
}

const breaching = (points: readonly Point[]): number => points.filter((point) => point === 'X').length;
const alarmIf = (yes: boolean): AlarmState => (yes ? 'ALARM' : 'OK');
