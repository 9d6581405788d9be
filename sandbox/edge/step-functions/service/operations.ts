/** The operations of the Step Functions API that concern executions; machines stay with the control plane. */
import type { JsonObject } from '../../../json.ts';
import { asObject, numberOf, textOf } from '../../../json.ts';
import { type ControlClient, ControlError } from '../../control-client.ts';
import { InvalidDefinitionError, parseDefinition } from '../definition/parse-definition.ts';
import { StatesError } from '../errors.ts';
import type { Execution } from './execution.ts';
import type { MapRun } from './execution-tree.ts';
import type { Executions } from './executions.ts';
import type { ExecutionRecord } from './records.ts';
import { describeExecution, describeMapRun, historyEvent, listedExecution, listedMapRun, mapRunsOf, notRedrivable, seconds } from './views.ts';

const MAX_INPUT_BYTES = 256 * 1024;
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]{1,80}$/;

/** The caller asked wrongly; `code` is AWS's. */
export class StepFunctionsError extends Error {
  override readonly name = 'StepFunctionsError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface OperationTools {
  readonly executions: Executions;
  readonly control: ControlClient;
  readonly now: () => number;
  readonly newId: () => string;
}

export type Operation = (input: JsonObject) => object | Promise<object>;

export function operationsOf(tools: OperationTools): ReadonlyMap<string, Operation> {
  const { executions } = tools;
  return new Map<string, Operation>([
    ['StartExecution', (input) => startExecution(tools, input)],
    ['StartSyncExecution', () => refuseSync()],
    ['StopExecution', (input) => stopExecution(tools, input)],
    ['RedriveExecution', (input) => redriveExecution(tools, input)],
    ['DescribeExecution', (input) => describeExecution(recordOf(executions, input))],
    ['DescribeStateMachineForExecution', (input) => describeMachine(executionOf(executions, input))],
    ['ListExecutions', (input) => listExecutions(tools, input)],
    ['GetExecutionHistory', (input) => history(executions, input)],
    ['DescribeMapRun', (input) => describeMapRun(mapRunOf(executions, textOf(input['mapRunArn'])))],
    ['ListMapRuns', (input) => listMapRuns(executions, input)],
    ['SendTaskSuccess', (input) => sendSuccess(executions, input)],
    ['SendTaskFailure', (input) => sendFailure(executions, input)],
    ['SendTaskHeartbeat', (input) => sendHeartbeat(executions, input)],
    ['ValidateStateMachineDefinition', validate],
  ]);
}

async function startExecution({ executions, control, newId }: OperationTools, input: JsonObject): Promise<object> {
  const machine = await machineOf(control, textOf(input['stateMachineArn']));
  const name = textOf(input['name']) || newId();
  const text = textOf(input['input'], '{}');
  if (!NAME.test(name)) throw new StepFunctionsError('InvalidName', `Invalid Name: '${name}'`);
  if (!isJson(text) || Buffer.byteLength(text) > MAX_INPUT_BYTES) throw new StepFunctionsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${text.slice(0, 200)}'`);
  if (machine.type === 'EXPRESS') throw new StepFunctionsError('InvalidDefinition', `${machine.name} is an EXPRESS machine: the sandbox runs STANDARD ones only.`);

  const known = executions.record(`${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`);
  if (known?.status === 'RUNNING' && known.input === text) return { executionArn: known.arn, startDate: seconds(known.startDate) };
  if (known !== undefined) throw new StepFunctionsError('ExecutionAlreadyExists', `Execution Already Exists: '${known.arn}'`);
  const { arn, startDate } = executions.start({ name, machineArn: machine.arn, machineName: machine.name, roleArn: machine.roleArn, definition: machine.definition, input: text });
  return { executionArn: arn, startDate: seconds(startDate) };
}

function refuseSync(): never {
  throw new StepFunctionsError('StateMachineTypeNotSupported', 'StartSyncExecution is for EXPRESS machines, which the sandbox does not run. Use StartExecution and DescribeExecution.');
}

interface DeployedMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: string;
  readonly type: string;
}

