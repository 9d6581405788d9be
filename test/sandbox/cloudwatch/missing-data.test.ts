/**
 * The two tables of "How alarm state is evaluated when data is missing" and the cases of "Avoiding premature transitions to alarm state"
 * (Amazon CloudWatch User Guide). Points oldest first; R: the current state is retained; each row from all three prior states.
 */
import { decideState, type AlarmState, type MissingData, type Point } from '../../../sandbox/edge/cloudwatch/missing-data.ts';

type Expected = AlarmState | 'R';
const INSUFFICIENT = 'INSUFFICIENT_DATA';
const MODES: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const STATES: readonly AlarmState[] = ['OK', 'ALARM', INSUFFICIENT];

const TABLES: readonly { m: number; n: number; rows: readonly (readonly [points: string, ...expected: [Expected, Expected, Expected, Expected]])[] }[] = [
  {
    m: 3,
    n: 3,
    rows: [
      ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
      ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
      ['- - - - -', INSUFFICIENT, 'R', 'ALARM', 'OK'],
      ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['- - X - -', 'ALARM', 'R', 'ALARM', 'OK'],
    ],
  },
  {
    m: 2,
    n: 3,
    rows: [
      ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
      ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
      ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
      ['- - - X -', 'ALARM', 'R', 'ALARM', 'OK'],
    ],
  },
];

const read = (points: string): Point[] => points.split(' ').map((point) => (point === 'X' || point === '0' ? point : '-'));

const cases = TABLES.flatMap(({ m, n, rows }) => rows.flatMap(([points, ...expected]) => MODES.flatMap((missing, index) => STATES.map((current) => ({ m, n, points, missing, current, expected: expected[index] === 'R' ? current : expected[index] })))));

describe('the tables of the CloudWatch User Guide', () => {
  it('are here in full', () => {
    expect(cases).toHaveLength(120);
  });

  it.each(cases)('$m of $n with $points, missing data $missing, from $current: $expected', ({ m, n, points, missing, current, expected }) => {
    expect(decideState({ points: read(points), datapointsToAlarm: m, evaluationPeriods: n, missing, current })).toBe(expected);
  });
});

describe('premature transitions', () => {
  it.each([
    ['- - - - X', 'OK'],
    ['- - - X -', 'OK'],
    ['- - - X 0', 'OK'],
    ['- - X - 0', 'OK'],
    ['- - X - -', 'ALARM'],
  ])('3 of 3 with %s from OK: %s', (points, expected) => {
    expect(decideState({ points: read(points), datapointsToAlarm: 3, evaluationPeriods: 3, missing: 'missing', current: 'OK' })).toBe(expected);
  });
});
