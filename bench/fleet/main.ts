/**
 * Vehicles by the hundred thousand: write units per position, look-ups inside the function, answers, memory. Prints, asserts nothing.
 * Usage: npm run bench:fleet [-- --vehicles 100000]
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { measureLookUps } from './look-ups.ts';
import { measureWriteUnits } from './write-units.ts';

const { values } = parseArgs({ options: { vehicles: { type: 'string', default: '100000' } } });
const vehicles = Number(values.vehicles);
if (!Number.isInteger(vehicles) || vehicles < 100 || vehicles > 1_000_000) {
  process.stderr.write(`--vehicles must be a whole number from 100 to 1000000, got ${values.vehicles}; for example 100000\n`);
  process.exit(2);
}
const say = (line: string): void => void process.stdout.write(`${line}\n`);
/** One shard's part is enough: shards share nothing. */
const SHARD_VEHICLES = Math.min(4_000, vehicles);

const { pages, readUnits, refreshMs, idleMs, memory, inside, answers } = await measureLookUps({ vehicles, perPage: 100 });
say(`${vehicles.toLocaleString('en-US')} vehicles on ${pages.toLocaleString('en-US')} pages: ${readUnits.toLocaleString('en-US')} read units a refresh, ${refreshMs.toFixed(0)} ms of CPU when all pages changed, ${idleMs.toFixed(0)} ms when none did; ${memory.toFixed(0)} MB`);
say('\nlook-up inside the function, µs');
for (const { name, p50, p99 } of inside) say(`  ${name.padEnd(42)} p50 ${p50.toFixed(1).padStart(8)}   p99 ${p99.toFixed(1).padStart(8)}`);
say('\nwhole answer of the handler, gzip included, ms');
for (const { name, p50, p99 } of answers) say(`  ${name.padEnd(42)} p50 ${p50.toFixed(2).padStart(8)}   p99 ${p99.toFixed(2).padStart(8)}`);
say('\nwrite units per position, 10 s window');
say('  a fix each   vehicles a page   pages    trails   aboard   all      CPU µs a position');
for (const everyMs of [3_667, 10_000]) {
  for (const perPage of [25, 50, 100]) {
    const found = await measureWriteUnits({ vehicles: SHARD_VEHICLES, everyMs, perPage, windowMs: 10_000 });
    say(`  ${(everyMs / 1_000).toFixed(1).padStart(6)} s   ${String(perPage).padStart(15)}   ${[found.pages, found.trails, found.aboard, found.all].map((value) => value.toFixed(4)).join('   ')}   ${found.cpu.toFixed(1)}`);
  }
}
