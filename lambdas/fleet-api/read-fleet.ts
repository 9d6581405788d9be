import { createBreather } from './breather.ts';
import type { CellMemory } from './cell-memory.ts';
import type { DelayedShipments } from './delayed-shipments.ts';
import { makeFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import type { PageMemory } from './page-memory.ts';

export interface FleetSources {
  readonly memory: PageMemory;
  readonly delayed: DelayedShipments;
  readonly keptMs: number;
  readonly cellMemory: CellMemory;
}

/** The fleet as the tables have it now; in no hurry while nobody waits for it. @throws AwsError when not all pages could be read. */
export async function readFleet({ memory, delayed, keptMs, cellMemory }: FleetSources, asOf: number, isUrgent: () => boolean): Promise<Fleet> {
  const breathe = createBreather({ isUrgent });
  const [pages, delayedIds] = await Promise.all([memory.refresh(breathe), delayed.get(asOf)]);
  const fleet = await makeFleet(pages, { asOf, keptMs, delayed: delayedIds, breathe });
  await cellMemory.prepare(fleet, breathe);
  return fleet;
}
