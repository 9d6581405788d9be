/** Executions as people read them. */
import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import type { Io } from '../output/io.ts';
import { count, paint, table } from '../output/style.ts';
import { dayAndMinute, duration, timeOfDay } from '../output/times.ts';
import type { MapRunView } from './map-runs.ts';
import type { StateView } from './states.ts';

const CAUSE_LENGTH = 160;

export interface ListedExecution {
  readonly status: string;
  readonly machine: string;
  readonly name: string;
  readonly arn: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly redrives: number;
}

export function listText(io: Io, listed: readonly ListedExecution[]): string {
  if (listed.length === 0) return 'There are no executions.\n';
  const rows = listed.map((each) => [statusWord(io, each.status), each.machine, each.name, dayAndMinute(each.startedAt), took(each, io.now()), each.redrives === 0 ? '' : count(each.redrives, 'redrive')]);
  return table([['status', 'machine', 'execution', 'started', 'took', ''], ...rows]);
}

const took = ({ startedAt, stoppedAt }: { startedAt: number; stoppedAt?: number }, now: number): string => (stoppedAt === undefined ? `${span(now - startedAt)} so far` : span(stoppedAt - startedAt));
const span = (ms: number): string => (ms < 1000 ? `${Math.max(0, Math.round(ms))} ms` : duration(ms));

function statusWord(io: Io, status: string): string {
  if (status === 'SUCCEEDED' || status === 'done') return paint(io, 'green', status);
  if (status === 'RUNNING' || status === 'running') return paint(io, 'cyan', status);
  return paint(io, status === 'ABORTED' || status === 'stopped' ? 'yellow' : 'red', status);
}

export interface ShownExecution {
  readonly machine: string;
  readonly execution: DescribeExecutionCommandOutput;
  readonly states: readonly StateView[];
  readonly mapRuns: readonly MapRunView[];
}

export function showText(io: Io, { machine, execution, states, mapRuns }: ShownExecution): string {
  const started = execution.startDate?.getTime() ?? 0;
  const times = { startedAt: started, ...(execution.stopDate === undefined ? {} : { stoppedAt: execution.stopDate.getTime() }) };
  const head = table([
    ['execution', execution.name ?? ''],
    ['machine', machine],
    ['status', statusWord(io, execution.status ?? '')],
    ['started', `${dayAndMinute(started)}, ${took(times, io.now())}`],
    ...((execution.redriveCount ?? 0) > 0 ? [['redriven', count(execution.redriveCount ?? 0, 'time')]] : []),
    ...(execution.error === undefined ? [] : [['error', execution.error]]),
    ...(execution.cause === undefined ? [] : [['cause', short(execution.cause)]]),
    ['input', short(execution.input ?? '')],
    ...(execution.output === undefined ? [] : [['output', short(execution.output)]]),
  ]);
  return `${head}\n${table([['state', 'type', 'status', 'entered', 'took', ''], ...states.flatMap((state) => stateRows(io, state, mapRuns))], '  ')}${nextStep(execution)}`;
}

function stateRows(io: Io, state: StateView, mapRuns: readonly MapRunView[]): string[][] {
  const ended = state.exitedAt === undefined ? (state.status === 'running' ? `${span(io.now() - state.enteredAt)} so far` : '') : span(state.exitedAt - state.enteredAt);
  const retries = state.retries === 0 ? '' : `after ${count(state.retries, 'failed try', 'failed tries')}`;
  const failure = state.status === 'done' ? '' : [state.error, state.cause === undefined ? undefined : short(state.cause)].filter((each) => each !== undefined).join(': ');
  const row = [state.name, state.type, statusWord(io, state.status), timeOfDay(state.enteredAt), ended, [retries, failure].filter((each) => each !== '').join('; ')];
  return [row, ...mapRuns.filter(({ arn }) => state.mapRuns.includes(arn)).flatMap(mapRunRows)];
}

function mapRunRows({ items, failed }: MapRunView): string[][] {
  const parts = [`${items.succeeded} of ${count(items.total, 'item')} done`, ...(['running', 'failed', 'pending'] as const).filter((kind) => items[kind] > 0).map((kind) => `${items[kind]} ${kind}`)];
  return [['', '', '', '', '', parts.join(', ')], ...failed.map(({ name, error, cause }) => ['', '', '', '', '', `${name}: ${error ?? ''} ${short(cause ?? '')}`])];
}

/** A machine's own words are for people, and whole. To go on from a state that says no says it again. */
const nextStep = ({ redriveStatus, name, error = '', cause = '' }: DescribeExecutionCommandOutput): string => (error.startsWith('Waybill.') ? `\n${cause}\n` : redriveStatus === 'REDRIVABLE' ? `\nGo on from the failed states: npx waybill executions redrive ${name ?? ''}\n` : '');

const short = (text: string): string => cut(text.replaceAll('\n', ' '));
const cut = (text: string): string => (text.length > CAUSE_LENGTH ? `${text.slice(0, CAUSE_LENGTH)}…` : text);
