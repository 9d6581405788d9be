/**
 * Four processes are warmed up one after the other, and then take turns of a few seconds: a machine that is shared changes by a third and
 * more, and processes that are measured minutes apart meet it in different states. The ratio is the median of the rounds' own.
 */
import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ChildReport, Variant } from './child.ts';
import { DEFAULT_SETTINGS, EVENTS_PER_SECOND } from './load.ts';
import type { BenchSettings } from './load.ts';
import { printReport } from './report.ts';
import type { Measurement } from './report.ts';
import { startStubServices } from './stub-services.ts';

const USAGE = `npm run bench:ingest -- [options]: CPU per event of the ingest handlers against a naive one, in one run.

  --batches N     measured batches a round   (${DEFAULT_SETTINGS.batches})
  --warm-up N     batches before them        (${DEFAULT_SETTINGS.warmUp})
  --shipments N   shipments under way        (${DEFAULT_SETTINGS.shipments})
  --batch N       records per batch          (${DEFAULT_SETTINGS.recordsPerBatch})
  --references N  percent of shipments whose carrier states references in each event (${DEFAULT_SETTINGS.referencePercent})
  --rounds N      turns of each, medians taken (${DEFAULT_SETTINGS.rounds})
  --json          the numbers as JSON
`;

const VARIANTS: readonly Variant[] = ['parse', 'archive-events', 'track-shipments', 'naive'];
/** The naive handler costs many times more: fewer batches give it the same precision. */
const NAIVE_SHARE = 0.4;
/** It makes a call an event, where ours make one for fifty: its calls are compiled as early. Thrice as many change nothing (346 and 347 µs). */
const NAIVE_WARM_UP_SHARE = 0.05;

/** One of the measured processes, warmed up. */
interface Contestant {
  readonly variant: Variant;
  /** Measures its next round. */
  readonly round: () => Promise<Measurement>;
  readonly end: () => void;
}

async function start(variant: Variant, settings: BenchSettings): Promise<Contestant> {
  const services = await startStubServices();
  const child = fork(join(import.meta.dirname, 'child.ts'), [variant, JSON.stringify(settings)], {
    env: {
      PATH: process.env['PATH'] ?? '',
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_ENDPOINT_URL: services.endpoint,
      BRONZE_BUCKET: 'bronze',
      QUARANTINE_BUCKET: 'quarantine',
      LEDGER_TABLE: 'lake-ledger',
      METRIC_NAMESPACE: 'Waybill/bench',
      SHIPMENTS_TABLE: 'shipments',
      HORIZON_DAYS: '45',
      GIVE_UP_AFTER_MINUTES: '240',
    },
    // Metric lines of the handlers are written, as in Lambda, and go nowhere.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const told = async (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`The measured process of ${variant} ended early, code ${code}.`));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message);
      });
    });
  const goOn = async (): Promise<unknown> => {
    const answer = told();
    child.send('go on');
    return answer;
  };
  let ready = told();
  await ready;
  return {
    variant,
    round: async () => {
      await ready;
      await goOn();
      const before = services.counts();
      const report = (await goOn()) as ChildReport;
      const after = services.counts();
      ready = goOn();
      // After the last round it ends instead.
      ready.catch(() => undefined);
      return { variant, ...report, requests: after.requests - before.requests, writes: after.writes - before.writes, puts: after.puts - before.puts, putBytes: after.putBytes - before.putBytes };
    },
    end: () => {
      child.kill();
      services.close();
    },
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { batches: { type: 'string' }, 'warm-up': { type: 'string' }, shipments: { type: 'string' }, batch: { type: 'string' }, references: { type: 'string' }, rounds: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help === true) return void process.stdout.write(USAGE);
  const settings: BenchSettings = {
    ...DEFAULT_SETTINGS,
    end: Date.now(),
    batches: wholeNumber('batches', values.batches, DEFAULT_SETTINGS.batches),
    rounds: wholeNumber('rounds', values.rounds, DEFAULT_SETTINGS.rounds),
    warmUp: wholeNumber('warm-up', values['warm-up'], DEFAULT_SETTINGS.warmUp),
    shipments: wholeNumber('shipments', values.shipments, DEFAULT_SETTINGS.shipments),
    referencePercent: values.references === '0' ? 0 : wholeNumber('references', values.references, DEFAULT_SETTINGS.referencePercent),
    recordsPerBatch: wholeNumber('batch', values.batch, DEFAULT_SETTINGS.recordsPerBatch),
  };
  const say = (text: string): void => void (values.json === true || process.stderr.write(`${text}\n`));
  const contestants: Contestant[] = [];
  try {
    for (const variant of VARIANTS) {
      say(`warming up: ${variant}`);
      contestants.push(await start(variant, variant === 'naive' ? naiveSettings(settings) : settings));
    }
    const rounds: Measurement[][] = [];
    for (let round = 0; round < settings.rounds; round += 1) {
      say(`round ${round + 1} of ${settings.rounds}`);
      const measured: Measurement[] = [];
      for (const contestant of contestants) measured.push(await contestant.round());
      rounds.push(measured);
    }
    const facts = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', eventsPerSecond: EVENTS_PER_SECOND, ...settings };
    printReport({ rounds, facts, asJson: values.json === true });
  } finally {
    for (const contestant of contestants) contestant.end();
  }
}

const naiveSettings = (settings: BenchSettings): BenchSettings => ({ ...settings, batches: Math.ceil(settings.batches * NAIVE_SHARE), warmUp: Math.ceil(settings.warmUp * NAIVE_WARM_UP_SHARE) });

function wholeNumber(name: string, given: string | undefined, fallback: number): number {
  if (given === undefined) return fallback;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} got "${given}"; a whole number from 1 is allowed, e.g. --${name} ${fallback}.`);
  return value;
}

await main();
