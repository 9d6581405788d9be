/** After a start, the days of history reach silver and gold in the background: one run of publish-day for the last whole day. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { addDays } from '../../domain/time/business-day.ts';
import type { Io } from '../output/io.ts';
import { paint } from '../output/style.ts';
import { invoker } from '../platform/invoke.ts';
import type { Platform } from '../platform/platform.ts';
import { doneLine } from './steps.ts';

const TITLE = 'Silver and gold';
/** Part of the run's name, so that each day is filled once however often the sandbox is started. */
const MARK = 'start';
const LOOK_EVERY_MS = 3_000;

interface Started { readonly name: string; readonly day: string; readonly execution: string; readonly started: boolean }

export interface FillRequest {
  readonly platform: Platform;
  /** Days of history in the world: so many are looked through, and built where there are events. */
  readonly days: number;
  readonly signal: AbortSignal;
}

/** Prints how the fill ended, and a query that works then. Never rejects: the stream road lives on without the lake. */
export async function fillLake(io: Io, { platform, days, signal }: FillRequest): Promise<void> {
  try {
    const run = await startFill(platform, days);
    const began = io.now();
    if (run.started) io.out(`  ${paint(io, 'yellow', '◌')} ${TITLE.padEnd(42)}in the background, for the days up to ${run.day}; look on: npx waybill executions show ${run.name}\n`);
    const end = await waitForEnd(platform, run.execution, signal);
    if (end === undefined) return;
    io.out(end.status === 'SUCCEEDED' ? filledText(io, run, { ms: io.now() - began, days, summary: end.summary }) : failedText(io, `its run ended ${end.status}`, `npx waybill executions show ${run.name}`));
  } catch (error) {
    if (!signal.aborted) io.out(failedText(io, error instanceof Error ? error.message : String(error), 'npx waybill status'));
  }
}

async function startFill(platform: Platform, days: number): Promise<Started> {
  const invoke = await invoker(platform);
  const answer = await invoke(await platform.output('batch', OUTPUTS.startRunFunction), JSON.stringify({ machine: 'publish-day', again: MARK, input: { restateDays: days } }));
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.payload as Started;
}

interface End { readonly status: string; readonly summary: string }

/** @returns undefined when the sandbox is to end before the run does. */
async function waitForEnd(platform: Platform, executionArn: string, signal: AbortSignal): Promise<End | undefined> {
  const { SFNClient } = await import('@aws-sdk/client-sfn');
  const client = new SFNClient(platform.client);
  try {
    while (!signal.aborted) {
      const end = await endOf(client, executionArn);
      if (end !== undefined) return end;
      await pause(LOOK_EVERY_MS, signal);
    }
    return undefined;
  } finally {
    client.destroy();
  }
}

async function endOf(client: SFNClient, executionArn: string): Promise<End | undefined> {
  const { DescribeExecutionCommand } = await import('@aws-sdk/client-sfn');
  const { status = '', output } = await client.send(new DescribeExecutionCommand({ executionArn }));
  if (status === 'RUNNING') return undefined;
  const { result } = (output === undefined ? {} : JSON.parse(output)) as { result?: { summary?: string } };
  return { status, summary: result?.summary ?? '' };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => new Promise((resolve) => {
  const timer = setTimeout(done, ms);
  function done(): void {
    clearTimeout(timer);
    signal.removeEventListener('abort', done);
    resolve();
  }
  signal.addEventListener('abort', done);
});

function filledText(io: Io, run: Started, { ms, days, summary }: { readonly ms: number; readonly days: number; readonly summary: string }): string {
  const line = run.started ? doneLine(TITLE, ms, summary) : `${TITLE.padEnd(42)}filled up to ${run.day}`;
  const query = `npx waybill query --named carrier-league --param from_date=${addDays(run.day, -days)} --param to_date=${run.day}`;
  return `  ${paint(io, 'green', '✔')} ${line}\n    Ask it: ${query}\n`;
}

const failedText = (io: Io, why: string, next: string): string => `  ${paint(io, 'red', '✖')} ${TITLE}: ${why}\n    The stream road works without it. Next: ${next}\n`;
