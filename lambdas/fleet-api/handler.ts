import { setTimeout as pause } from 'node:timers/promises';
import { createAwsClient } from '../_shared/aws/client.ts';
import { requireEnv } from '../_shared/environment.ts';
import { createAccess } from '../_shared/http/caller.ts';
import type { HttpApiAnswer, HttpApiEvent } from '../_shared/http/event.ts';
import { createLogger } from '../_shared/logger.ts';
import { createDynamoBatches } from '../track-shipments/dynamo-batches.ts';
import { positiveNumber } from '../track-shipments/environment.ts';
import { createCellMemory } from './cell-memory.ts';
import { createHandler } from './create-handler.ts';
import { createDelayedShipments } from './delayed-shipments.ts';
import { createFleetHolder } from './fleet-holder.ts';
import { FLEET_API_ENV } from './names.ts';
import { createPageMemory } from './page-memory.ts';
import { createPartnerShipments } from './partner-shipments.ts';
import { readFleet } from './read-fleet.ts';
import { readTrail } from './trail-reader.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Far under the function's ten seconds: a reader hears of memory, or "unavailable", instead of nothing. */
const CALL = { timeoutMs: 2_000, attempts: 2 } as const;

let bound: ((event: HttpApiEvent) => Promise<HttpApiAnswer>) | undefined;

/** Entry of the function. Bound at the first request, so that the module loads without an environment. */
export const handler = async (event: HttpApiEvent): Promise<HttpApiAnswer> => {
  bound ??= bind();
  return bound(event);
};

function bind(): (event: HttpApiEvent) => Promise<HttpApiAnswer> {
  const names = FLEET_API_ENV;
  const env = requireEnv(Object.values(names));
  const aws = createAwsClient(CALL);
  const table = env[names.vehiclesTable];
  const log = createLogger({ fields: { function: 'fleet-api' } });
  const keptMs = positiveNumber(env, names.keptHours) * 60 * MINUTE;
  const memory = createPageMemory({ aws, batches: createDynamoBatches({ aws, table, pause: (ms) => pause(ms), log }), table });
  const cellMemory = createCellMemory();
  const delayed = createDelayedShipments({ aws, table: env[names.shipmentsTable], log });
  return createHandler({
    holder: createFleetHolder({
      read: (asOf, isUrgent) => readFleet({ memory, delayed, keptMs, cellMemory }, asOf, isUrgent),
      now: Date.now,
      refreshMs: positiveNumber(env, names.refreshSeconds) * SECOND,
      boundMs: positiveNumber(env, names.boundSeconds) * SECOND,
      log,
    }),
    cellMemory,
    readTrail: (question) => readTrail({ aws, table, ...question }),
    customersOf: createAccess({ aws, table: env[names.accessTable] }).customersOf,
    partnerShipments: createPartnerShipments({ aws, table: env[names.shipmentsTable] }),
    log,
    now: Date.now,
    silentAfterMs: positiveNumber(env, names.silentMinutes) * MINUTE,
  });
}
