import { createWriteStream, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { createTruth, createWorld, DEFAULT_SHARES, history, live } from '../../simulator/index.ts';
import type { Shares, SimulatedRecord, SimulatedWorld, Truth } from '../../simulator/index.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError } from '../errors.ts';
import { count } from '../output/style.ts';
import { parseDuration } from '../output/times.ts';
import { putSimulated } from '../world/put-simulated.ts';

interface SimulateOptions extends Partial<Record<keyof Shares, string>> {
  readonly seed: string; readonly days: string; readonly shipments: string; readonly vehicles: string; readonly truth: string;
  readonly out?: string; readonly live?: string; readonly speed: string;
}

const SHARES: Readonly<Record<keyof Shares, string>> = {
  duplicates: 'events that come twice', disorder: 'events behind a later published one', late: 'events that arrive hours or days late', conflicts: 'events that come again with other content',
  retractions: 'events that are taken back', corrections: 'events that are replaced', corrupt: 'records that break the contract, beside the good ones',
};
const TICK_MS = 1000;

export const simulate: Verb = {
  register: (program, run) => {
    const command = program.command('simulate').description('a world from a seed: puts its history (and its life) on the streams, and writes down what is true of it')
      .option('--seed <n>', 'the same seed gives the same world', '7')
      .option('--days <n>', 'days of history', '35')
      .option('--shipments <n>', 'shipments in the history', '4100')
      .option('--vehicles <n>', 'vehicles on the way', '220')
      .option('--truth <file>', 'where the truth goes (JSON)', 'truth.json')
      .option('--out <file>', 'write the records to a file (NDJSON) instead of the streams')
      .option('--live <duration>', 'go on living for, e.g. 5m, after the history')
      .option('--speed <n>', 'how fast it lives: 1 is real time', '1');
    for (const [name, words] of Object.entries(SHARES)) command.option(`--${name} <share>`, `${words}, 0 to 0.5 (default ${DEFAULT_SHARES[name as keyof Shares]})`);
    command.action(run(async (context, options: SimulateOptions) => simulateWorld(context, options)));
  },
};

async function simulateWorld(context: Context, options: SimulateOptions): Promise<void> {
  const now = context.io.now();
  const world = worldOf(options, now);
  const life = options.live === undefined ? 0 : parseDuration(options.live);
  if (life === undefined) throw new UsageError(`--live got "${options.live ?? ''}"; allowed: a number with s, m, h or d. Example: --live 5m`);
  const speed = numberOf('--speed', options.speed);
  const truth = createTruth();
  const sink = options.out === undefined ? await streams(context) : file(options.out);
  let records = await sink.put(noted(history(world), truth));
  for (let [at, clock] = [now, context.io.now()]; at < now + life * speed; at += TICK_MS * speed) {
    records += await sink.put(noted(live(world, at, Math.min(now + life * speed, at + TICK_MS * speed)), truth));
    clock += TICK_MS;
    if (options.out === undefined) await wait(Math.max(0, clock - context.io.now()));
  }
  await sink.close();
  const report = truth.report(now + life * speed);
  writeFileSync(options.truth, JSON.stringify(report));
  context.answer({ records, truth: options.truth, quarantined: report.quarantined, shipments: report.shipments.length }, () => `${sink.done(records)}\n${count(report.shipments.length, 'shipment')}; ${report.quarantined} records must end in quarantine. The truth stands in ${options.truth}.\n`);
}

function worldOf(options: SimulateOptions, now: number): SimulatedWorld {
  const shares = Object.fromEntries(Object.keys(SHARES).flatMap((name) => {
    const given = options[name as keyof Shares];
    return given === undefined ? [] : [[name, numberOf(`--${name}`, given)]];
  }));
  try {
    // A file is what `waybill put` takes back, onto one stream: changes of the orders database would not belong there.
    return createWorld({ seed: numberOf('--seed', options.seed), now, days: numberOf('--days', options.days), shipments: numberOf('--shipments', options.shipments), vehicles: numberOf('--vehicles', options.vehicles), orders: options.out === undefined, shares });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new UsageError(`${option} got "${text}"; allowed: a number.`);
  return value;
}

function* noted(records: Iterable<SimulatedRecord>, truth: Truth): Generator<SimulatedRecord> {
  for (const record of records) {
    truth.add(record);
    yield record;
  }
}

interface Sink { readonly put: (records: Iterable<SimulatedRecord>) => Promise<number>; readonly close: () => Promise<void>; readonly done: (records: number) => string }

async function streams(context: Context): Promise<Sink> {
  const platform = await context.platform();
  const { KinesisClient } = await import('@aws-sdk/client-kinesis');
  const client = new KinesisClient(platform.client);
  return { put: (records) => putSimulated(client, platform.env, records), close: () => Promise.resolve(client.destroy()), done: (records) => `Put ${count(records, 'record')} on the streams of environment ${platform.env}.` };
}

/** Lines that `waybill put` takes back: the records themselves; those that are not text are left out of a text file. */
function file(path: string): Sink {
  const stream = createWriteStream(path);
  return {
    put: async (records) => {
      let written = 0;
      for (const { data } of records) {
        if (typeof data !== 'string') continue;
        written++;
        if (!stream.write(`${data.replaceAll('\n', ' ')}\n`)) await once(stream, 'drain');
      }
      return written;
    },
    close: async () => {
      stream.end();
      await once(stream, 'finish');
    },
    done: (records) => `Wrote ${count(records, 'record')} to ${path}.`,
  };
}

