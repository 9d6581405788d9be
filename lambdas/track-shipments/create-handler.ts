import type { ContractRuntime } from '../../contracts/model.ts';
import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { ALL_DONE, holdBatch, holdFrom } from '../_shared/batch-answer.ts';
import { SpareArena } from '../_shared/decode/arena.ts';
import type { Arena } from '../_shared/decode/arena.ts';
import type { DecodedRecord } from '../_shared/decode/decode-records.ts';
import { capacityFor, decodeRecords } from '../_shared/decode/decode-records.ts';
import type { KinesisEvent } from '../_shared/kinesis-event.ts';
import { arrivalOf, shardOf, streamOf } from '../_shared/kinesis-event.ts';
import { describeError } from '../_shared/logger.ts';
import type { Logger } from '../_shared/logger.ts';
import type { SkipList } from '../_shared/skip-list.ts';
import { batchMetrics } from './batch-metrics.ts';
import { foldBatch } from './fold-batch.ts';
import type { FoldedBatch, Position } from './fold-batch.ts';
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

/** What is left of an invocation once it is decoded. */
interface Decoded {
  readonly shard: string;
  /** Name of the stream; undefined when the records do not say. */
  readonly stream: string | undefined;
  readonly firstArrival: number;
  readonly last: { readonly sequence: string; readonly arrivalTime: number };
  readonly decoded: readonly DecodedRecord[];
  /** Where their bytes lie. */
  readonly arena: Arena;
}

interface Batch extends Omit<Decoded, 'decoded' | 'arena'> {
  /** Records that are no markers. */
  readonly records: number;
  readonly folded: FoldedBatch;
  readonly now: number;
}

/**
 * Tracks one batch: decode, validate, fold by shipment, merge into the table, answer. What could not be written holds the
 * checkpoint at its first record; after a stated time of refusal the positions are noted for catch-up and the stream goes
 * on. A batch may come again, whole or in part, at any time: merging is idempotent.
 */
export function createHandler(ports: TrackShipmentsPorts): (event: KinesisEvent) => Promise<BatchAnswer> {
  // In steps, and each holds only what the next one needs. The event is megabytes of young objects: while anything holds
  // them, each collection of garbage copies them, at a sixth of all that the function costs.
  const spare = new SpareArena();
  return (event) => decodeEvent(event, ports, spare).then((begun) => ('decoded' in begun ? track(fold(begun, ports, spare), ports) : begun));
}

/** The batch, decoded; or the answer, when there is nothing to track or it must not be looked at. */
async function decodeEvent(event: KinesisEvent, ports: TrackShipmentsPorts, spare: SpareArena): Promise<Decoded | BatchAnswer> {
  const [first, second] = event.Records;
  const last = event.Records.at(-1);
  if (first === undefined || last === undefined) return ALL_DONE;
  const shard = shardOf(first);
  let skip: boolean;
  try {
    // Asked only for a batch of one, before the record is looked at: looking may be what crashes.
    skip = second === undefined && (await ports.skipList.contains({ shard, sequence: first.kinesis.sequenceNumber }));
  } catch (error) {
    ports.log.error('batch held: the skip list could not be read', { ...describeError(error), shard });
    return holdBatch(event);
  }
  const arena = spare.take(skip ? 0 : capacityFor(event.Records));
  return {
    shard,
    stream: streamOf(first),
    firstArrival: arrivalOf(first),
    last: { sequence: last.kinesis.sequenceNumber, arrivalTime: arrivalOf(last) },
    decoded: skip ? [] : decodeRecords(event.Records, arena),
    arena,
  };
}

function fold({ decoded, arena, ...origin }: Decoded, { contract, horizonMs, now }: TrackShipmentsPorts, spare: SpareArena): Batch {
  const folded = foldBatch(validEvents(decoded, contract), { entityKey: contract.descriptor.entityKey, horizonMs });
  // What is folded has its texts and bytes for itself.
  spare.putBack(arena);
  return { ...origin, records: decoded.reduce((count, { kind }) => (kind === 'marker' ? count : count + 1), 0), folded, now: now() };
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
  const from = firstUnwritten(batch.folded, outcome);
  const held = { answer: holdFrom(from.sequence), givenUp: 0 };
  const reason = giveUpReason(outcome, { firstArrival: batch.firstArrival, now: batch.now, giveUpAfterMs: ports.giveUpAfterMs });
  const fields = { shard: batch.shard, fromSequence: from.sequence, shipments: outcome.failed.size, failures: [...new Set(outcome.failed.values())].sort().join(',') };
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

/** Where the batch first speaks of a shipment that was not written. */
function firstUnwritten({ shipments }: FoldedBatch, { failed }: ApplyOutcome): Position {
  let lowest: Position | undefined;
  for (const id of failed.keys()) {
    const first = shipments.get(id)?.first;
    if (first !== undefined && (lowest === undefined || first.recordsBefore < lowest.recordsBefore)) lowest = first;
  }
  if (lowest === undefined) throw new Error(`No shipment of the batch was refused, and yet: ${[...failed.keys()].join(', ')}.`);
  return lowest;
}

/** Freshness must never hold a batch that is in state: a failure here is told, and mended by the next batch. */
async function advance({ shard, last, now }: Batch, { progress, log }: TrackShipmentsPorts): Promise<void> {
  try {
    await progress.advance({ shard, sequence: last.sequence, arrivalTime: last.arrivalTime, foldedTime: now });
  } catch (error) {
    log.warn('progress row not moved; freshness will look older than it is', { ...describeError(error), shard });
  }
}
