import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Choice, Condition, DistributedMap, Fail, ItemBatcher, Pass, ProvideItems, QueryLanguage, StateMachine, Succeed, DefinitionBody, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { parseDefinition } from '../../../../sandbox/edge/step-functions/definition/parse-definition.ts';
import { checkMachine } from '../../../../sandbox/edge/step-functions/definition/check-machine.ts';

const problems = (States: Record<string, unknown>, more: object = {}): string[] => checkMachine({ QueryLanguage: 'JSONata', StartAt: Object.keys(States)[0], States, ...more }).map(({ location, message }) => `${location}: ${message}`);
const taskOf = (Resource: string, more: object = {}): Record<string, unknown> => ({ T: { Type: 'Task', Resource, End: true, ...more } });
const mapOf = (more: object): Record<string, unknown> => ({ M: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'I', States: { I: { Type: 'Pass', End: true } } }, End: true, ...more } });

describe('what is refused, with its place', () => {
  it.each<[string, string[], string]>([
    ['JSONPath as the language', problems({ A: { Type: 'Pass', End: true } }, { QueryLanguage: 'JSONPath' }), '/States/A: the query language JSONPath does not run in the sandbox'],
    ['no language, which is JSONPath', checkMachine({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } }).map(({ message }) => message), 'the query language JSONPath does not run'],
    ['ResultPath', problems({ A: { Type: 'Pass', ResultPath: '$.x', End: true } }), "/States/A/ResultPath: 'ResultPath' belongs to JSONPath"],
    ['TimeoutSecondsPath', problems(taskOf('arn:aws:states:::lambda:invoke', { TimeoutSecondsPath: '$.t' })), "'TimeoutSecondsPath' belongs to JSONPath"],
    ['a field with .$ inside arguments', problems(taskOf('arn:aws:states:::lambda:invoke', { Arguments: { Payload: { 'day.$': '$.day' } } })), "/States/T/Arguments/Payload/day.$: 'day.$' belongs to JSONPath"],
    ['a field that nobody knows', problems({ A: { Type: 'Pass', Outptu: 1, End: true } }), '/States/A/Outptu: is no field of a Pass state'],
    ['a type that nobody knows', problems({ A: { Type: 'Sleep' } }), "/States/A/Type: 'Sleep' is no type of state"],
    ['an unknown integration', problems(taskOf('arn:aws:states:::batch:submitJob.sync')), 'the integration batch does not run in the sandbox; it has lambda, dynamodb'],
    ['an unknown action', problems(taskOf('arn:aws:states:::sns:publishBatch')), 'sns:publishBatch does not run in the sandbox; it has publish'],
    ['an unknown pattern', problems(taskOf('arn:aws:states:::dynamodb:putItem.waitForTaskToken')), 'dynamodb:putItem.waitForTaskToken does not run in the sandbox'],
    ['an SDK service', problems(taskOf('arn:aws:states:::aws-sdk:ec2:describeInstances')), 'the sandbox cannot call aws-sdk:ec2'],
    ['an SDK operation', problems(taskOf('arn:aws:states:::aws-sdk:s3:copyObject')), 'the sandbox cannot call aws-sdk:s3:CopyObject; it has GetObject'],
    ['an activity', problems(taskOf('arn:aws:states:eu-central-1:000000000000:activity:a')), 'activities do not run'],
    ['a missing target', problems({ A: { Type: 'Pass', Next: 'B' } }), "/States/A: missing transition target 'B'"],
    ['a missing start', checkMachine({ QueryLanguage: 'JSONata', StartAt: 'Z', States: { A: { Type: 'Pass', End: true } } }).map(({ location, message }) => `${location}: ${message}`), "/StartAt: missing transition target 'Z'"],
    ['no way on', problems({ A: { Type: 'Pass' } }), '/States/A: needs Next or "End": true'],
    ['a broken expression', problems({ A: { Type: 'Pass', Output: { a: '{% $states.input. %}' }, End: true } }), '/States/A/Output/a: the expression cannot be read'],
    ['an unknown function', problems({ A: { Type: 'Pass', Output: '{% $map([1], $frobnicate) ~> $fold() %}', End: true } }), 'there is no JSONata function $fold'],
    ['$eval', problems({ A: { Type: 'Pass', Output: "{% $eval('1') %}", End: true } }), '$eval is not supported in Step Functions'],
    ['an EXPRESS child', problems(mapOf({ ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }, StartAt: 'I', States: { I: { Type: 'Pass', End: true } } } })), 'EXPRESS children do not run in the sandbox'],
    ['a reader of Parquet', problems(mapOf({ ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'PARQUET' } } })), 'PARQUET is not read in the sandbox; it has JSON, JSONL, CSV'],
    ['tolerance of an inline map', problems({ M: { Type: 'Map', ToleratedFailureCount: 1, ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } }, End: true } }), '/States/M/ToleratedFailureCount: needs a distributed map'],
    ['a problem inside a branch', problems({ P: { Type: 'Parallel', Branches: [{ StartAt: 'B', States: { B: { Type: 'Pass', InputPath: '$', End: true } } }], End: true } }), "/States/P/Branches[0]/States/B/InputPath: 'InputPath' belongs to JSONPath"],
  ])('%s', (_what, found, expected) => {
    expect(found.join('\n')).toContain(expected);
  });

  it('names everything at once', () => {
    const definition = { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Pass', InputPath: '$', Next: 'B' } } };
    expect(() => parseDefinition(JSON.stringify(definition))).toThrow(/'InputPath' belongs to JSONPath.*; missing transition target 'B' at \/States\/A/);
    expect(() => parseDefinition('{')).toThrow('INVALID_JSON_DESCRIPTION');
  });
});

it('takes functions that an expression defines itself', () => {
  expect(problems({ A: { Type: 'Pass', Output: '{% ($double := function($x) { $x * 2 }; $reduce([1, 2], function($f, $g) { $f + $double($g) })) %}', End: true } })).toEqual([]);
});

it('takes what the CDK writes', () => {
  const stack = new Stack(new App({ context: { '@aws-cdk/aws-stepfunctions:useDistributedMapResultWriterV2': true } }), 'S');
  const bucket = new Bucket(stack, 'B');
  const day = Pass.jsonata(stack, 'Day', { outputs: { day: '{% $states.input.day %}' }, assign: { seen: true } });
  const map = DistributedMap.jsonata(stack, 'Days', { items: ProvideItems.jsonata('{% $states.input.days %}'), itemSelector: { day: '{% $states.context.Map.Item.Value %}' }, itemBatcher: new ItemBatcher({ maxItemsPerBatch: 7 }), maxConcurrency: 4, toleratedFailurePercentage: 5, label: 'days' }).itemProcessor(day);
  const end = Choice.jsonata(stack, 'Complete').when(Condition.jsonata('{% $count($states.input) > 0 %}'), Succeed.jsonata(stack, 'Done')).otherwise(Fail.jsonata(stack, 'None', { error: 'NoDays', cause: bucket.bucketName }));
  new StateMachine(stack, 'M', { queryLanguage: QueryLanguage.JSONATA, timeout: Duration.hours(1), comment: 'c', definitionBody: DefinitionBody.fromChainable(map.next(Wait.jsonata(stack, 'W', { time: WaitTime.duration(Duration.seconds(1)) })).next(end)) });

  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine')) as { Properties: { DefinitionString: { 'Fn::Join': [string, unknown[]] } } }[];
  const text = machine?.Properties.DefinitionString['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'TOKEN')).join('') ?? '';
  expect(parseDefinition(text).StartAt).toBe('Days');
});
