import { setTimeout as pause } from 'node:timers/promises';
import type { ContractRuntime } from '../../contracts/model.ts';
import { createAwsClient } from '../_shared/aws/client.ts';
import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { requireEnv } from '../_shared/environment.ts';
import type { KinesisEvent } from '../_shared/kinesis-event.ts';
import { createLogger } from '../_shared/logger.ts';
import { expectShortLives } from '../_shared/short-lived.ts';
import { createSkipList } from '../_shared/skip-list.ts';
import { createHandler } from './create-handler.ts';
import { createDynamoBatches } from './dynamo-batches.ts';
import { positiveNumber } from './environment.ts';
import { TRACK_SHIPMENTS_ENV } from './names.ts';
import { createNoteBook } from './notes.ts';
import { createProgressLog } from './progress.ts';
import { createStateStore } from './state-store.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

/** A table that hangs must not eat the function's time: then the answer, not a timeout, holds the checkpoint. */
const CALL = { timeoutMs: 3_000, attempts: 2 } as const;

/** Binds track-shipments to a contract: what the deployed entry calls once, at start. */
export function bindHandler(contract: ContractRuntime): (event: KinesisEvent) => Promise<BatchAnswer> {
  const names = TRACK_SHIPMENTS_ENV;
  const env = requireEnv(Object.values(names));
  const aws = createAwsClient(CALL);
  const { name } = contract.descriptor;
  const table = env[names.shipmentsTable];
  const horizonMs = positiveNumber(env, names.horizonDays) * DAY;
  const log = createLogger({ fields: { function: 'track-shipments', contract: name } });
  expectShortLives();
  const wait = (ms: number): Promise<void> => pause(ms);
  return createHandler({
    contract,
    store: createStateStore({ batches: createDynamoBatches({ aws, table, pause: wait, log }), table, horizonMs, log, pause: wait }),
    notes: createNoteBook({ aws, bucket: env[names.bronzeBucket] }),
    progress: createProgressLog({ aws, table: env[names.ledgerTable], contract: name }),
    skipList: createSkipList({ aws, table: env[names.ledgerTable], contract: name }),
    log,
    metricNamespace: env[names.metricNamespace],
    print: (line) => process.stdout.write(`${line}\n`),
    now: Date.now,
    horizonMs,
    giveUpAfterMs: positiveNumber(env, names.giveUpAfterMinutes) * MINUTE,
  });
}
