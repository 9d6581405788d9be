import { functionError, Lab, task } from './lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const distributed = (more: object = {}): Record<string, unknown> => ({ ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'D', States: { D: task() }, ...more });
const days = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const overDays = (more: object = {}): Record<string, unknown> => ({
  M: { Type: 'Map', Items: '{% $states.input.days %}', ItemSelector: { day: '{% $states.context.Map.Item.Value %}' }, ItemProcessor: distributed(), Label: 'days', End: true, ...more },
});
const failing = (bad: number[]) => ({ day }: { day: number }): number => {
  if (bad.includes(day)) throw functionError('DayFailed');
  return day * 10;
};

async function mapRun(executionArn: string): Promise<Record<string, unknown>> {
  const { mapRuns } = (await lab.api.call('ListMapRuns', { executionArn })) as { mapRuns: { mapRunArn: string }[] };
  return lab.api.call('DescribeMapRun', { mapRunArn: mapRuns[0]?.mapRunArn });
}

it.each([['inline', {}], ['distributed', { ItemProcessor: distributed(), Label: 'x' }]])('keeps the order and the bound on how many run at once: %s', async (_mode, more) => {
  let [now, most] = [0, 0];
  lab = new Lab({
    lambda: async (item: number) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, item % 2 === 0 ? 1 : 6));
      now -= 1;
      return item * 10;
    },
  });
  const M = { Type: 'Map', Items: days(20), MaxConcurrency: 4, ItemProcessor: { StartAt: 'D', States: { D: task() } }, End: true, ...more };

  expect(await lab.output({ M })).toEqual(days(20).map((day) => day * 10));
  expect(most).toBe(4);
});

it('answers an empty list for no items', async () => {
  lab = new Lab();
  expect(await lab.output(overDays(), { days: [] })).toEqual([]);
  expect(await lab.output({ M: { Type: 'Map', ItemProcessor: { StartAt: 'D', States: { D: task() } }, End: true } }, [], { name: 'inline' })).toEqual([]);
});

it('tolerates two of thirty days at ten percent, and counts them', async () => {
  lab = new Lab({ lambda: failing([7, 9]) });
  const { output, arn } = await lab.run(overDays({ ToleratedFailurePercentage: 10 }), { days: days(30) });

  expect(JSON.parse(output ?? '[]')).toHaveLength(28);
  const run = await mapRun(arn);
  expect(run).toMatchObject({ status: 'SUCCEEDED', toleratedFailurePercentage: 10, itemCounts: { total: 30, succeeded: 28, failed: 2 } });
  const { executions } = (await lab.api.call('ListExecutions', { mapRunArn: run['mapRunArn'], statusFilter: 'FAILED' })) as { executions: { executionArn: string }[] };
  expect(executions).toHaveLength(2);
  expect(await lab.api.call('DescribeExecution', { executionArn: executions[0]?.executionArn })).toMatchObject({ error: 'DayFailed', redriveStatus: 'REDRIVABLE_BY_MAP_RUN' });
});

it.each([
  ['no tolerance', {}, [2], 'FAILED'],
  ['one by count', { ToleratedFailureCount: 1 }, [2], 'SUCCEEDED'],
  ['two where one is tolerated', { ToleratedFailureCount: 1 }, [2, 3], 'FAILED'],
  ['both given, the count passed', { ToleratedFailureCount: 1, ToleratedFailurePercentage: 90 }, [2, 3], 'FAILED'],
  ['both given, the share passed', { ToleratedFailureCount: 9, ToleratedFailurePercentage: 10 }, [2, 3], 'FAILED'],
])('%s', async (_what, tolerance, bad, status) => {
  lab = new Lab({ lambda: failing(bad) });
  const ended = await lab.run(overDays(tolerance), { days: days(10) });
  expect(ended.status).toBe(status);
  expect(ended.error).toBe(status === 'FAILED' ? 'States.ExceedToleratedFailureThreshold' : undefined);
});

it('fails an inline map with the error of its iteration and cuts the others', async () => {
  lab = new Lab({ lambda: (day: number) => (day === 2 ? Promise.reject(functionError('DayFailed')) : new Promise(() => undefined)) });
  const { error, arn } = await lab.run({ M: { Type: 'Map', Items: [1, 2, 3], ItemProcessor: { StartAt: 'D', States: { D: task() } }, End: true } });
  expect(error).toBe('DayFailed');
  const types = await lab.types(arn);
  expect([types.filter((type) => type === 'MapIterationFailed'), types.filter((type) => type === 'MapIterationAborted')]).toEqual([['MapIterationFailed'], ['MapIterationAborted', 'MapIterationAborted']]);
});

describe('batches', () => {
  const batched = (ItemBatcher: object): Record<string, unknown> => ({
    M: { Type: 'Map', Items: '{% $states.input %}', ItemBatcher, ItemProcessor: { ...distributed(), States: { D: { Type: 'Pass', End: true } } }, End: true },
  });

  it('by count, with an input of their own', async () => {
    lab = new Lab();
    expect(await lab.output(batched({ MaxItemsPerBatch: 2, BatchInput: { run: '{% $states.context.Execution.Input[0] %}' } }), [1, 2, 3])).toEqual([{ BatchInput: { run: 1 }, Items: [1, 2] }, { BatchInput: { run: 1 }, Items: [3] }]);
  });

  it('by bytes', async () => {
    lab = new Lab();
    const items = days(6).map((day) => `${day}`.repeat(40));
    const batches = (await lab.output(batched({ MaxInputBytesPerBatch: 120 }), items)) as { Items: string[] }[];
    expect(batches.map(({ Items }) => Items.length)).toEqual([2, 2, 2]);
    expect(Math.max(...batches.map((batch) => JSON.stringify(batch).length))).toBeLessThanOrEqual(120);
  });
});

