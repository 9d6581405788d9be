/**
 * How far the ETA is from what then happened, on the simulated world: by the plan alone, with senders' estimates, and with
 * the standard times of lanes behind both. `npm run bench:eta -- [shipments]`
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { laneTimes, LIVE_CONTEXT, plannedRest } from '../domain/delay/index.ts';
import { derive, EMPTY, foldFacts, factOf, fromContract } from '../domain/shipment/index.ts';
import type { DeriveContext, DerivedState, EntrySet } from '../domain/shipment/index.ts';
import { createWorld, history } from '../simulator/index.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 20, 12);
const shipments = Number(process.argv[2] ?? 1_500);

const [, ...rows] = readFileSync(join(import.meta.dirname, '../contracts/reference/lanes.csv'), 'utf8').trim().split('\n');
const lanes = rows.map((row) => row.split(',')).map(([origin = '', destination = '', mode = '', , hours]) => ({ origin, destination, mode, hours: Number(hours) }));
const withLanes: DeriveContext = { ...LIVE_CONTEXT, laneMedianFrom: laneTimes(lanes) };
const withRest: DeriveContext = { ...LIVE_CONTEXT, laneMedianFrom: plannedRest };

interface Look {
  readonly live: DerivedState;
  readonly lanes: DerivedState;
  readonly rest: DerivedState;
  readonly plan: number | undefined;
}

/** All looks at a shipment, one after each of its events, and its set in the end. */
interface Story {
  set: EntrySet;
  readonly looks: Look[];
}

const stories = new Map<string, Story>();
for (const { contract, data, at } of history(createWorld({ seed: 11, now: NOW, shipments }))) {
  if (contract !== 'shipment-event') continue;
  const told = parsed(data);
  const event = told === undefined ? undefined : fromContract(told, 1);
  const id = told?.['shipmentId'];
  if (event === undefined || typeof id !== 'string') continue;
  const story = stories.get(id) ?? { set: EMPTY, looks: [] };
  stories.set(id, story);
  story.set = foldFacts([factOf(event)], story.set);
  const live = derive(story.set, at, LIVE_CONTEXT);
  if (live.status === 'NONE' || live.eta === undefined || live.eta.basis === 'ACTUAL') continue;
  story.looks.push({ live, lanes: derive(story.set, at, withLanes), rest: derive(story.set, at, withRest), plan: endOf(live)?.planned });
}

const errors = { plan: [] as number[], live: [] as number[], lanes: [] as number[], rest: [] as number[] };
const byBasis = new Map<string, { own: number[]; plan: number[] }>();
for (const { set, looks } of stories.values()) {
  const end = endOf(derive(set, NOW, LIVE_CONTEXT))?.actual;
  if (end === undefined) continue;
  for (const look of looks) {
    if (look.plan === undefined || look.live.eta === undefined || look.lanes.eta === undefined || look.rest.eta === undefined) continue;
    const off = (time: number): number => Math.abs(time - end) / HOUR;
    errors.plan.push(off(look.plan));
    errors.live.push(off(look.live.eta.time));
    errors.lanes.push(off(look.lanes.eta.time));
    errors.rest.push(off(look.rest.eta.time));
    const basis = byBasis.get(look.lanes.eta.basis) ?? { own: [], plan: [] };
    byBasis.set(look.lanes.eta.basis, basis);
    basis.own.push(off(look.lanes.eta.time));
    basis.plan.push(off(look.plan));
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const percentile = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;
const line = (name: string, values: readonly number[]): string => `${name.padEnd(34)} ${String(values.length).padStart(7)} ${mean(values).toFixed(2).padStart(8)} ${percentile(values, 0.5).toFixed(2).padStart(8)} ${percentile(values, 0.9).toFixed(2).padStart(8)}`;

process.stdout.write([
  `${shipments} simulated shipments, looked at after each event until they ended. Hours between ETA and the true end:`,
  '',
  `${''.padEnd(34)} ${'looks'.padStart(7)} ${'mean'.padStart(8)} ${'p50'.padStart(8)} ${'p90'.padStart(8)}`,
  line('plan alone', errors.plan),
  line('estimates, else plan (live)', errors.live),
  line('estimates, else lanes, else plan', errors.lanes),
  line('estimates, else last step + rest', errors.rest),
  '',
  ...[...byBasis].flatMap(([basis, { own, plan }]) => [line(`where it rests on ${basis}`, own), line('  the plan there', plan)]),
  '',
].join('\n'));

function endOf({ milestones }: DerivedState): DerivedState['milestones'][number] | undefined {
  return milestones.findLast(({ type }) => type === 'DELIVERED' || type === 'ARRIVED');
}

function parsed(data: string | Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(data.toString()) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
