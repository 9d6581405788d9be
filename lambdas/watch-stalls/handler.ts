import { setTimeout as pause } from 'node:timers/promises';
import { createAwsClient } from '../_shared/aws/client.ts';
import { requireEnv } from '../_shared/environment.ts';
import { createLogger } from '../_shared/logger.ts';
import { createDynamoBatches } from '../track-shipments/dynamo-batches.ts';
import { positiveNumber } from '../track-shipments/environment.ts';
import { createStateStore } from '../track-shipments/state-store.ts';
import { createHandler } from './create-handler.ts';
import type { WatchStallsAnswer } from './create-handler.ts';
import { closeStorms } from './close-storms.ts';
import { readDue } from './due-index.ts';
import { WATCH_STALLS_ENV } from './names.ts';

const DAY = 86_400_000;
const CALL = { timeoutMs: 3_000, attempts: 2 } as const;

let bound: (() => Promise<WatchStallsAnswer>) | undefined;

/** Entry of the function. Bound at the first call, so that the module loads without an environment. */
export const handler = async (): Promise<WatchStallsAnswer> => {
  bound ??= bind();
  return bound();
};

function bind(): () => Promise<WatchStallsAnswer> {
  const names = WATCH_STALLS_ENV;
  const env = requireEnv(Object.values(names));
  const aws = createAwsClient(CALL);
  const table = env[names.shipmentsTable];
  const log = createLogger({ fields: { function: 'watch-stalls' } });
  const wait = async (ms: number): Promise<void> => pause(ms);
  return createHandler({
    readDue: async (request) => readDue({ aws, table }, request),
    store: createStateStore({ batches: createDynamoBatches({ aws, table, pause: wait, log }), table, horizonMs: positiveNumber(env, names.horizonDays) * DAY, log, pause: wait }),
    closeStorms: async (now) => closeStorms({ aws, table: env[names.alertsTable] }, now),
    log,
    metricNamespace: env[names.metricNamespace],
    print: (line) => process.stdout.write(`${line}\n`),
    now: Date.now,
  });
}
