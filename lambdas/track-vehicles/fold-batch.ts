import type { Aboard, Page, Trail, TrailSample, VehicleFix, VehicleState } from '../../domain/vehicle/index.ts';
import { addSample, bucketOf, fixAdmission, fromContract, isTeleport, joinStates, sampleOf, stateOf, TRAIL_MS, trailSlotOf } from '../../domain/vehicle/index.ts';

/** A valid event with the moment the stream took it. */
export interface ArrivedFix {
  readonly event: Readonly<Record<string, unknown>>;
  readonly arrivalTime: number;
  readonly sequence: string;
  /** How many records of the same batch stand before it, markers not counted. */
  readonly recordsBefore: number;
}

/** A place in the batch, and in the stream. */
export type Position = Pick<ArrivedFix, 'sequence' | 'recordsBefore'>;

/** All that one batch says about the vehicles of one bucket. */
export interface BucketChange {
  readonly page: Page;
  /** By ms at which the slot began. */
  readonly trails: ReadonlyMap<number, Trail>;
  /** Of each vehicle the set of its newest fix. */
  readonly aboard: Aboard;
  /** Where the batch first speaks of one of them: an answer that holds the checkpoint points here. */
  readonly first: Position;
}

export interface FoldedFixes {
  /** By bucket. */
  readonly buckets: ReadonlyMap<number, BucketChange>;
  readonly counts: {
    /** Admitted to live state. */
    readonly folded: number;
    /** Older at arrival than positions are kept, and ahead of their arrival: the lake only. */
    readonly tooOld: number;
    readonly future: number;
    /** Of the admitted: older than their message by more than a minute; faster than anything drives. */
    readonly stale: number;
    readonly teleports: number;
  };
}

interface Gathered {
  readonly page: Map<string, VehicleState>;
  readonly trails: Map<number, Map<string, readonly TrailSample[]>>;
  readonly aboard: Map<string, Aboard extends ReadonlyMap<string, infer Sets> ? Sets : never>;
  readonly first: Position;
}

export interface FoldRule {
  /** Pages that the vehicles of a shard are spread over. */
  readonly buckets: number;
  /** How long a position stays without a newer one, ms. */
  readonly keptMs: number;
}

/** Folds valid fixes by bucket. Pure; content never throws. */
export function foldBatch(arrived: Iterable<ArrivedFix>, { buckets, keptMs }: FoldRule): FoldedFixes {
  const gathered = new Map<number, Gathered>();
  const counts = { folded: 0, tooOld: 0, future: 0, stale: 0, teleports: 0 };
  for (const record of arrived) {
    const found = fromContract(record.event);
    // The contract requires what a fix is made of; this keeps a contract that does not from crashing the function.
    if (found === undefined) continue;
    const verdict = fixAdmission(found.fix, { arrivalTime: record.arrivalTime, keptMs });
    if (verdict === 'FUTURE') counts.future += 1;
    else if (verdict === 'TOO_OLD') counts.tooOld += 1;
    else {
      counts.folded += 1;
      if (found.fix.isStale) counts.stale += 1;
      if (gather(groupOf(gathered, bucketOf(found.vehicleId, buckets), record), found, record.arrivalTime)) counts.teleports += 1;
    }
  }
  return { buckets: gathered, counts };
}

function groupOf(gathered: Map<number, Gathered>, bucket: number, { sequence, recordsBefore }: ArrivedFix): Gathered {
  const known = gathered.get(bucket);
  if (known !== undefined) return known;
  const group: Gathered = { page: new Map(), trails: new Map(), aboard: new Map(), first: { sequence, recordsBefore } };
  gathered.set(bucket, group);
  return group;
}

/** Answers whether the fix is the newest of its vehicle so far and impossibly far from the one before. */
function gather({ page, trails, aboard }: Gathered, { vehicleId, fix, shipmentIds }: VehicleFix, arrivalTime: number): boolean {
  const known = page.get(vehicleId);
  const state = known === undefined ? stateOf(fix) : joinStates(known, stateOf(fix));
  page.set(vehicleId, state);
  if (arrivalTime - fix.eventTime <= TRAIL_MS) {
    const slot = trailSlotOf(fix);
    const trail = trails.get(slot) ?? new Map<string, readonly TrailSample[]>();
    trails.set(slot, trail.set(vehicleId, addSample(trail.get(vehicleId) ?? [], sampleOf(fix))));
  }
  if (state.newest !== fix) return false;
  if (fix.aboard === 0) aboard.delete(vehicleId);
  else aboard.set(vehicleId, [{ hash: fix.aboard, seenAt: fix.eventTime, shipmentIds }]);
  return isTeleport(state);
}
