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

  --batches N     measured batches           (${DEFAULT_SETTINGS.batches})
  --warm-up N     batches before them        (${DEFAULT_SETTINGS.warmUp})
  --shipments N   shipments under way        (${DEFAULT_SETTINGS.shipments})
  --batch N       records per batch          (${DEFAULT_SETTINGS.recordsPerBatch})
  --references N  percent of shipments whose carrier states references in each event (${DEFAULT_SETTINGS.referencePercent})
  --rounds N      runs of each, median taken (3)
  --json          the numbers as JSON
`;

const VARIANTS: readonly Variant[] = ['parse', 'archive-events', 'track-shipments', 'naive'];
/** The naive handler costs many times more: fewer batches give it the same precision. */
const NAIVE_SHARE = 0.4;
/** It makes a call an event, where ours make one for fifty: its calls are compiled as early. Thrice as many change nothing (346 and 347 µs). */
const NAIVE_WARM_UP_SHARE = 0.05;

async function measureOnce(variant: Variant, settings: BenchSettings): Promise<Measurement> {
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
  try {
    let before = services.counts();
    const report = await new Promise<ChildReport>((resolve, reject) => {
      child.on('message', (message) => {
        if (message === 'start') before = services.counts();
        else resolve(message as ChildReport);
        child.send('noted');
      });
      child.on('exit', (code) => reject(new Error(`The measured process of ${variant} ended early, code ${code}.`)));
    });
    const after = services.counts();
    const counted = { requests: after.requests - before.requests, writes: after.writes - before.writes, puts: after.puts - before.puts, putBytes: after.putBytes - before.putBytes };
    return { variant, ...report, ...counted };
  } finally {
    services.close();
  }
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
    warmUp: wholeNumber('warm-up', values['warm-up'], DEFAULT_SETTINGS.warmUp),
    shipments: wholeNumber('shipments', values.shipments, DEFAULT_SETTINGS.shipments),
    referencePercent: values.references === '0' ? 0 : wholeNumber('references', values.references, DEFAULT_SETTINGS.referencePercent),
    recordsPerBatch: wholeNumber('batch', values.batch, DEFAULT_SETTINGS.recordsPerBatch),
  };
  const rounds = wholeNumber('rounds', values.rounds, 3);

  const measurements: Measurement[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of VARIANTS) {
      if (values.json !== true) process.stderr.write(`round ${round + 1} of ${rounds}: ${variant}\n`);
      measurements.push(await measureOnce(variant, variant === 'naive' ? naiveSettings(settings) : settings));
    }
  }
  const facts = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', eventsPerSecond: EVENTS_PER_SECOND, rounds, ...settings };
  printReport({ measurements, facts, asJson: values.json === true });
}

const naiveSettings = (settings: BenchSettings): BenchSettings => ({ ...settings, batches: Math.ceil(settings.batches * NAIVE_SHARE), warmUp: Math.ceil(settings.warmUp * NAIVE_WARM_UP_SHARE) });

function wholeNumber(name: string, given: string | undefined, fallback: number): number {
  if (given === undefined) return fallback;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} got "${given}"; a whole number from 1 is allowed, e.g. --${name} ${fallback}.`);
  return value;
}

await main();
