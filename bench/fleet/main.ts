/**
 * Vehicles by the hundred thousand: look-ups inside the function, write units per position, memory, and whole answers through
 * the HTTP API of a sandbox while positions flow. Prints, asserts nothing.
 * Usage: npm run bench:fleet [-- --vehicles 100000] [-- --only inside|api]
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { measureLookUps } from './look-ups.ts';
import { measureWholeAnswers } from './whole-answers.ts';
import { measureWriteUnits } from './write-units.ts';

const PARTS = ['inside', 'api'] as const;
/** One shard's part is enough: shards share nothing. */
const SHARD_VEHICLES = 4_000;
/** Positions a second that flow while answers are timed. */
const FLOW = 100;

const { values } = parseArgs({ options: { vehicles: { type: 'string', default: '100000' }, only: { type: 'string' } } });
const vehicles = Number(values.vehicles);
if (!Number.isInteger(vehicles) || vehicles < 100 || vehicles > 1_000_000) refuse(`--vehicles must be a whole number from 100 to 1000000, got ${values.vehicles}; for example 100000`);
if (values.only !== undefined && !PARTS.some((part) => part === values.only)) refuse(`--only must be ${PARTS.join(' or ')}, got ${values.only}`);

if (values.only !== 'api') await inside();
if (values.only !== 'inside') await throughTheApi();

function refuse(mistake: string): never {
  process.stderr.write(`${mistake}\n`);
  process.exit(2);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function inside(): Promise<void> {
  const { pages, readUnits, refreshMs, idleMs, memory, inside, answers } = await measureLookUps({ vehicles, perPage: 100 });
  say(`${vehicles.toLocaleString('en-US')} vehicles on ${pages.toLocaleString('en-US')} pages: ${readUnits.toLocaleString('en-US')} read units a refresh, ${refreshMs.toFixed(0)} ms of CPU when all pages changed, ${idleMs.toFixed(0)} ms when none did; ${memory.toFixed(0)} MB`);
  say('\nlook-up inside the function, µs (each the quickest of five)');
  for (const { name, p50, p99 } of inside) say(`  ${name.padEnd(42)} p50 ${p50.toFixed(1).padStart(8)}   p99 ${p99.toFixed(1).padStart(8)}`);
  say('\nwhole answer of the handler, gzip included, ms');
  for (const { name, p50, p99 } of answers) say(`  ${name.padEnd(42)} p50 ${p50.toFixed(2).padStart(8)}   p99 ${p99.toFixed(2).padStart(8)}`);
  say('\nwrite units per position, 10 s window');
  say('  a fix each   vehicles a page   pages    trails   aboard   all      CPU µs a position');
  for (const everyMs of [3_667, 10_000]) {
    for (const perPage of [25, 50, 100]) {
      const found = await measureWriteUnits({ vehicles: Math.min(SHARD_VEHICLES, vehicles), everyMs, perPage, windowMs: 10_000 });
      say(`  ${(everyMs / 1_000).toFixed(1).padStart(6)} s   ${String(perPage).padStart(15)}   ${[found.pages, found.trails, found.aboard, found.all].map((value) => value.toFixed(4)).join('   ')}   ${found.cpu.toFixed(1)}`);
    }
  }
}

async function throughTheApi(): Promise<void> {
  const { rate, questions, processes } = await measureWholeAnswers({ vehicles, rate: FLOW, say });
  say(`\nwhole answer through the sandbox's HTTP API, ms, while ${rate.toFixed(0)} positions a second flow`);
  for (const { name, p50, p95, p99, bytes, gzip, failures } of questions) {
    say(`  ${name.padEnd(42)} p50 ${p50.toFixed(1).padStart(7)}   p95 ${p95.toFixed(1).padStart(7)}   p99 ${p99.toFixed(1).padStart(7)}   ${bytes.toFixed(0).padStart(7)} bytes${gzip ? ' gzip' : ''}${failures === 0 ? '' : `   FAILED: ${failures}`}`);
  }
  say('\nprocesses meanwhile');
  for (const [name, megabytes, cpu] of processes) say(`  ${name.padEnd(42)} ${megabytes.toFixed(0).padStart(5)} MB   ${cpu.toFixed(1).padStart(6)} s of CPU`);
}
