import { setTimeout as pause } from 'node:timers/promises';
import type { ContractRuntime } from '../../contracts/model.ts';
import { createAwsClient } from '../_shared/aws/client.ts';
import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { requireEnv } from '../_shared/environment.ts';
import type { KinesisEvent } from '../_shared/kinesis-event.ts';
import { createLogger } from '../_shared/logger.ts';
import { createSkipList } from '../_shared/skip-list.ts';
import { createDynamoBatches } from '../track-shipments/dynamo-batches.ts';
import { positiveNumber } from '../track-shipments/environment.ts';
import { createProgressLog } from '../track-shipments/progress.ts';
import { createHandler } from './create-handler.ts';
import { TRACK_VEHICLES_ENV } from './names.ts';
import { createPageStore } from './page-store.ts';
import { createShardList } from './shard-list.ts';

const HOUR = 3_600_000;

/** A table that hangs must not eat the function's time: then the answer, not a timeout, holds the checkpoint. */
const CALL = { timeoutMs: 3_000, attempts: 2 } as const;

/** Binds track-vehicles to a contract: what the deployed entry calls once, at start. */
export function bindHandler(contract: ContractRuntime): (event: KinesisEvent) => Promise<BatchAnswer> {
  const names = TRACK_VEHICLES_ENV;
  const env = requireEnv(Object.values(names));
  const aws = createAwsClient(CALL);
  const { name } = contract.descriptor;
  const table = env[names.vehiclesTable];
  const buckets = Math.round(positiveNumber(env, names.buckets));
  const keptMs = positiveNumber(env, names.keptHours) * HOUR;
  const log = createLogger({ fields: { function: 'track-vehicles', contract: name } });
  const wait = (ms: number): Promise<void> => pause(ms);
  return createHandler({
    contract,
    store: createPageStore({ batches: createDynamoBatches({ aws, table, pause: wait, log }), table, keptMs, log, pause: wait }),
    shards: createShardList({ aws, table, buckets, keptMs }),
    progress: createProgressLog({ aws, table: env[names.ledgerTable], contract: name }),
    skipList: createSkipList({ aws, table: env[names.ledgerTable], contract: name }),
    log,
    metricNamespace: env[names.metricNamespace],
    print: (line) => process.stdout.write(`${line}\n`),
    now: Date.now,
    rule: { buckets, keptMs },
  });
}
