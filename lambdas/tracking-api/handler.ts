import { createAwsClient } from '../_shared/aws/client.ts';
import { requireEnv } from '../_shared/environment.ts';
import { createAccess } from '../_shared/http/caller.ts';
import type { HttpApiAnswer, HttpApiEvent } from '../_shared/http/event.ts';
import { createLogger } from '../_shared/logger.ts';
import { positiveNumber } from '../track-shipments/environment.ts';
import { createCountsReader } from './counts-reader.ts';
import { createDailyReader } from './daily-reader.ts';
import { createHandler } from './create-handler.ts';
import { createFreshnessReader } from './freshness.ts';
import { TRACKING_API_ENV } from './names.ts';
import { listShipments } from './shipment-lister.ts';
import { readShipment } from './shipment-reader.ts';

/** The contract whose events make shipment state. */
const TRACKED_CONTRACT = 'shipment-event';
/** The contract whose fixes are positions. */
const VEHICLE_CONTRACT = 'vehicle-position';

const DAY = 86_400_000;

/** Far under the function's ten seconds: a reader hears "unavailable" instead of nothing. */
const CALL = { timeoutMs: 2_500, attempts: 2 } as const;

let bound: ((event: HttpApiEvent) => Promise<HttpApiAnswer>) | undefined;

/** Entry of the function. Bound at the first request, so that the module loads without an environment. */
export const handler = async (event: HttpApiEvent): Promise<HttpApiAnswer> => {
  bound ??= bind();
  return bound(event);
};

function bind(): (event: HttpApiEvent) => Promise<HttpApiAnswer> {
  const names = TRACKING_API_ENV;
  const env = requireEnv(Object.values(names));
  const aws = createAwsClient(CALL);
  const table = env[names.shipmentsTable];
  const horizonMs = positiveNumber(env, names.horizonDays) * DAY;
  const log = createLogger({ fields: { function: 'tracking-api' } });
  return createHandler({
    readShipment: (shipmentId, now) => readShipment({ aws, table, shipmentId, now }),
    listShipments: (question) => listShipments({ aws, table, horizonMs }, question),
    readCounts: createCountsReader({ aws, table: env[names.countsTable] }),
    readDaily: createDailyReader({ aws, bucket: env[names.lakeBucket], log }),
    customersOf: createAccess({ aws, table: env[names.accessTable] }).customersOf,
    readFreshness: createFreshnessReader({ aws, table: env[names.ledgerTable], contract: TRACKED_CONTRACT }),
    readVehicleFreshness: createFreshnessReader({ aws, table: env[names.ledgerTable], contract: VEHICLE_CONTRACT }),
    log,
    now: Date.now,
  });
}
