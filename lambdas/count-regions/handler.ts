import { setTimeout as pause } from 'node:timers/promises';
import { createAwsClient } from '../_shared/aws/client.ts';
import { requireEnv } from '../_shared/environment.ts';
import { createLogger } from '../_shared/logger.ts';
import { createDynamoBatches } from '../track-shipments/dynamo-batches.ts';
import { positiveNumber } from '../track-shipments/environment.ts';
import { countVehicles } from './count-vehicles.ts';
import { storeCounts } from './counts-store.ts';
import { createHandler } from './create-handler.ts';
import { COUNT_REGIONS_ENV } from './names.ts';
import { scanShipments } from './scan-shipments.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let bound: (() => Promise<void>) | undefined;

/** Entry of the function. Bound at the first call, so that the module loads without an environment. */
export const handler = async (): Promise<void> => {
  bound ??= bind();
  return bound();
};

function bind(): () => Promise<void> {
  const names = COUNT_REGIONS_ENV;
  const env = requireEnv(Object.values(names));
  const aws = createAwsClient();
  const horizonMs = positiveNumber(env, names.horizonDays) * DAY;
  const batches = createDynamoBatches({ aws, table: env[names.vehiclesTable], pause: (ms) => pause(ms), log: createLogger({ fields: { function: 'count-regions' } }) });
  return createHandler({
    scanShipments: (now, take) => scanShipments({ aws, table: env[names.shipmentsTable], now, horizonMs }, take),
    addVehicles: (counts) => countVehicles({ aws, batches, table: env[names.vehiclesTable], keptMs: positiveNumber(env, names.positionHours) * HOUR, silentAfterMs: positiveNumber(env, names.silentMinutes) * MINUTE }, counts),
    store: (counts) => storeCounts({ aws, table: env[names.countsTable] }, counts),
    metricNamespace: env[names.metricNamespace],
    print: (line) => process.stdout.write(`${line}\n`),
    now: Date.now,
  });
}
