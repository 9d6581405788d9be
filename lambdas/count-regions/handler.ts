import { createAwsClient } from '../_shared/aws/client.ts';
import { requireEnv } from '../_shared/environment.ts';
import { positiveNumber } from '../track-shipments/environment.ts';
import { storeCounts } from './counts-store.ts';
import { createHandler } from './create-handler.ts';
import { COUNT_REGIONS_ENV } from './names.ts';
import { scanShipments } from './scan-shipments.ts';

const DAY = 86_400_000;

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
  return createHandler({
    scanShipments: (now, take) => scanShipments({ aws, table: env[names.shipmentsTable], now, horizonMs }, take),
    addVehicles: () => Promise.resolve(),
    store: (counts) => storeCounts({ aws, table: env[names.countsTable] }, counts),
    metricNamespace: env[names.metricNamespace],
    print: (line) => process.stdout.write(`${line}\n`),
    now: Date.now,
  });
}
