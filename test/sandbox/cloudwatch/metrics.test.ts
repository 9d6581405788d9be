import { readEmf } from '../../../sandbox/edge/cloudwatch/emf.ts';
import { evaluateMath, type MathContext } from '../../../sandbox/edge/cloudwatch/math-functions.ts';
import { MetricMathError, parseMath } from '../../../sandbox/edge/cloudwatch/math-parser.ts';
import { evaluateQueries, readQueries } from '../../../sandbox/edge/cloudwatch/metric-queries.ts';
import { MetricStore, NO_SUCH_METRIC } from '../../../sandbox/edge/cloudwatch/metric-store.ts';

const MINUTE = 60_000;
const identity = (name: string, dimensions: Record<string, string> = {}): { namespace: string; name: string; dimensions: Record<string, string> } => ({ namespace: 'Waybill', name, dimensions });

describe('the metric store', () => {
  it('computes sums, counts, extremes, averages and percentiles', () => {
    const store = new MetricStore({ now: () => 10 * MINUTE });
    for (let value = 1; value <= 100; value += 1) store.put(identity('d'), 1_000 + value, value);
    const query = (statistic: string): number | undefined => store.query(identity('d'), { statistic, periodMs: MINUTE, from: 0, to: MINUTE }).get(0);
    expect(['Sum', 'SampleCount', 'Average', 'Minimum', 'Maximum', 'p50'].map(query)).toEqual([5050, 100, 50.5, 1, 100, 50.5]);
    expect(query('p99')).toBeCloseTo(99.01);
    expect(() => query('tm90')).toThrow(/"tm90" is not built/);
  });

  it('keeps dimension sets apart, whatever their order', () => {
    const store = new MetricStore({ now: () => MINUTE });
    store.put(identity('n', { a: '1', b: '2' }), 5, 1);
    store.put(identity('n', { b: '2', a: '1' }), 6, 1);
    store.put(identity('n', { a: '1' }), 7, 1);
    const window = { statistic: 'Sum', periodMs: MINUTE, from: 0, to: MINUTE };
    expect(store.query(identity('n', { a: '1', b: '2' }), window).get(0)).toBe(2);
    expect(store.query(identity('n', { a: '1' }), window).get(0)).toBe(1);
    expect(store.query(identity('n'), window)).toBe(NO_SUCH_METRIC);
  });

  it('gives the same sums before and after old buckets are merged, and forgets after the retention', () => {
    let now = 0;
    const store = new MetricStore({ now: () => now, retentionMs: 60 * MINUTE });
    for (; now < 90 * MINUTE; now += 5_000) {
      store.put(identity('n'), now, 1);
      if (now % MINUTE === 0) store.tidy();
    }
    const sums = store.query(identity('n'), { statistic: 'Sum', periodMs: 5 * MINUTE, from: 60 * MINUTE, to: 90 * MINUTE });
    expect([...sums.values()]).toEqual([60, 60, 60, 60, 60, 60]);
    store.tidy();
    expect(store.query(identity('n'), { statistic: 'Sum', periodMs: MINUTE, from: 0, to: 29 * MINUTE }).size).toBe(0);
    expect(store.status().buckets).toBeLessThan(200);
  });

  it('stays bounded with ever new values, and percentiles stay close', () => {
    const store = new MetricStore({ now: () => MINUTE });
    for (let index = 0; index < 50_000; index += 1) store.put(identity('n'), 0.5 * MINUTE, 1_000 + index / 7);
    const [first] = store.dump(0);
    expect(first?.buckets[0]?.[5].length).toBeLessThan(1_500);
    const p95 = store.query(identity('n'), { statistic: 'p95', periodMs: MINUTE, from: 0, to: MINUTE }).get(0) ?? 0;
    expect(Math.abs(p95 / (1_000 + 47_500 / 7) - 1)).toBeLessThan(0.01);
  });

  it('stays bounded with ever new series', () => {
    const store = new MetricStore({ now: () => MINUTE });
    for (let index = 0; index < 6_000; index += 1) store.put(identity('n', { id: String(index) }), 1, 1);
    expect(store.status().series).toBe(5_000);
  });

  it('comes back from its dump with sums, percentiles and the knowledge of silent metrics', () => {
    const before = new MetricStore({ now: () => 10 * MINUTE });
    for (const value of [1, 2, 3, 4]) before.put(identity('n'), 9 * MINUTE, value);
    before.put(identity('old'), 1 * MINUTE, 1);
    const after = new MetricStore({ now: () => 10 * MINUTE });
    after.restore(JSON.parse(JSON.stringify(before.dump(5 * MINUTE))) as ReturnType<MetricStore['dump']>);

    const window = { periodMs: MINUTE, from: 9 * MINUTE, to: 10 * MINUTE };
    expect(after.query(identity('n'), { ...window, statistic: 'Sum' }).get(9 * MINUTE)).toBe(10);
    expect(after.query(identity('n'), { ...window, statistic: 'p50' }).get(9 * MINUTE)).toBe(2.5);
    expect(after.query(identity('old'), { ...window, statistic: 'Sum' })).not.toBe(NO_SUCH_METRIC);
  });
});

