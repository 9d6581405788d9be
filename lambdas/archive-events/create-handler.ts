import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { ALL_DONE, holdBatch } from '../_shared/batch-answer.ts';
import type { KinesisEvent } from '../_shared/kinesis-event.ts';
import { shardOf } from '../_shared/kinesis-event.ts';
import { describeError } from '../_shared/logger.ts';
import type { AssembledBatch } from './assemble-batch.ts';
import { assembleBatch } from './assemble-batch.ts';
import { batchMetrics } from './batch-metrics.ts';
import type { ArchiveEventsPorts } from './ports.ts';

/**
 * Archives one batch: decode, validate, announce, quarantine object, bronze object, ledger rows, answer. When a sink refuses, the
 * answer names the first record: the whole batch comes again, and no batch is ever cut by an outage. Every step may be
 * repeated, after a crash anywhere, with the same or another cut of the stream.
 */
export function createHandler(ports: ArchiveEventsPorts): (event: KinesisEvent) => Promise<BatchAnswer> {
  return async (event) => {
    if (event.Records.length === 0) return ALL_DONE;
    let skip: boolean;
    try {
      skip = await isToBeSkipped(event, ports);
    } catch (error) {
      return hold(event, ports, error);
    }

    // Outside of any try: content never throws, so what throws here is a crash. It must leave the function, so that Lambda
    // bisects down to the record and the shard stops loudly.
    const batch = assembleBatch({ records: event.Records, contract: ports.contract, skip });

    try {
      await store(batch, ports);
    } catch (error) {
      return hold(event, ports, error);
    }
    ports.print(batchMetrics({ counts: batch.counts, namespace: ports.metricNamespace, contract: ports.contract.descriptor.name, timestamp: ports.now() }));
    return ALL_DONE;
  };
}

/** Asked before the record is looked at: looking may be what crashes. */
async function isToBeSkipped({ Records }: KinesisEvent, { skipList }: ArchiveEventsPorts): Promise<boolean> {
  const [only, second] = Records;
  if (only === undefined || second !== undefined) return false;
  return skipList.contains({ shard: shardOf(only), sequence: only.kinesis.sequenceNumber });
}

/**
 * An object is announced before it is written and its row is new only afterwards: every object has a row, and every row that
 * is new has its object. Quarantine before bronze: an identity in both counts as bronze.
 */
async function store({ quarantine, bronze, rows }: AssembledBatch, ports: ArchiveEventsPorts): Promise<void> {
  await Promise.all(rows.filter(({ kind }) => kind !== 'marker').map((row) => ports.ledger.announce(row)));
  if (quarantine !== undefined) await ports.quarantine.putIfAbsent(quarantine);
  if (bronze !== undefined) await ports.bronze.putIfAbsent(bronze);
  await Promise.all(rows.map((row) => ports.ledger.confirm(row)));
}

function hold(event: KinesisEvent, { log }: ArchiveEventsPorts, error: unknown): BatchAnswer {
  const first = event.Records[0];
  log.error('batch held: a sink refused it, the whole batch comes again', {
    ...describeError(error),
    shard: first === undefined ? '' : shardOf(first),
    firstSequence: first?.kinesis.sequenceNumber,
    records: event.Records.length,
  });
  return holdBatch(event);
}
