import { Lab } from './lab.ts';

let lab: Lab;
beforeEach(() => {
  lab = new Lab();
});
afterEach(() => lab.close());

const pass = (more: object): Record<string, unknown> => ({ P: { Type: 'Pass', End: true, ...more } });

describe('what an expression gives', () => {
  it.each([
    ['a literal with a blank before the brace', ' {% 1 + 1 %}', ' {% 1 + 1 %}'],
    ['a leaf of any depth', { a: [{ b: '{% 1 + 1 %}' }], c: 'x' }, { a: [{ b: 2 }], c: 'x' }],
    ['$partition', '{% $partition([1, 2, 3, 4, 5], 2) %}', [[1, 2], [3, 4], [5]]],
    ['$range', '{% $range(1, 5, 2) %}', [1, 3, 5]],
    ['$range of one number, bare', '{% $range(1, 1, 1) %}', 1],
    ['$hash', "{% $hash('abc', 'SHA-256') %}", 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['$parse', '{% $parse(\'{"a":[1,2]}\').a %}', [1, 2]],
    ['$random with a seed, always the same', '{% $random(7) = $random(7) %}', true],
    ['$uuid', "{% $contains($uuid(), /^[0-9a-f-]{36}$/) %}", true],
  ])('%s', async (_what, template, expected) => {
    expect(await lab.output(pass({ Output: template }))).toEqual(expected);
  });
});

describe('what an expression cannot give', () => {
  it.each([
    ['nothing', { Output: { a: '{% $states.input.gone %}' } }, 'Output/a', "The JSONata expression '$states.input.gone' specified for the field 'Output/a' returned nothing (undefined)."],
    ['a function', { Output: '{% function($x) { $x } %}' }, 'Output', 'returned an unsupported result type'],
    ['an error of the library', { Assign: { n: "{% $number('x') %}" } }, 'Assign/n', "The JSONata expression '$number('x')' specified for the field 'Assign/n' threw an error during evaluation. D3030"],
  ])('%s is States.QueryEvaluationError with its place', async (_what, more, location, words) => {
    const { arn, ...ended } = await lab.run(pass(more));

    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError', cause: expect.stringContaining(words) as unknown });
    expect(ended.cause).toContain("An error occurred while executing the state 'P' (entered at the event id #2).");
    const event = (await lab.history(arn)).find(({ type }) => type === 'EvaluationFailed');
    expect(event?.['evaluationFailedEventDetails']).toMatchObject({ state: 'P', error: 'States.QueryEvaluationError', location });
  });

  it.each([
    ['Items', { M: { Type: 'Map', Items: '{% 1 %}', ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } }, End: true } }, "Expected 'array', but was 'number' for value: 1"],
    ['Choices[0]/Condition', { C: { Type: 'Choice', Choices: [{ Condition: "{% 'yes' %}", Next: 'S' }] }, S: { Type: 'Succeed' } }, "Expected 'boolean', but was 'string' for value: \"yes\""],
    ['Seconds', { W: { Type: 'Wait', Seconds: "{% '1' %}", End: true } }, "Expected 'number', but was 'string'"],
  ])('%s of a wrong type is an error that names both types', async (field, states, words) => {
    const { error, cause } = await lab.run(states);
    expect([error, cause]).toEqual(['States.QueryEvaluationError', expect.stringContaining(words)]);
    expect(cause).toContain(`'${field}'`);
  });

  it.each(['2026-11-21', '2026-11-21T10:00:00', '2026-11-21 10:00:00Z', 'tomorrow', '2026-13-41T10:00:00Z'])('the Timestamp %s is refused', async (stamp) => {
    const { error, cause } = await lab.run({ W: { Type: 'Wait', Timestamp: `{% '${stamp}' %}`, End: true } });
    expect([error, cause]).toEqual(['States.QueryEvaluationError', expect.stringContaining(`cannot be parsed as an ISO-8601 extended offset date-time format string: ${stamp}`)]);
  });

  it('waits until a time with an offset, and not for one that is past', async () => {
    expect(await lab.output({ W: { Type: 'Wait', Timestamp: '2020-01-01T00:00:00+02:00', Output: 'passed', End: true } })).toBe('passed');
  });
});

