/**
 * What a change of track-shipments is worth, on a machine that is not quiet: this checkout and another one fold the same
 * batches by turns in one process, over a table in memory. Counted is the CPU time of the thread that JavaScript runs on,
 * without the table's: no sockets, no kernel, no helpers of the garbage collector.
 *
 *   git worktree add /some/folder <commit>      (and a node_modules in it)
 *   node bench/ingest/compare.ts --with /some/folder
 */
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import type * as Runtime from '../../contracts/generated/shipment-event/runtime.ts';
import type * as Texts from '../../lambdas/_shared/aws/json-text.ts';
import type * as Loggers from '../../lambdas/_shared/logger.ts';
import type * as Handlers from '../../lambdas/track-shipments/create-handler.ts';
import type * as Batches from '../../lambdas/track-shipments/dynamo-batches.ts';
import type * as Stores from '../../lambdas/track-shipments/state-store.ts';
import type { KinesisEvent } from '../../lambdas/_shared/kinesis-event.ts';
import { benchBatches, DEFAULT_SETTINGS } from './load.ts';
import { StubTables } from './stub-table.ts';

const USAGE = 'node bench/ingest/compare.ts --with <folder of another checkout> [--batches 40] [--warm-up 14]';
const HERE = join(import.meta.dirname, '..', '..');
const DAY = 86_400_000;
const HORIZON_MS = 45 * DAY;

/** Handles a batch; answers the ms of CPU that it took. */
type Measured = (payload: string) => Promise<number>;

const threadMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** The handler of the checkout in `root`, with a table of its own. */
async function load(root: string): Promise<Measured> {
  const { createHandler } = (await import(join(root, 'lambdas/track-shipments/create-handler.ts'))) as typeof Handlers;
  const { createStateStore } = (await import(join(root, 'lambdas/track-shipments/state-store.ts'))) as typeof Stores;
  const { createDynamoBatches } = (await import(join(root, 'lambdas/track-shipments/dynamo-batches.ts'))) as typeof Batches;
  const { textOfRequest } = (await import(join(root, 'lambdas/_shared/aws/json-text.ts'))) as typeof Texts;
  const { createLogger } = (await import(join(root, 'lambdas/_shared/logger.ts'))) as typeof Loggers;
  const { contract } = (await import(join(root, 'contracts/generated/shipment-event/runtime.ts'))) as typeof Runtime;

  const tables = new StubTables();
  let ofTable = 0;
  const dynamo = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const text = textOfRequest(input);
    const begun = threadMs();
    const answer = JSON.stringify(tables.answer(operation, JSON.parse(text) as Record<string, unknown>));
    ofTable += threadMs() - begun;
    return Promise.resolve(JSON.parse(answer) as Record<string, unknown>);
  };
  const unused = (): never => {
    throw new Error('This measurement only reads and writes the shipments table.');
  };
  const aws = { dynamo, kinesis: unused, states: unused, putObject: unused, getObject: unused, listObjects: unused };
  const log = createLogger({ fields: {} });
  const pause = (): Promise<void> => Promise.resolve();
  const store = createStateStore({ batches: createDynamoBatches({ aws, table: 'shipments', pause, log }), table: 'shipments', horizonMs: HORIZON_MS, log, pause });
  const nothing = (): Promise<void> => Promise.resolve();
  const handler = createHandler({ contract, store, notes: { write: nothing }, progress: { advance: nothing }, skipList: { contains: () => Promise.resolve(false) }, log, metricNamespace: 'Waybill/bench', print: () => undefined, now: Date.now, horizonMs: HORIZON_MS, giveUpAfterMs: DAY });

  return async (payload) => {
    ofTable = 0;
    const begun = threadMs();
    const { batchItemFailures } = await handler(JSON.parse(payload) as KinesisEvent);
    if (batchItemFailures.length > 0) throw new Error('A batch was held: the numbers would mean nothing.');
    return threadMs() - begun - ofTable;
  };
}

const quantile = (values: readonly number[], share: number): string => ([...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN).toFixed(2);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { with: { type: 'string' }, batches: { type: 'string', default: '40' }, 'warm-up': { type: 'string', default: '14' } } });
  if (values.with === undefined) {
    process.stderr.write(`--with is missing. ${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const size = DEFAULT_SETTINGS.recordsPerBatch;
  const [warmUp, measured] = [Number(values['warm-up']), Number(values.batches)];
  const coming = benchBatches({ ...DEFAULT_SETTINGS, warmUp, batches: measured, rounds: 1, end: Date.now() });
  const [here, there] = [await load(HERE), await load(resolve(values.with))];
  const [ours, theirs, differences]: [number[], number[], number[]] = [[], [], []];
  for (let index = 0; index < warmUp + measured; index += 1) {
    const { payload } = coming.next().value;
    // By turns the first: who comes second finds the payload in the caches.
    const early = index % 2 === 0 ? await here(payload) : await there(payload);
    const late = index % 2 === 0 ? await there(payload) : await here(payload);
    if (index < warmUp) continue;
    const [own, other] = (index % 2 === 0 ? [early, late] : [late, early]).map((ms) => (ms * 1000) / size) as [number, number];
    ours.push(own);
    theirs.push(other);
    differences.push(own - other);
  }
  const line = (name: string, of: readonly number[]): string => `  ${name.padEnd(26)}${[0.25, 0.5, 0.75].map((share) => quantile(of, share).padStart(9)).join('')}\n`;
  process.stdout.write(`track-shipments, µs of JavaScript an event, ${measured} batches of ${size}: quartiles\n${line('this checkout', ours)}${line('the other', theirs)}${line('this − other, by batch', differences)}`);
}

await main();
