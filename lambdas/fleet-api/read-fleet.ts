import { createBreather } from './breather.ts';
import type { DelayedShipments } from './delayed-shipments.ts';
import { makeFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import type { PageMemory } from './page-memory.ts';

export interface FleetSources {
  readonly memory: PageMemory;
  readonly delayed: DelayedShipments;
  readonly keptMs: number;
}

/** The fleet as the tables have it now; in no hurry while nobody waits for it. @throws AwsError when not all pages could be read. */
export async function readFleet({ memory, delayed, keptMs }: FleetSources, asOf: number, isUrgent: () => boolean): Promise<Fleet> {
  const breathe = createBreather({ isUrgent });
  const [pages, delayedIds] = await Promise.all([memory.refresh(breathe), delayed.get(asOf)]);
  return makeFleet(pages, { asOf, keptMs, delayed: delayedIds, breathe });
}
