/**
 * How many records a second of one core the simulated world makes. Prints, asserts nothing.
 * Usage: node bin/run.mjs bench/simulator.ts
 */
import process from 'node:process';
import { createWorld, history } from '../simulator/index.ts';

const ROUNDS = 5;

function rate(seed: number): number {
  const world = createWorld({ seed, now: Date.now(), shipments: 1_000, vehicles: 20 });
  const before = process.cpuUsage().user;
  let records = 0;
  for (const { data } of history(world)) records += data.length > 0 ? 1 : 0;
  return (records / (process.cpuUsage().user - before)) * 1e6;
}

// The first round warms up.
const rates = Array.from({ length: ROUNDS + 1 }, (_, seed) => rate(seed)).slice(1).sort((a, b) => a - b);
process.stdout.write(`${Math.round(rates[Math.floor(ROUNDS / 2)] ?? Number.NaN).toLocaleString('en-US')} records a second of one core (median of ${ROUNDS}, Node ${process.versions.node})\n`);
