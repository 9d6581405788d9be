import type { AwsClient } from '../../../lambdas/_shared/aws/client.ts';
import type { KinesisEvent } from '../../../lambdas/_shared/kinesis-event.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { createSkipList } from '../../../lambdas/_shared/skip-list.ts';
import { bucketStore, tableLedger } from '../../../lambdas/archive-events/aws-ports.ts';
import { createHandler as createArchive } from '../../../lambdas/archive-events/create-handler.ts';
import { createHandler } from '../../../lambdas/catch-up/create-handler.ts';
import type { CatchUpAnswer, CatchUpRequest } from '../../../lambdas/catch-up/create-handler.ts';
import { readPositions } from '../../../lambdas/catch-up/positions.ts';
import { createDynamoBatches } from '../../../lambdas/track-shipments/dynamo-batches.ts';
import { createStateStore } from '../../../lambdas/track-shipments/state-store.ts';
import type { FakeAws } from '../track-shipments/fake-aws.ts';
import { BRONZE, contract, HORIZON_MS, LEDGER, NOW, TABLE } from '../track-shipments/tracker.ts';

export const QUARANTINE = 'quarantine';
const silent = createLogger({ fields: {}, write: () => undefined });
const pause = (): Promise<void> => Promise.resolve();

/** The real archive-events over the fake AWS: what catch-up reads is what it wrote. */
export function createArchiver(aws: AwsClient): (event: KinesisEvent) => Promise<unknown> {
  return createArchive({
    contract,
    bronze: bucketStore(aws, BRONZE),
    quarantine: bucketStore(aws, QUARANTINE),
    ledger: tableLedger(aws, LEDGER),
    skipList: createSkipList({ aws, table: LEDGER, contract: contract.descriptor.name }),
    log: silent,
    metricNamespace: 'Waybill/test',
    print: () => undefined,
    now: () => NOW,
  });
}

export function createCatchUp(aws: FakeAws): (request: CatchUpRequest) => Promise<CatchUpAnswer> {
  return catchUpOver(aws, (key) => {
    aws.objects.delete(`${BRONZE}/${key}`);
    return Promise.resolve();
  });
}

export function catchUpOver(aws: AwsClient, deleteNote: (key: string) => Promise<void>): (request: CatchUpRequest) => Promise<CatchUpAnswer> {
  return createHandler({
    contract,
    store: createStateStore({ batches: createDynamoBatches({ aws, table: TABLE, pause, log: silent }), table: TABLE, horizonMs: HORIZON_MS, log: silent, pause }),
    readNote: (key) => aws.getObject({ bucket: BRONZE, key }),
    deleteNote,
    readPositions: (note) => readPositions({ aws, bronzeBucket: BRONZE, quarantineBucket: QUARANTINE, lookBackHours: 168 }, note),
    log: silent,
    now: () => NOW,
    horizonMs: HORIZON_MS,
  });
}

/** Keys of the notes that wait. */
export const noteKeys = (aws: FakeAws): string[] => [...aws.objects.keys()].filter((key) => key.includes('catch-up/')).map((key) => key.slice(BRONZE.length + 1));
