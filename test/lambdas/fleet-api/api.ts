import { createAccess } from '../../../lambdas/_shared/http/caller.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { createCellMemory } from '../../../lambdas/fleet-api/cell-memory.ts';
import { createHandler } from '../../../lambdas/fleet-api/create-handler.ts';
import { createDelayedShipments } from '../../../lambdas/fleet-api/delayed-shipments.ts';
import { createFleetHolder } from '../../../lambdas/fleet-api/fleet-holder.ts';
import { createPageMemory } from '../../../lambdas/fleet-api/page-memory.ts';
import { createPartnerShipments } from '../../../lambdas/fleet-api/partner-shipments.ts';
import { readFleet } from '../../../lambdas/fleet-api/read-fleet.ts';
import { readTrail } from '../../../lambdas/fleet-api/trail-reader.ts';
import { createDynamoBatches } from '../../../lambdas/track-shipments/dynamo-batches.ts';
import { httpEvent } from '../_shared/http/http-event.ts';
import type { FakeAws } from '../track-shipments/fake-aws.ts';
import { KEPT_MS, NOW, TABLE } from '../track-vehicles/tracker.ts';

export const SHIPMENTS = 'waybill-test-shipments';
export const ACCESS = 'waybill-test-api-access';
export const REFRESH_MS = 5_000;
export const BOUND_MS = 12_000;

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}
export type Ask = (path: string, query?: Readonly<Record<string, string>>, claims?: Readonly<Record<string, unknown>>) => Promise<Answer>;

/** The function with its real parts, over the fake AWS. */
export function createFleetApi(aws: FakeAws, { now = () => NOW }: { now?: () => number } = {}): Ask {
  const log = createLogger({ fields: { function: 'fleet-api' }, write: () => undefined });
  const memory = createPageMemory({ aws, batches: createDynamoBatches({ aws, table: TABLE, pause: () => Promise.resolve(), log }), table: TABLE });
  const delayed = createDelayedShipments({ aws, table: SHIPMENTS, log });
  const cellMemory = createCellMemory();
  const handle = createHandler({
    cellMemory,
    holder: createFleetHolder({ read: (asOf, isUrgent) => readFleet({ memory, delayed, keptMs: KEPT_MS, cellMemory }, asOf, isUrgent), now, refreshMs: REFRESH_MS, boundMs: BOUND_MS, log }),
    readTrail: (question) => readTrail({ aws, table: TABLE, ...question }),
    customersOf: createAccess({ aws, table: ACCESS }).customersOf,
    partnerShipments: createPartnerShipments({ aws, table: SHIPMENTS }),
    log,
    now,
    silentAfterMs: 600_000,
  });
  return async (path, query, claims) => {
    const answer = await handle(httpEvent({ path, ...(query !== undefined && { query }), ...(claims !== undefined && { claims }) }));
    return { status: answer.statusCode, body: JSON.parse(answer.body) as Record<string, unknown> };
  };
}
