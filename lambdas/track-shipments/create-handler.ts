import type { ContractRuntime } from '../../contracts/model.ts';
import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { ALL_DONE, holdBatch, holdFrom } from '../_shared/batch-answer.ts';
import type { DecodedRecord } from '../_shared/decode/decode-records.ts';
import { decodeRecords, eventsOf } from '../_shared/decode/decode-records.ts';
import type { KinesisEvent } from '../_shared/kinesis-event.ts';
import { padSequence, shardOf } from '../_shared/kinesis-event.ts';
import { describeError } from '../_shared/logger.ts';
import type { Logger } from '../_shared/logger.ts';
import type { SkipList } from '../_shared/skip-list.ts';
import { batchMetrics } from './batch-metrics.ts';
import { foldBatch } from './fold-batch.ts';
import type { FoldedBatch } from './fold-batch.ts';
import { giveUpReason, noteOf } from './give-up.ts';
import type { NoteBook } from './notes.ts';
import type { ProgressLog } from './progress.ts';
import type { ApplyOutcome, StateStore } from './state-store.ts';
import { validEvents } from './valid-events.ts';

export interface TrackShipmentsPorts {
  readonly contract: ContractRuntime;
  readonly store: StateStore;
  readonly notes: NoteBook;
  readonly progress: ProgressLog;
  readonly skipList: SkipList;
  readonly log: Logger;
  /** CloudWatch namespace of the environment. */
  readonly metricNamespace: string;
  /** Takes one EMF line per batch. */
  readonly print: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly horizonMs: number;
  /** Age of a batch's oldest record at which refused state writes are given up. */
  readonly giveUpAfterMs: number;
}

interface Batch {
  readonly event: KinesisEvent;
  readonly shard: string;
  readonly decoded: readonly DecodedRecord[];
  readonly folded: FoldedBatch;
  readonly now: number;
}

/**
 * Tracks one batch: decode, validate, fold by shipment, merge into the table, answer. What could not be written holds the
 * checkpoint at its first record; after a stated time of refusal the positions are noted for catch-up and the stream goes
 * on. A batch may come again, whole or in part, at any time: merging is idempotent.
 */
export function createHandler(ports: TrackShipmentsPorts): (event: KinesisEvent) => Promise<BatchAnswer> {
  return async (event) => {
    const [first, second] = event.Records;
    if (first === undefined) return ALL_DONE;
    const shard = shardOf(first);
    let skip: boolean;
    try {
      // Asked only for a batch of one, before the record is looked at: looking may be what crashes.
      skip = second === undefined && (await ports.skipList.contains({ shard, sequence: first.kinesis.sequenceNumber }));
    } catch (error) {
      ports.log.error('batch held: the skip list could not be read', { ...describeError(error), shard });
      return holdBatch(event);
    }
    const now = ports.now();
    const decoded = skip ? [] : decodeRecords(event.Records);
    const folded = foldBatch(validEvents(eventsOf(decoded), ports.contract), { entityKey: ports.contract.descriptor.entityKey, horizonMs: ports.horizonMs });
    return track({ event, shard, decoded, folded, now }, ports);
  };
}

async function track(batch: Batch, ports: TrackShipmentsPorts): Promise<BatchAnswer> {
  const outcome = await ports.store.apply(batch.folded.shipments, batch.now);
  const isDone = outcome.failed.size === 0;
  const { answer, givenUp } = isDone ? { answer: ALL_DONE, givenUp: 0 } : await holdOrGiveUp(batch, outcome, ports);
  if (isDone) await advance(batch, ports);
  ports.print(batchMetrics({ namespace: ports.metricNamespace, contract: ports.contract.descriptor.name, now: batch.now, counts: batch.folded.counts, outcome, givenUp }));
  return answer;
}

interface Ending {
  readonly answer: BatchAnswer;
  /** Positions noted for catch-up. */
  readonly givenUp: number;
}

async function holdOrGiveUp(batch: Batch, outcome: ApplyOutcome, ports: TrackShipmentsPorts): Promise<Ending> {
  const from = firstUnwritten(batch, outcome);
  const held = { answer: holdFrom(from), givenUp: 0 };
  const reason = giveUpReason(outcome, { event: batch.event, now: batch.now, giveUpAfterMs: ports.giveUpAfterMs });
  const fields = { shard: batch.shard, fromSequence: from, shipments: outcome.failed.size, failures: [...new Set(outcome.failed.values())].sort().join(',') };
  if (reason === undefined) {
    ports.log.warn('checkpoint held: shipments were not written', fields);
    return held;
  }
  const note = noteOf({ ...batch, from, reason, contract: ports.contract.descriptor.name });
  try {
    await ports.notes.write(note);
  } catch (error) {
    ports.log.error('checkpoint held: positions could not be noted for catch-up', { ...fields, ...describeError(error) });
    return held;
  }
  ports.log.error('positions given up and noted; run waybill catch-up when state can be written again', { severity: 2, ...fields, reason });
  return { answer: ALL_DONE, givenUp: note.records };
}

/** The lowest sequence number at which the batch speaks of a shipment that was not written. */
function firstUnwritten({ event, folded }: Batch, { failed }: ApplyOutcome): string {
  const sequences = [...failed.keys()].map((id) => folded.shipments.get(id)?.firstSequence).filter((sequence) => sequence !== undefined);
  const [lowest] = sequences.sort((a, b) => (padSequence(a) < padSequence(b) ? -1 : 1));
  return lowest ?? event.Records[0]?.kinesis.sequenceNumber ?? '';
}

/** Freshness must never hold a batch that is in state: a failure here is told, and mended by the next batch. */
async function advance({ event, shard, now }: Batch, { progress, log }: TrackShipmentsPorts): Promise<void> {
  const last = event.Records.at(-1);
  if (last === undefined) return;
  try {
    const arrivalTime = Math.round(last.kinesis.approximateArrivalTimestamp * 1000);
    await progress.advance({ shard, sequence: last.kinesis.sequenceNumber, arrivalTime, foldedTime: now });
  } catch (error) {
    log.warn('progress row not moved; freshness will look older than it is', { ...describeError(error), shard });
  }
}
