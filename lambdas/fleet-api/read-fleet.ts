import type { DelayedShipments } from './delayed-shipments.ts';
import { makeFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import type { PageMemory } from './page-memory.ts';

export interface FleetSources {
  readonly memory: PageMemory;
  readonly delayed: DelayedShipments;
  readonly keptMs: number;
}

/** The fleet as the tables have it now. @throws AwsError when not all pages could be read. */
export async function readFleet({ memory, delayed, keptMs }: FleetSources, asOf: number): Promise<Fleet> {
  const [pages, delayedIds] = await Promise.all([memory.refresh(), delayed.get(asOf)]);
  return makeFleet(pages, { asOf, keptMs, delayed: delayedIds });
}
