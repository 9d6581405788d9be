import { NewerFormatError, OVERFLOW_LIMITS, PackedStateError } from '../../domain/shipment/index.ts';
import type { OverflowLimits } from '../../domain/shipment/index.ts';
import type { Logger } from '../_shared/logger.ts';
import { describeError } from '../_shared/logger.ts';
import { chunks, LIMITS } from './dynamo-batches.ts';
import type { DynamoBatches } from './dynamo-batches.ts';
import type { ShipmentChange } from './fold-batch.ts';
import { isNothing, planWrites } from './plan-writes.ts';
import type { WritePlan } from './plan-writes.ts';
import { readShipments } from './read-shipments.ts';
import { writePlans } from './write-plans.ts';

/**
 * Why a shipment was not written. `contended`: others kept writing it; `refused`: the table throttled, failed or did not
 * answer; `newer-format`: a newer release wrote it; `unreadable`: its bytes are no packed state.
 */
export type Failure = 'contended' | 'refused' | 'newer-format' | 'unreadable';

export interface ApplyOutcome {
  readonly written: number;
  /** Knew it all already: nothing was written. */
  readonly unchanged: number;
  /** Failed conditions, also those that a later round mended. */
  readonly conflicts: number;
  /** By shipment id. */
  readonly failed: ReadonlyMap<string, Failure>;
}

export interface StateStore {
  /** Merges the changes into the table. Repeating it, whole or in parts, in any order, changes nothing more. */
  readonly apply: (changes: ReadonlyMap<string, ShipmentChange>, now: number) => Promise<ApplyOutcome>;
}

export interface StateStoreOptions {
  readonly batches: DynamoBatches;
  readonly table: string;
  readonly horizonMs: number;
  readonly log: Logger;
  readonly pause: (ms: number) => Promise<void>;
  /** @default OVERFLOW_LIMITS */
  readonly limits?: OverflowLimits;
  /** Reads and writes of one shipment at most, before its conflict is handed back. @default ROUNDS */
  readonly rounds?: number;
}

export const ROUNDS = 5;
/** Rounds after which a table that refuses everything is left alone: the caller holds the checkpoint, Lambda comes again. */
const REFUSED_ROUNDS = 2;
const FIRST_PAUSE_MS = 20;

interface Progress {
  /** Not done yet. */
  readonly open: Map<string, ShipmentChange>;
  readonly failed: Map<string, Failure>;
  /** Written at least once: when a later round finds nothing to do, it was this batch's own write. */
  readonly attempted: Set<string>;
  /** An overflow page was not as expected: it may exist without being named by the main item. */
  readonly allPages: Set<string>;
  written: number;
  unchanged: number;
  conflicts: number;
}

export function createStateStore(options: StateStoreOptions): StateStore {
  return {
    apply: async (changes, now) => {
      const progress: Progress = { open: new Map(changes), failed: new Map(), attempted: new Set(), allPages: new Set(), written: 0, unchanged: 0, conflicts: 0 };
      let idleRounds = 0;
      for (let round = 0; round < (options.rounds ?? ROUNDS) && progress.open.size > 0 && idleRounds < REFUSED_ROUNDS; round += 1) {
        if (round > 0) await options.pause(FIRST_PAUSE_MS * 2 ** round);
        const before = standing(progress);
        await runRound(options, progress, { consistent: round > 0, now });
        idleRounds = standing(progress) === before ? idleRounds + 1 : 0;
      }
      return { written: progress.written, unchanged: progress.unchanged, conflicts: progress.conflicts, failed: progress.failed };
    },
  };
}

/** Changes with every shipment done, every first write and every conflict: while it does, somebody makes progress. */
const standing = ({ open, attempted, conflicts }: Progress): string => `${open.size} ${attempted.size} ${conflicts}`;

interface Round {
  readonly consistent: boolean;
  readonly now: number;
}

/**
 * A slice goes its own way from read to write: what was read of it is planned and let go before all others have come. A
 * slice is what one call reads.
 */
async function runRound(options: StateStoreOptions, progress: Progress, round: Round): Promise<void> {
  await Promise.all(chunks([...progress.open], LIMITS.get).map(async (slice) => runSlice(options, progress, { ...round, slice })));
}

async function runSlice(options: StateStoreOptions, progress: Progress, { slice, consistent, now }: Round & { readonly slice: readonly (readonly [string, ShipmentChange])[] }): Promise<void> {
  const stored = await readShipments(options.batches, slice.map(([shipmentId]) => shipmentId), { consistent, allPages: progress.allPages });
  const plans: WritePlan[] = [];
  for (const [shipmentId, change] of slice) {
    const image = stored.get(shipmentId);
    if (image === undefined) {
      progress.failed.set(shipmentId, 'refused');
      continue;
    }
    const plan = planOrHold(options, progress, { shipmentId, change, stored: image, now });
    if (plan === undefined) continue;
    if (isNothing(plan)) settle(progress, shipmentId);
    else plans.push(plan);
  }
  const results = await writePlans(options, plans);
  for (const { shipmentId } of plans) {
    const result = results.get(shipmentId) ?? { outcome: 'refused', writes: 0 };
    if (result.writes > 0) progress.attempted.add(shipmentId);
    if (result.outcome === 'done') settle(progress, shipmentId);
    else if (result.outcome === 'refused') progress.failed.set(shipmentId, 'refused');
    else {
      progress.conflicts += 1;
      progress.failed.set(shipmentId, 'contended');
      if (result.outcome === 'page-conflict') progress.allPages.add(shipmentId);
    }
  }
}

type PlanRequest = Pick<Parameters<typeof planWrites>[0], 'shipmentId' | 'change' | 'stored' | 'now'>;

/** The plan; undefined when the stored state must not be touched. */
function planOrHold(options: StateStoreOptions, progress: Progress, request: PlanRequest): WritePlan | undefined {
  try {
    const plan = planWrites({ ...request, table: options.table, horizonMs: options.horizonMs, limits: options.limits ?? OVERFLOW_LIMITS });
    for (const item of plan.oversized) {
      options.log.error('shipment item near the size that DynamoDB refuses; its source floods it', { severity: 2, shipmentId: plan.shipmentId, key: item.key, bytes: item.bytes, source: item.source });
    }
    return plan;
  } catch (error) {
    if (!(error instanceof NewerFormatError || error instanceof PackedStateError)) throw error;
    progress.open.delete(request.shipmentId);
    progress.failed.set(request.shipmentId, error instanceof NewerFormatError ? 'newer-format' : 'unreadable');
    options.log.error('stored shipment state is held, not written over', { severity: 2, shipmentId: request.shipmentId, ...describeError(error) });
    return undefined;
  }
}

function settle(progress: Progress, shipmentId: string): void {
  progress.open.delete(shipmentId);
  progress.failed.delete(shipmentId);
  if (progress.attempted.has(shipmentId)) progress.written += 1;
  else progress.unchanged += 1;
}