describe('metric math', () => {
  const times = [0, 1, 2, 3].map((minute) => minute * MINUTE);
  const series = (values: (number | null)[]): Map<number, number> => new Map(values.flatMap((value, index) => (value === null ? [] : [[times[index] ?? 0, value] as const])));
  const context: MathContext = { times, periodMs: MINUTE, ids: new Map([['e1', series([1, null, 3, 0])], ['e2', series([1, 2, 1, 0])], ['n', series([10, 10, 0, 5])], ['never', NO_SUCH_METRIC]]) };
  const run = (source: string): (number | null)[] => {
    const result = evaluateMath(source, context);
    return times.map((time) => result.get(time) ?? null);
  };

  it.each<[string, (number | null)[]]>([
    ['e1+e2', [2, null, 4, 0]],
    ['FILL(e1, 0) + e2 * 2', [3, 4, 5, 0]],
    ["100 * SUM(METRICS('e')) / n", [20, 20, null, 0]],
    ['IF(n > 0, 100 * FILL(e1,0) / n, 0)', [10, 0, 0, 0]],
    ['FILL(e1, REPEAT)', [1, 1, 3, 0]],
    ['FILL(e1, LINEAR)', [1, 2, 3, 0]],
    ['FILL(never, 0)', [null, null, null, null]],
    ['MAX([e1, e2])', [1, 2, 3, 0]],
    ['RATE(n) * PERIOD(n)', [null, 0, -10, 5]],
    ['DIFF(n)', [null, 0, -10, 5]],
    ['RUNNING_SUM(e2)', [1, 3, 4, 4]],
    ['n > 5 AND e2 >= 1', [1, 1, 0, 0]],
    ['-e2 + 2 ^ 2 * 3', [11, 10, 11, 12]],
    ['2 ^ 3 ^ 2', [512, 512, 512, 512]],
    ['20 - 5 - 5', [10, 10, 10, 10]],
    ['SUM(n)', [25, 25, 25, 25]],
    ['CEIL(e2 / 2) + FLOOR(2.7) + ABS(0 - 1)', [4, 4, 4, 3]],
    ['!(e2 > 1)', [1, 0, 1, 1]],
  ])('%s', (source, expected) => {
    expect(run(source)).toEqual(expected);
  });

  it.each([
    ['ANOMALY_DETECTION_BAND(e1, 2)', /ANOMALY_DETECTION_BAND is not built/],
    ['e1 +', /unexpected end/],
    ['e1 ; 2', /cannot read/],
    ['(e1', /unexpected end/],
    ['nobody * 2', /unknown id "nobody"/],
  ])('%s is refused by name', (source, message) => {
    expect(() => run(source)).toThrow(MetricMathError);
    expect(() => run(source)).toThrow(message);
  });

  it('is checked when it is read, not when it should fire', () => {
    expect(() => parseMath('IF(a > ')).toThrow(/unexpected end/);
  });
});

describe('queries of an alarm', () => {
  const store = new MetricStore({ now: () => MINUTE });
  store.put(identity('Good'), 5, 90);
  store.put(identity('Bad'), 5, 10);
  const stat = (Id: string, MetricName: string): object => ({ Id, ReturnData: false, MetricStat: { Metric: { Namespace: 'Waybill', MetricName }, Period: 60, Stat: 'Sum' } });
  const window = { periodMs: MINUTE, from: 0, to: MINUTE };

  it('may name each other in any order', () => {
    const queries = readQueries([{ Id: 'share', Expression: '100 * bad / total' }, { Id: 'bad', Expression: 'FILL(b, 0)', ReturnData: false }, stat('b', 'Bad'), { Id: 'total', Expression: 'bad + g', ReturnData: false }, stat('g', 'Good')]);
    expect(evaluateQueries(store, queries, window).get('share')?.get(0)).toBe(10);
  });

  it('that name themselves are refused', () => {
    expect(() => evaluateQueries(store, readQueries([{ Id: 'a', Expression: 'b + 1' }, { Id: 'b', Expression: 'a + 1' }]), window)).toThrow(/names itself/);
  });
});

describe('embedded metric format', () => {
  const document = { _aws: { Timestamp: 5, CloudWatchMetrics: [{ Namespace: 'W', Dimensions: [['c'], ['c', 'rule'], ['absent']], Metrics: [{ Name: 'n' }, { Name: 'lag', Unit: 'Milliseconds' }] }] }, c: 'fix', rule: 'r1', n: 4, lag: [1, 2] };

  it('becomes one value per dimension set, metric and array member; a set with a missing member is left out', () => {
    const values = readEmf(JSON.stringify(document));
    expect(values).toHaveLength(6);
    expect(values[0]).toEqual({ identity: { namespace: 'W', name: 'n', dimensions: { c: 'fix' } }, time: 5, value: 4 });
  });

  it.each(['START RequestId: 1', '{"CloudWatchMetrics"', '{"CloudWatchMetrics": 5}', '[{"CloudWatchMetrics":1}]'])('other lines give nothing: %s', (line) => {
    expect(readEmf(line)).toEqual([]);
  });
});
