import type { ContractRuntime } from '../../contracts/model.ts';
import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { ALL_DONE, holdBatch, holdFrom } from '../_shared/batch-answer.ts';
import { readEvent } from '../_shared/check-event.ts';
import type { DecodedRecord } from '../_shared/decode/decode-records.ts';
import { decodeRecords } from '../_shared/decode/decode-records.ts';
import type { KinesisEvent } from '../_shared/kinesis-event.ts';
import { arrivalOf, shardOf } from '../_shared/kinesis-event.ts';
import { describeError } from '../_shared/logger.ts';
import type { Logger } from '../_shared/logger.ts';
import type { SkipList } from '../_shared/skip-list.ts';
import type { ProgressLog } from '../track-shipments/progress.ts';
import { batchMetrics } from './batch-metrics.ts';
import { foldBatch } from './fold-batch.ts';
import type { ArrivedFix, FoldedFixes, FoldRule, Position } from './fold-batch.ts';
import type { ApplyOutcome, PageStore } from './page-store.ts';
import type { ShardList } from './shard-list.ts';

export interface TrackVehiclesPorts {
  readonly contract: ContractRuntime;
  readonly store: PageStore;
  readonly shards: ShardList;
  readonly progress: ProgressLog;
  readonly skipList: SkipList;
  readonly log: Logger;
  /** CloudWatch namespace of the environment. */
  readonly metricNamespace: string;
  /** Takes one EMF line per batch. */
  readonly print: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly rule: FoldRule;
}

/** Its name in the contract, where stands what it reads. */
const CONSUMER = 'track-vehicles';

/**
 * Tracks one batch of positions: decode, validate, fold by bucket, join with the pages, answer. What could not be written
 * holds the checkpoint at its first record. A batch may come again, whole or in part, at any time: joining is idempotent.
 */
export function createHandler(ports: TrackVehiclesPorts): (event: KinesisEvent) => Promise<BatchAnswer> {
  return async (event) => {
    const [first] = event.Records;
    const last = event.Records.at(-1);
    if (first === undefined || last === undefined) return ALL_DONE;
    const shard = shardOf(first);
    const end = { sequence: last.kinesis.sequenceNumber, arrivalTime: arrivalOf(last) };
    let isSkipped: boolean;
    try {
      // Asked only for a batch of one, before the record is looked at: looking may be what crashes.
      isSkipped = event.Records.length === 1 && (await ports.skipList.contains({ shard, sequence: end.sequence }));
    } catch (error) {
      ports.log.error('batch held: the skip list could not be read', { ...describeError(error), shard });
      return holdBatch(event);
    }
    const folded = foldBatch(isSkipped ? [] : validFixes(decodeRecords(event.Records), ports.contract), ports.rule);
    return track({ event, shard, end, folded, now: ports.now() }, ports);
  };
}

/** The events of a batch that bronze takes too; what it refuses is passed over here, archive-events quarantines it. */
function* validFixes(records: readonly DecodedRecord[], contract: ContractRuntime): Generator<ArrivedFix> {
  let recordsBefore = 0;
  for (const record of records) {
    if (record.kind === 'event') {
      const verdict = readEvent(record, contract, CONSUMER);
      if (verdict.accepted) yield { event: verdict.event, arrivalTime: record.arrivalTime, sequence: record.sequence, recordsBefore };
    }
    if (record.kind !== 'marker') recordsBefore += 1;
  }
}

interface Batch {
  readonly event: KinesisEvent;
  readonly shard: string;
  readonly end: { readonly sequence: string; readonly arrivalTime: number };
  readonly folded: FoldedFixes;
  readonly now: number;
}

async function track({ event, shard, end, folded, now }: Batch, ports: TrackVehiclesPorts): Promise<BatchAnswer> {
  if (folded.buckets.size > 0) {
    try {
      // Before the pages: a page that nobody can find is not live.
      await ports.shards.announce(shard, now);
    } catch (error) {
      ports.log.error('batch held: the shard could not be announced to readers', { ...describeError(error), shard });
      return holdBatch(event);
    }
  }
  const outcome = await ports.store.apply(shard, folded.buckets, now);
  ports.print(batchMetrics({ namespace: ports.metricNamespace, contract: ports.contract.descriptor.name, now, counts: folded.counts, outcome }));
  if (outcome.failed.size > 0) {
    const from = firstUnwritten(folded, outcome);
    ports.log.warn('checkpoint held: pages were not written', { shard, fromSequence: from.sequence, pages: outcome.failed.size, failures: [...new Set(outcome.failed.values())].sort().join(',') });
    return holdFrom(from.sequence);
  }
  try {
    await ports.progress.advance({ shard, ...end, foldedTime: now });
  } catch (error) {
    // Freshness must never hold a batch that is in state: told here, and mended by the next batch.
    ports.log.warn('progress row not moved; freshness will look older than it is', { ...describeError(error), shard });
  }
  return ALL_DONE;
}

/** Where the batch first speaks of a vehicle whose page was not written. */
function firstUnwritten({ buckets }: FoldedFixes, { failed }: ApplyOutcome): Position {
  let lowest: Position | undefined;
  for (const bucket of failed.keys()) {
    const first = buckets.get(bucket)?.first;
    if (first !== undefined && (lowest === undefined || first.recordsBefore < lowest.recordsBefore)) lowest = first;
  }
  if (lowest === undefined) throw new Error(`No bucket of the batch was refused, and yet: ${[...failed.keys()].join(', ')}.`);
  return lowest;
}
