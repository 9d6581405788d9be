import { setTimeout as pause } from 'node:timers/promises';
import { createAwsClient } from '../_shared/aws/client.ts';
import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { requireEnv } from '../_shared/environment.ts';
import { createLogger } from '../_shared/logger.ts';
import type { TableStreamEvent } from '../_shared/table-stream.ts';
import { createDynamoBatches } from '../track-shipments/dynamo-batches.ts';
import { createAlertStore } from './alert-store.ts';
import { createHandler } from './create-handler.ts';
import { RAISE_ALERTS_ENV } from './names.ts';
import { createStormBook } from './storm-book.ts';

const CALL = { timeoutMs: 3_000, attempts: 3 } as const;

let bound: ((event: TableStreamEvent) => Promise<BatchAnswer>) | undefined;

/** Entry of the function. Bound at the first call, so that the module loads without an environment. */
export const handler = async (event: TableStreamEvent): Promise<BatchAnswer> => {
  bound ??= bind();
  return bound(event);
};

function bind(): (event: TableStreamEvent) => Promise<BatchAnswer> {
  const names = RAISE_ALERTS_ENV;
  const env = requireEnv(Object.values(names));
  const aws = createAwsClient(CALL);
  const table = env[names.alertsTable];
  const log = createLogger({ fields: { function: 'raise-alerts' } });
  const batches = createDynamoBatches({ aws, table, pause: async (ms) => pause(ms), log });
  return createHandler({
    store: createAlertStore({ batches, storms: createStormBook({ aws, batches, table }), table }),
    log,
    metricNamespace: env[names.metricNamespace],
    print: (line) => process.stdout.write(`${line}\n`),
    now: Date.now,
  });
}
