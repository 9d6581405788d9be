/** Puts the simulated world on the streams of a deployment: its history once, then its life second by second. */
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { setTimeout as wait } from 'node:timers/promises';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { createWorld, history, live } from '../../simulator/index.ts';
import type { SimulatedRecord, SimulatedWorld } from '../../simulator/index.ts';
import { WorldError } from '../errors.ts';
import { invoker } from '../platform/invoke.ts';
import type { Platform } from '../platform/platform.ts';
import { readDamage } from './damage.ts';
import { breakContract } from './break-contract.ts';
import { caughtUp } from './caught-up.ts';
import { putSimulated } from './put-simulated.ts';
import { readWorld, writeWorld } from './world-state.ts';
import type { WorldState } from './world-state.ts';

export interface WorldOptions {
  readonly platform: Platform;
  readonly dir: string;
  readonly seed: number;
  readonly days: number;
  /** 1 = real time. */
  readonly speed: number;
  readonly now: () => number;
  /** Told when records could not be put; the world goes on. */
  readonly complain: (text: string) => void;
}

export interface World {
  /** Puts the history unless it is there already (then undefined), waits until it can be read, and has regions counted. */
  readonly putHistory: (note: (text: string) => void) => Promise<{ shipments: number; events: number } | undefined>;
  /** Starts to live; answers a sentence about what lives. */
  readonly live: () => Promise<string>;
  readonly stop: () => Promise<void>;
  /** A shipment that is worth a look. */
  readonly featured: string;
}

const TICK_MS = 1000;
/** Shorter trouble is not worth a line: what was refused is put again, and a sandbox that stops takes some seconds to be gone. */
const COMPLAIN_AFTER_MS = 15_000;
/** 4,100 in the 35 days of the usual history; a shorter one has fewer of them, not the same crowd in less time. */
const SHIPMENTS_PER_DAY = 4_100 / 35;
/** Of a longer pause only shipment events are caught up with; positions of the past interest nobody. */
const POSITIONS_CAUGHT_UP_MS = 60_000;

export async function openWorld(options: WorldOptions): Promise<World> {
  const { KinesisClient } = await import('@aws-sdk/client-kinesis');
  const client = new KinesisClient(options.platform.client);
  const state: WorldState = readWorld(options.dir) ?? { seed: options.seed, days: options.days, bornAt: options.now() };
  const world = createWorld({ seed: state.seed, now: state.bornAt, days: state.days, orders: true, shipments: Math.max(1, Math.round(state.days * SHIPMENTS_PER_DAY)) });
  let stopping = false;
  let living: Promise<void> = Promise.resolve();
  return {
    featured: world.featured,
    putHistory: async (note) => {
      if (state.livedUntil !== undefined) return undefined;
      const events = await putSimulated(client, options.platform.env, historyOf(world, note));
      await caughtUp(options.platform, note);
      await countRegions(options.platform);
      writeWorld(options.dir, { ...state, livedUntil: state.bornAt });
      return { shipments: world.shipments, events };
    },
    live: () => {
      living = liveOn({ options, client, world, state, stopping: () => stopping });
      return Promise.resolve(`${world.customers} customers, ${world.carriers} carriers, ${world.vehicles} vehicles, about ${Math.round(world.recordsPerSecond * options.speed)} records/s`);
    },
    stop: async () => {
      stopping = true;
      await living;
      client.destroy();
    },
  };
}

/** Not left to the schedule: until its next minute people would see a history of thousands of shipments, and regions with none. */
async function countRegions(platform: Platform): Promise<void> {
  const functionName = await platform.output('serving', OUTPUTS.countRegionsFunction);
  const { error } = await (await invoker(platform))(functionName, '{}');
  if (error !== undefined) throw new WorldError(`Regions could not be counted: ${error}`, { todo: 'npx waybill logs count-regions shows why.' });
}

function* historyOf(world: SimulatedWorld, note: (text: string) => void): Generator<SimulatedRecord> {
  let n = 0;
  for (const record of history(world)) {
    if (++n % 5000 === 0) note(`${n.toLocaleString('en-US')} events`);
    yield record;
  }
}

interface Life { readonly options: WorldOptions; readonly client: KinesisClient; readonly world: SimulatedWorld; readonly state: WorldState; readonly stopping: () => boolean }

async function liveOn({ options, client, world, state, stopping }: Life): Promise<void> {
  let lived = readWorld(options.dir)?.livedUntil ?? state.bornAt;
  let clock = options.now();
  let troubledSince: number | undefined;
  while (!stopping()) {
    const until = options.speed === 1 ? options.now() : lived + TICK_MS * options.speed;
    const fresh = until - POSITIONS_CAUGHT_UP_MS * options.speed;
    const records = [...live(world, lived, until)].filter((each) => each.contract !== 'vehicle-position' || each.at >= fresh);
    try {
      await putSimulated(client, options.platform.env, damaged(records, readDamage(options.dir)));
      lived = until;
      writeWorld(options.dir, { ...state, livedUntil: lived });
      troubledSince = undefined;
    } catch (error) {
      troubledSince ??= options.now();
      if (options.now() >= troubledSince + COMPLAIN_AFTER_MS) options.complain(`The world could not put its events (${error instanceof Error ? error.message : String(error)}); it tries again.\n`);
    }
    clock += TICK_MS;
    await wait(Math.max(50, clock - options.now()));
    clock = Math.max(clock, options.now() - TICK_MS);
  }
}

/** `waybill break contract`: a steady share of the shipment events breaks the contract. */
function* damaged(records: Iterable<SimulatedRecord>, share: number): Generator<SimulatedRecord> {
  let owed = 0;
  for (const record of records) {
    if (record.contract === 'shipment-event') owed += share;
    if (owed < 1) yield record;
    else {
      owed -= 1;
      yield breakContract(record);
    }
  }
}
