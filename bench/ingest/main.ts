import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ChildReport, Variant } from './child.ts';
import { DEFAULT_SETTINGS, EVENTS_PER_SECOND, makeBenchPayloads } from './load.ts';
import type { BenchSettings } from './load.ts';
import { printReport } from './report.ts';
import type { Measurement } from './report.ts';
import { startStubServices } from './stub-services.ts';

const USAGE = `npm run bench:ingest -- [options]: CPU per event of the ingest handlers against a naive one, in one run.

  --events N      measured events            (${DEFAULT_SETTINGS.events})
  --shipments N   shipments under way        (${DEFAULT_SETTINGS.shipments})
  --batch N       records per batch          (${DEFAULT_SETTINGS.recordsPerBatch})
  --references N  percent of shipments whose carrier states references in each event (${DEFAULT_SETTINGS.referencePercent})
  --rounds N      runs of each, median taken (3)
  --json          the numbers as JSON
`;

const VARIANTS: readonly Variant[] = ['parse', 'archive-events', 'track-shipments', 'naive'];
/** The naive handler costs many times more: fewer events give it the same precision. */
const NAIVE_SHARE = 0.4;

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
    options: { events: { type: 'string' }, shipments: { type: 'string' }, batch: { type: 'string' }, references: { type: 'string' }, rounds: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help === true) return void process.stdout.write(USAGE);
  const settings: BenchSettings = {
    ...DEFAULT_SETTINGS,
    start: Date.now(),
    events: wholeNumber('events', values.events, DEFAULT_SETTINGS.events),
    shipments: wholeNumber('shipments', values.shipments, DEFAULT_SETTINGS.shipments),
    referencePercent: values.references === '0' ? 0 : wholeNumber('references', values.references, DEFAULT_SETTINGS.referencePercent),
    recordsPerBatch: wholeNumber('batch', values.batch, DEFAULT_SETTINGS.recordsPerBatch),
  };
  const rounds = wholeNumber('rounds', values.rounds, 3);

  const measurements: Measurement[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const variant of VARIANTS) {
      if (values.json !== true) process.stderr.write(`round ${round + 1} of ${rounds}: ${variant}\n`);
      const share = variant === 'naive' ? NAIVE_SHARE : 1;
      measurements.push(await measureOnce(variant, { ...settings, events: Math.round((settings.events * share) / settings.recordsPerBatch) * settings.recordsPerBatch, warmUp: Math.round((settings.warmUp * share) / settings.recordsPerBatch) * settings.recordsPerBatch }));
    }
  }
  const load = makeBenchPayloads(settings);
  const facts = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', eventsPerSecond: EVENTS_PER_SECOND, rounds, ...settings, eventsPerShipment: load.eventsPerShipment, bytesPerEvent: load.bytesPerEvent };
  printReport({ measurements, facts, asJson: values.json === true });
}

function wholeNumber(name: string, given: string | undefined, fallback: number): number {
  if (given === undefined) return fallback;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} got "${given}"; a whole number from 1 is allowed, e.g. --${name} ${fallback}.`);
  return value;
}

await main();
