/** A stack with a machine that uses what Waybill's machines use: a retried function, a distributed map over objects, a wait, a topic. */

/** One function for both tasks. It counts its calls in a table, by the plain protocol: functions bring their own SDK, and this one has none. */
const CODE = `
const target = (operation, body) => fetch(process.env.AWS_ENDPOINT_URL, {
  method: 'POST',
  headers: { 'x-amz-target': 'DynamoDB_20120810.' + operation, 'content-type': 'application/x-amz-json-1.0', authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20261121/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0' },
  body: JSON.stringify(body),
}).then((answer) => answer.json());
const called = async (pk, run) => {
  const answer = await target('UpdateItem', { TableName: 'machine-days', Key: { pk: { S: pk } }, UpdateExpression: 'ADD calls :one SET runName = :run', ExpressionAttributeValues: { ':one': { N: '1' }, ':run': { S: run } }, ReturnValues: 'ALL_NEW' });
  return Number(answer.Attributes.calls.N);
};
exports.handler = async ({ step, run, key, failuresFirst = 0, slowMs = 0 }) => {
  if (step === 'plan') {
    const attempts = await called('plan/' + run, 'plan');
    if (attempts <= failuresFirst) throw Object.assign(new Error('not yet'), { name: 'NotYet' });
    return { attempts };
  }
  await new Promise((resolve) => setTimeout(resolve, slowMs));
  const { Item } = await target('GetItem', { TableName: 'machine-days', Key: { pk: { S: 'poison/' + run } } });
  if (Item && Item.on.BOOL && key.endsWith('/3.json')) throw Object.assign(new Error('poisoned'), { name: 'DayFailed' });
  return { key, calls: await called(run + '/' + key, run) };
};`;

const invoke = (step: string, payload: object): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'machine-step', Payload: { step, ...payload } },
});

export const machine = (): Record<string, unknown> => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Plan',
  TimeoutSeconds: 900,
  States: {
    Plan: {
      ...invoke('plan', { run: '{% $states.input.run %}', failuresFirst: '{% $states.input.failuresFirst %}' }),
      Retry: [{ ErrorEquals: ['NotYet'], IntervalSeconds: 1, MaxAttempts: 3, JitterStrategy: 'FULL' }],
      Assign: { attempts: '{% $states.result.Payload.attempts %}', wait: '{% $exists($states.input.waitSeconds) ? $states.input.waitSeconds : 1 %}' },
      Output: '{% $states.input %}',
      Next: 'Days',
    },
    Days: {
      Type: 'Map',
      Label: 'days',
      MaxConcurrency: 2,
      ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Arguments: { Bucket: 'machine-days', Prefix: 'days/' } },
      ItemSelector: { key: '{% $states.context.Map.Item.Value.Key %}', run: '{% $states.input.run %}', slowMs: '{% $exists($states.input.slowMs) ? $states.input.slowMs : 0 %}' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Day',
        States: { Day: { ...invoke('day', { run: '{% $states.input.run %}', key: '{% $states.input.key %}', slowMs: '{% $states.input.slowMs %}' }), Output: '{% $states.result.Payload %}', End: true } },
      },
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'machine-days', Prefix: "{% 'results/' & $states.input.run %}" } },
      Next: 'Pause',
    },
    Pause: { Type: 'Wait', Seconds: '{% $wait %}', Next: 'Tell' },
    Tell: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sns:publish',
      Arguments: { TopicArn: { Ref: 'Topic' }, Message: { attempts: '{% $attempts %}' } },
      Output: { attempts: '{% $attempts %}', published: '{% $exists($states.result.MessageId) %}' },
      End: true,
    },
  },
});

/** The topic's ARN goes in by substitution, as the CDK does it. */
export function template(definition: Record<string, unknown>): object {
  const text = JSON.stringify(definition).replace('{"Ref":"Topic"}', '"${Topic}"');
  return {
    Resources: {
      Days: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'machine-days' } },
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: { TableName: 'machine-days', BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] },
      },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'machine-news' } },
      Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'machine', AssumeRolePolicyDocument: {} } },
      Step: {
        Type: 'AWS::Lambda::Function',
        Properties: { FunctionName: 'machine-step', Runtime: 'nodejs24.x', Handler: 'index.handler', Timeout: 30, Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code: { ZipFile: CODE } },
      },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: { EventPattern: { source: ['machine.test'] }, State: 'ENABLED', Targets: [{ Id: 'machine', Arn: { Ref: 'Machine' }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, InputPath: '$.detail' }] },
      },
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: { StateMachineName: 'days', RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, DefinitionString: text, DefinitionSubstitutions: { Topic: { Ref: 'Topic' } } },
      },
    },
  };
}
