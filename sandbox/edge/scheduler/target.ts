/** What a schedule calls: a templated target by its ARN, or any API action that the sandbox can call. */
import { asObject, type JsonObject, numberOf, textOf } from '../../json.ts';
import { pascal } from '../step-functions/integrations/resource.ts';
import { sdkCallProblem } from '../step-functions/aws/sdk-services.ts';
import { ScheduleError } from './schedule-error.ts';

export interface Target {
  readonly arn: string;
  /** As given; absent targets get the default event. */
  readonly input?: string;
  /** ARN of the queue for what could not be delivered. */
  readonly deadLetterQueue?: string;
  readonly maxRetries: number;
  readonly maxAgeMs: number;
  readonly messageGroupId?: string;
  readonly eventBridge?: { readonly source: string; readonly detailType: string };
}

export interface TargetCall {
  readonly service: string;
  readonly operation: string;
  readonly args: JsonObject;
}

const DEFAULT_RETRIES = 185;
const DEFAULT_AGE_SECONDS = 86_400;
const UNIVERSAL = /^arn:aws[^:]*:scheduler:::aws-sdk:([a-z0-9]+):([A-Za-z0-9]+)$/;
const TEMPLATED = ['lambda', 'states', 'sqs', 'sns', 'events'];

/** @throws ScheduleError when the sandbox cannot call it */
export function readTarget(raw: JsonObject): Target {
  const arn = textOf(raw['Arn']);
  const problem = targetProblem(arn);
  if (problem !== undefined) throw new ScheduleError(`Target ${arn}: ${problem}`);
  const retry = asObject(raw['RetryPolicy']);
  const queue = asObject(raw['DeadLetterConfig'])['Arn'];
  const group = asObject(raw['SqsParameters'])['MessageGroupId'];
  const { Source: source, DetailType: detailType } = asObject(raw['EventBridgeParameters']);
  return {
    arn,
    ...(typeof raw['Input'] === 'string' ? { input: raw['Input'] } : {}),
    ...(typeof queue === 'string' ? { deadLetterQueue: queue } : {}),
    maxRetries: numberOf(retry['MaximumRetryAttempts'], DEFAULT_RETRIES),
    maxAgeMs: 1000 * numberOf(retry['MaximumEventAgeInSeconds'], DEFAULT_AGE_SECONDS),
    ...(typeof group === 'string' ? { messageGroupId: group } : {}),
    ...(source === undefined ? {} : { eventBridge: { source: textOf(source), detailType: textOf(detailType) } }),
  };
}

function targetProblem(arn: string): string | undefined {
  const [, service = '', action = ''] = UNIVERSAL.exec(arn) ?? [];
  if (service !== '') return sdkCallProblem(service, pascal(action));
  if (TEMPLATED.includes(arn.split(':')[2] ?? '')) return undefined;
  return `the sandbox cannot call it; it has targets of ${TEMPLATED.join(', ')}, and arn:aws:scheduler:::aws-sdk:<service>:<action>`;
}

/** The call that a firing makes. `input` is the text with its placeholders filled in. @throws ScheduleError when it is no JSON where it must be */
export function callOf(target: Target, input: string): TargetCall {
  const { arn, messageGroupId, eventBridge } = target;
  const [, universal = '', action = ''] = UNIVERSAL.exec(arn) ?? [];
  if (universal !== '') return { service: universal, operation: pascal(action), args: asObject(parsed(input)) };
  switch (arn.split(':')[2] ?? '') {
    case 'states':
      return { service: 'sfn', operation: 'StartExecution', args: { StateMachineArn: arn, Input: input } };
    case 'lambda':
      return { service: 'lambda', operation: 'Invoke', args: { FunctionName: arn, InvocationType: 'Event', Payload: parsed(input) } };
    case 'sns':
      return { service: 'sns', operation: 'Publish', args: { TopicArn: arn, Message: input } };
    case 'events':
      return { service: 'eventbridge', operation: 'PutEvents', args: { Entries: [{ EventBusName: arn, Source: eventBridge?.source, DetailType: eventBridge?.detailType, Detail: input }] } };
    default:
      return { service: 'sqs', operation: 'SendMessage', args: { QueueUrl: queueUrl(arn), MessageBody: input, ...(messageGroupId === undefined ? {} : { MessageGroupId: messageGroupId }) } };
  }
}

/** The control plane finds queues by account and name; the host of the address is of no meaning. */
export function queueUrl(arn: string): string {
  const [, , , , account = '', name = ''] = arn.split(':');
  return `http://127.0.0.1/${account}/${name}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ScheduleError(`the input is no JSON: ${text.slice(0, 200)}`);
  }
}