async function machineOf(control: ControlClient, arn: string): Promise<DeployedMachine> {
  try {
    const found = await control.json('states', 'AWSStepFunctions.DescribeStateMachine', { stateMachineArn: arn });
    const text = (field: string): string => textOf(found[field]);
    // A version or an alias runs under the name of its machine.
    const own = /^(arn:[^:]+:states:[^:]*:[^:]*:stateMachine:[^:]+)/.exec(arn)?.[1] ?? arn;
    return { arn: own, name: own.split(':').at(-1) ?? '', roleArn: text('roleArn'), definition: text('definition'), type: text('type') };
  } catch (error) {
    if (error instanceof ControlError && error.status === 400) throw new StepFunctionsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function stopExecution({ executions, now }: OperationTools, input: JsonObject): object {
  const execution = executionOf(executions, input);
  const text = (field: string): string | undefined => (typeof input[field] === 'string' ? input[field] : undefined);
  executions.stop(execution, text('error'), text('cause'));
  return { stopDate: seconds(execution.record.stopDate ?? now()) };
}

function redriveExecution({ executions, now }: OperationTools, input: JsonObject): object {
  const execution = executionOf(executions, input);
  const why = notRedrivable(execution.record);
  if (why !== undefined) throw new StepFunctionsError('ExecutionNotRedrivable', why);
  executions.redrive(execution);
  return { redriveDate: seconds(execution.record.redriveDate ?? now()) };
}

function describeMachine({ record }: Execution): object {
  const { machineArn, machineName, definition, roleArn, startDate } = record;
  return { stateMachineArn: machineArn, name: machineName, definition, roleArn, updateDate: seconds(startDate) };
}

async function listExecutions({ executions, control }: OperationTools, input: JsonObject): Promise<object> {
  const machineArn = textOf(input['stateMachineArn']);
  const status = textOf(input['statusFilter']);
  const wanted = (record: ExecutionRecord): boolean => status === '' || record.status === status;
  if (input['mapRunArn'] !== undefined) {
    const { children, record: mapRun } = mapRunOf(executions, textOf(input['mapRunArn']));
    const listed = children.filter((child) => child !== undefined).filter(({ record }) => wanted(record));
    return page(input, 'executions', listed.map(({ record }) => listedExecution(record, mapRun.counts[record.child?.index ?? 0])));
  }
  const found = executions.roots().map(({ record }) => record).filter((record) => record.machineArn === machineArn);
  // Its executions outlive a machine for a while; one that never was is an error.
  if (found.length === 0) await machineOf(control, machineArn);
  return page(input, 'executions', found.filter(wanted).map((record) => listedExecution(record)));
}

function history(executions: Executions, input: JsonObject): object {
  const { history: events } = executionOf(executions, input).progress;
  const ordered = input['reverseOrder'] === true ? events.toReversed() : events;
  return page(input, 'events', ordered, (event) => historyEvent(event, input['includeExecutionData'] !== false));
}

function listMapRuns(executions: Executions, input: JsonObject): object {
  const execution = executionOf(executions, input);
  return page(input, 'mapRuns', mapRunsOf(execution.tree, execution.record.arn).map(listedMapRun));
}

/** `nextToken` is the position of the next entry. */
function page<T>(input: JsonObject, field: string, all: readonly T[], view: (entry: T) => unknown = (entry) => entry): object {
  const size = Math.min(1000, numberOf(input['maxResults'], 100) || 100);
  const from = Number(textOf(input['nextToken'], '0'));
  if (!Number.isSafeInteger(from) || from < 0) throw new StepFunctionsError('InvalidToken', `Invalid Token: '${textOf(input['nextToken'])}'`);
  const end = from + size;
  return { [field]: all.slice(from, end).map(view), ...(end < all.length ? { nextToken: String(end) } : {}) };
}

function recordOf(executions: Executions, input: JsonObject): ExecutionRecord {
  const arn = textOf(input['executionArn']);
  const record = executions.record(arn);
  if (record === undefined) throw new StepFunctionsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return record;
}

function executionOf(executions: Executions, input: JsonObject): Execution {
  const arn = textOf(input['executionArn']);
  const execution = executions.find(arn);
  if (execution === undefined) throw new StepFunctionsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  return execution;
}

function mapRunOf(executions: Executions, arn: string): MapRun {
  const mapRun = executions.treeOf(arn)?.mapRuns.get(arn);
  if (mapRun === undefined) throw new StepFunctionsError('ResourceNotFound', `Resource not found: '${arn}'`);
  return mapRun;
}

function waiting(executions: Executions, input: JsonObject): NonNullable<ReturnType<Executions['tokens']['find']>> {
  const task = executions.tokens.find(textOf(input['taskToken']));
  if (task === undefined) throw new StepFunctionsError('TaskDoesNotExist', 'Task does not exist: it has ended, timed out, or never was.');
  return task;
}

function sendSuccess(executions: Executions, input: JsonObject): object {
  const text = textOf(input['output']);
  if (!isJson(text)) throw new StepFunctionsError('InvalidOutput', 'The output is no JSON.');
  waiting(executions, input).succeed(JSON.parse(text));
  return {};
}

function sendFailure(executions: Executions, input: JsonObject): object {
  const { error, cause } = asObject(input);
  waiting(executions, input).fail(new StatesError(textOf(error) || undefined, typeof cause === 'string' ? cause : undefined));
  return {};
}

function sendHeartbeat(executions: Executions, input: JsonObject): object {
  waiting(executions, input).beat();
  return {};
}

/** What a definition has that cannot run here counts as an error, so a deploy fails with its name. */
function validate(input: JsonObject): object {
  if (input['type'] === 'EXPRESS') return { result: 'FAIL', diagnostics: [{ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message: 'EXPRESS machines do not run in the sandbox: use STANDARD' }] };
  try {
    parseDefinition(textOf(input['definition']));
    return { result: 'OK', diagnostics: [] };
  } catch (error) {
    if (!(error instanceof InvalidDefinitionError)) throw error;
    return { result: 'FAIL', diagnostics: error.problems.map(({ location, message }) => ({ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, location })) };
  }
}
