import { setTimeout as pause } from 'node:timers/promises';
import type { ContractRuntime } from '../../contracts/model.ts';
import { createAwsClient } from '../_shared/aws/client.ts';
import { requireEnv } from '../_shared/environment.ts';
import { createLogger } from '../_shared/logger.ts';
import { createDynamoBatches } from '../track-shipments/dynamo-batches.ts';
import { positiveNumber } from '../track-shipments/environment.ts';
import { createStateStore } from '../track-shipments/state-store.ts';
import { createHandler } from './create-handler.ts';
import type { CatchUpAnswer, CatchUpRequest } from './create-handler.ts';
import { createDeleter } from './delete-object.ts';
import { CATCH_UP_ENV } from './names.ts';
import { readPositions } from './positions.ts';

const DAY = 86_400_000;

/** Binds catch-up to a contract: what the deployed entry calls once, at start. */
export function bindHandler(contract: ContractRuntime): (request: CatchUpRequest) => Promise<CatchUpAnswer> {
  const names = CATCH_UP_ENV;
  const env = requireEnv([names.shipmentsTable, names.bronzeBucket, names.quarantineBucket, names.horizonDays]);
  const aws = createAwsClient();
  const table = env[names.shipmentsTable];
  const bronzeBucket = env[names.bronzeBucket];
  const horizonMs = positiveNumber(env, names.horizonDays) * DAY;
  const log = createLogger({ fields: { function: 'catch-up', contract: contract.descriptor.name } });
  const wait = (ms: number): Promise<void> => pause(ms);
  const lake = { aws, bronzeBucket, quarantineBucket: env[names.quarantineBucket], lookBackHours: contract.descriptor.stream.retentionHours };
  return createHandler({
    contract,
    store: createStateStore({ batches: createDynamoBatches({ aws, table, pause: wait, log }), table, horizonMs, log, pause: wait }),
    readNote: (key) => aws.getObject({ bucket: bronzeBucket, key }),
    deleteNote: createDeleter(bronzeBucket),
    readPositions: (note) => readPositions(lake, note),
    log,
    now: Date.now,
    horizonMs,
  });
}
