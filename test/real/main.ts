/**
 * Real files through the deployed sandbox: `npm run test:real -- --data <folder>`. The folder holds `gps/2016-01-17.csv.gz` (a day
 * of bus positions; its last hours, `--replay-hours`, are replayed at sixty times their pace) and `edi/dcsa_tnt_v3_examples.json` (DCSA Track & Trace examples). It fails loudly when they are missing.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { deployed } from '../e2e/deployed.ts';
import { lakePython } from '../sandbox/athena/lake-python.ts';
import { busDayLive, nothingOnTheMap } from './bus-day-live.ts';
import { busDayAsProduct } from './data-product.ts';
import type { Deployed } from '../e2e/deployed.ts';
import { countLake, settledIdentities } from '../../bench/judge/lake-count.ts';
import { PROJECT } from '../sandbox/harness.ts';

interface Report { readonly records: number; readonly put: number; readonly valid: number; readonly quarantined: number }

const MAPPINGS = join(PROJECT, 'docs', 'guide', 'mappings');
const counts = { passed: 0, failed: 0 };

function check(what: string, holds: boolean, found: unknown): void {
  counts[holds ? 'passed' : 'failed']++;
  process.stdout.write(`  ${holds ? 'ok    ' : 'FAILED'}  ${what}${holds ? '' : `: found ${JSON.stringify(found)}`}\n`);
}

async function busDay(app: Deployed, file: string): Promise<void> {
  process.stdout.write('A day of bus positions, through waybill put with a mapping file\n');
  const begun = Date.now();
  const report = await app.waybillJson<Report>('put', file, '--mapping', join(MAPPINGS, 'bus-positions.json'));
  await caughtUp(app.platform);
  const lake = await countLake(app.platform, 'vehicle-position');
  check('every row was put', report.records > 0 && report.put === report.records, report);
  check(`all ${report.records} rows are in bronze or quarantine, by identity`, settledIdentities(lake) === report.records, { bronze: lake.bronze.size, quarantine: lake.quarantine.size });
  check('quarantine holds as many as put foretold, each with a reason', lake.quarantine.size === report.quarantined && (report.quarantined === 0 || lake.rules.size > 0), [...lake.rules]);
  process.stdout.write(`  ${report.records} rows: ${lake.bronze.size} in bronze, ${lake.quarantine.size} in quarantine, ${((Date.now() - begun) / 1000).toFixed(1)} s from file to lake\n`);
}

async function dcsaEvents(app: Deployed, file: string): Promise<void> {
  process.stdout.write('DCSA Track & Trace events, through a mapping\n');
  const report = await app.waybillJson<Report & { reasons: { place: string; violations: { path: string }[] }[] }>('put', file, '--mapping', join(MAPPINGS, 'dcsa-tnt-v3.json'));
  await caughtUp(app.platform);
  const lake = await countLake(app.platform, 'shipment-event');
  check('every event was put', report.records > 0 && report.put === report.records, report);
  check('all events are in bronze or quarantine, by identity', settledIdentities(lake) === report.records, { bronze: lake.bronze.size, quarantine: lake.quarantine.size });
  check('retractions that name no shipment are quarantined for that, and nothing else is', report.reasons.every((each) => each.violations.every((violation) => violation.path === '/shipmentId')) && lake.quarantine.size === report.quarantined, report.reasons);
  const shipment = await app.waybill('track', 'ABC123059');
  check('events older than the horizon go to the lake only: no live shipment', shipment.code === 1, shipment);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: 'string' }, 'replay-hours': { type: 'string', default: '3' } } });
  const files = values.data === undefined ? undefined : { bus: resolve(values.data, 'gps', '2016-01-17.csv.gz'), dcsa: resolve(values.data, 'edi', 'dcsa_tnt_v3_examples.json') };
  const missing = files === undefined ? ['--data <folder>'] : Object.values(files).filter((file) => !existsSync(file));
  if (files === undefined || missing.length > 0) {
    process.stderr.write(`test:real needs ${missing.join(' and ')}.\nExample: npm run test:real -- --data ../data\n`);
    process.exitCode = 2;
    return;
  }
  const app = await deployed();
  try {
    await busDay(app, files.bus);
    await nothingOnTheMap(app, check);
    await busDayLive(app, files.bus, { check, hours: Number(values['replay-hours']) });
    await dcsaEvents(app, files.dcsa);
  } finally {
    await app.stop();
  }
  await lakePython();
  await busDayAsProduct(check, files.bus);
  process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
}

await main();