describe('readers', () => {
  const reading = (ReaderConfig: object, resource = 's3:getObject'): Record<string, unknown> => ({
    M: { Type: 'Map', ItemReader: { Resource: `arn:aws:states:::${resource}`, Arguments: { Bucket: 'b', Key: '{% $states.input.key %}' }, ReaderConfig }, ItemProcessor: { ...distributed(), States: { D: { Type: 'Pass', End: true } } }, End: true },
  });

  it.each([
    ['JSON', { InputType: 'JSON' }, '[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['JSON below a pointer', { InputType: 'JSON', ItemsPointer: '/days/list' }, '{"days":{"list":[1,2]}}', [1, 2]],
    ['JSON lines, at most two', { InputType: 'JSONL', MaxItems: 2 }, '{"a":1}\n{"a":2}\n{"a":3}\n', [{ a: 1 }, { a: 2 }]],
    ['CSV with quotes, its first row the names', { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' }, 'a,b\n1,"x, y"\n2,\n', [{ a: '1', b: 'x, y' }, { a: '2', b: '' }]],
    ['CSV with given names and another delimiter', { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a', 'b'], CSVDelimiter: 'SEMICOLON' }, '1;2\n', [{ a: '1', b: '2' }]],
  ])('%s', async (_what, config, Body, expected) => {
    const asked: unknown[] = [];
    lab = new Lab({ 's3:GetObject': (args) => { asked.push(args); return { Body }; } });
    expect(await lab.output(reading(config), { key: 'days.json' })).toEqual(expected);
    expect(asked).toEqual([{ Bucket: 'b', Key: 'days.json' }]);
  });

  it('a listing of objects, over all of its pages', async () => {
    const page = (Key: string, more: object): object => ({ Contents: [{ Key, ETag: '"e"', LastModified: '2026-11-21T10:00:00.000Z', Size: 3 }], ...more });
    lab = new Lab({ 's3:ListObjectsV2': ({ ContinuationToken }: { ContinuationToken?: string }) => (ContinuationToken === undefined ? page('a', { NextContinuationToken: 't' }) : page('b', {})) });
    expect(await lab.output(reading({}, 's3:listObjectsV2'), { key: '' })).toMatchObject([{ Key: 'a', Size: 3, LastModified: 1_795_255_200 }, { Key: 'b' }]);
  });

  it('what cannot be read is States.ItemReaderFailed', async () => {
    lab = new Lab({ 's3:GetObject': () => ({ Body: '{"a":1}' }) });
    expect(await lab.run(reading({ InputType: 'JSON' }), { key: 'k' })).toMatchObject({ error: 'States.ItemReaderFailed', cause: 'Attempting to map over non-iterable node.' });
  });
});

describe('results', () => {
  const written = async (ResultWriter: object): Promise<{ output: unknown; objects: Map<string, string> }> => {
    const objects = new Map<string, string>();
    lab = new Lab({ lambda: failing([2]), 's3:PutObject': ({ Key, Body }: { Key: string; Body: string }) => { objects.set(Key.replace(/[0-9a-f-]{36}/, 'RUN'), Body); return {}; } });
    return { output: await lab.output(overDays({ ToleratedFailureCount: 1, ResultWriter }), { days: [1, 2, 3] }), objects };
  };
  const resource = { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'b', Prefix: 'out' } };

  it('go into files by end, with a manifest that the state answers', async () => {
    const { output, objects } = await written(resource);
    expect(output).toMatchObject({ ResultWriterDetails: { Bucket: 'b', Key: expect.stringMatching(/^out\/[0-9a-f-]{36}\/manifest\.json$/) as unknown } });
    expect([...objects.keys()].sort()).toEqual(['out/RUN/FAILED_0.json', 'out/RUN/SUCCEEDED_0.json', 'out/RUN/manifest.json']);
    expect(JSON.parse(objects.get('out/RUN/FAILED_0.json') ?? '')).toMatchObject([{ Status: 'FAILED', Error: 'DayFailed', Input: '{"day":2}' }]);
  });

  it('as plain outputs, a line each', async () => {
    const { objects } = await written({ ...resource, WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSONL' } });
    expect(objects.get('out/RUN/SUCCEEDED_0.jsonl')).toBe('10\n30\n');
  });
});

it('runs 2,000 transitions and 1,000 iterations quickly, and writes them all down', async () => {
  lab = new Lab({ lambda: () => 1 });
  const states = {
    L: { Type: 'Pass', Assign: { i: '{% $exists($i) ? $i + 1 : 1 %}' }, Next: 'C' },
    C: { Type: 'Choice', Choices: [{ Condition: '{% $i < 1000 %}', Next: 'L' }], Default: 'M' },
    M: { Type: 'Map', Items: '{% $range(1, 1000, 1) %}', ItemProcessor: { StartAt: 'T', States: { T: task() } }, Output: '{% $count($states.result) %}', End: true },
  };
  const started = performance.now();
  const { output, arn } = await lab.run(states);
  process.stdout.write(`2,000 transitions and 1,000 iterations: ${Math.round(performance.now() - started)} ms\n`);

  expect(output).toBe('1000');
  await lab.crash();
  const { events } = (await lab.api.call('GetExecutionHistory', { executionArn: arn, reverseOrder: true, maxResults: 1 })) as { events: { id: number }[] };
  expect(events[0]?.id).toBeGreaterThan(10_000);
});