describe('what a state sees', () => {
  it('lets Assign and Output see the values from before', async () => {
    const states = { A: { Type: 'Pass', Assign: { n: 1 }, Next: 'B' }, B: { Type: 'Pass', Assign: { n: '{% $n + 1 %}' }, Output: '{% $n %}', Next: 'C' }, C: { Type: 'Pass', Output: '{% [$states.input, $n] %}', End: true } };
    expect(await lab.output(states)).toEqual([1, 2]);
  });

  it('lets a branch read the outer variables and keeps what it assigns inside', async () => {
    const branch = { StartAt: 'I', States: { I: { Type: 'Pass', Assign: { n: '{% $n + 10 %}' }, Next: 'J' }, J: { Type: 'Pass', Output: '{% $n %}', End: true } } };
    const states = { A: { Type: 'Pass', Assign: { n: 1 }, Next: 'P' }, P: { Type: 'Parallel', Branches: [branch, branch], Assign: { seen: '{% $states.result %}' }, Next: 'Z' }, Z: { Type: 'Pass', Output: '{% {"n": $n, "seen": $seen} %}', End: true } };
    expect(await lab.output(states)).toEqual({ n: 1, seen: [11, 11] });
  });

  it('gives a distributed child no outer variable', async () => {
    const ItemProcessor = { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'I', States: { I: { Type: 'Pass', Output: "{% $exists($n) ? 'seen' : 'not seen' %}", End: true } } };
    expect(await lab.output({ A: { Type: 'Pass', Assign: { n: 1 }, Next: 'M' }, M: { Type: 'Map', Items: [1], ItemProcessor, End: true } })).toEqual(['not seen']);
  });

  it('gives a Catch the error, and no result', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Output: '{% {"error": $states.errorOutput.Error, "result": $exists($states.result), "input": $states.input} %}', Next: 'E' }];
    const fails = { StartAt: 'F', States: { F: { Type: 'Fail', Error: "{% 'Gate' & '1' %}", Cause: 'closed' } } };
    expect(await lab.output({ P: { Type: 'Parallel', Branches: [fails], Catch, End: true }, E: { Type: 'Succeed' } }, { a: 1 })).toEqual({ error: 'Gate1', result: false, input: { a: 1 } });
  });

  it('gives the context: execution, machine, state, item', async () => {
    const item = { StartAt: 'I', States: { I: { Type: 'Pass', Output: '{% $states.context.Map.Item %}', End: true } } };
    expect(await lab.output({ M: { Type: 'Map', Items: ['a', 'b'], ItemProcessor: item, End: true } })).toEqual([{ Index: 0, Value: 'a' }, { Index: 1, Value: 'b' }]);
    const context = await lab.output(pass({ Output: '{% $states.context %}' }), { x: 1 }, { name: 'other' });
    expect(context).toMatchObject({ Execution: { Input: { x: 1 }, RedriveCount: 0 }, StateMachine: { Name: 'other' }, State: { Name: 'P' } });
  });
});

it('ends with States.NoChoiceMatched where no rule holds and there is no default', async () => {
  expect(await lab.run({ C: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'S' }] }, S: { Type: 'Succeed' } })).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
});

it('ends with States.DataLimitExceeded above 256 KB, which States.ALL does not catch', async () => {
  const fill = { StartAt: 'F', States: { F: { Type: 'Pass', Output: "{% $pad('', 262143, 'x') %}", End: true } } };
  const { error } = await lab.run({ P: { Type: 'Parallel', Branches: [fill], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'E' }], End: true }, E: { Type: 'Succeed' } });
  expect(error).toBe('States.DataLimitExceeded');
});
