import type { ContractRuntime } from '../../contracts/model.ts';
import { createAwsClient } from '../_shared/aws/client.ts';
import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { requireEnv } from '../_shared/environment.ts';
import type { KinesisEvent } from '../_shared/kinesis-event.ts';
import { createLogger } from '../_shared/logger.ts';
import { expectShortLives } from '../_shared/short-lived.ts';
import { createSkipList } from '../_shared/skip-list.ts';
import { bucketStore, tableLedger } from './aws-ports.ts';
import { createHandler } from './create-handler.ts';
import { ARCHIVE_EVENTS_ENV } from './names.ts';

/** Binds archive-events to a contract: what the deployed entry of each contract calls once, at start. */
export function bindHandler(contract: ContractRuntime): (event: KinesisEvent) => Promise<BatchAnswer> {
  const { bronzeBucket, quarantineBucket, ledgerTable, metricNamespace } = ARCHIVE_EVENTS_ENV;
  const env = requireEnv([bronzeBucket, quarantineBucket, ledgerTable, metricNamespace]);
  const aws = createAwsClient();
  const { name } = contract.descriptor;
  expectShortLives();
  return createHandler({
    contract,
    bronze: bucketStore(aws, env[bronzeBucket]),
    quarantine: bucketStore(aws, env[quarantineBucket]),
    ledger: tableLedger(aws, env[ledgerTable]),
    skipList: createSkipList({ aws, table: env[ledgerTable], contract: name }),
    log: createLogger({ fields: { function: 'archive-events', contract: name } }),
    metricNamespace: env[metricNamespace],
    print: (line) => process.stdout.write(`${line}\n`),
    now: Date.now,
  });
}
