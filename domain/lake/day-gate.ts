/**
 * Whether a day is complete in silver. After the day's end a marker record is put to every open shard of every stream; what
 * was put before it has been loaded when the marker has been. Pure: rows, shards and the time come in.
 */

/** A marker that no reader has seen for this long is put again, with the same id: the put, or its answer, was lost. */
export const PUT_AGAIN_AFTER_MS = 5 * 60_000;
/** Least time that a run waits for markers, also when a day is published long after its agreement. */
export const LEAST_PATIENCE_MS = 10 * 60_000;

/** One shard of a stream as the stream lists it. */
export interface GateShard {
  readonly shard: string;
  readonly open: boolean;
  /** First hash key of the shard: a record with it goes there. */
  readonly startingHashKey: string;
  readonly parents: readonly string[];
}

/** What the ledger knows of a shard for the day. */
export interface GateMarker {
  readonly shard: string;
  readonly markerId: string;
  /** Ms at which it was put last. */
  readonly putAt: number;
  /** Sort key of the ledger row in which it arrived; empty while unseen. */
  readonly seenSortKey: string;
}

export interface GateInput {
  readonly now: number;
  readonly shards: readonly GateShard[];
  /** By shard. */
  readonly markers: ReadonlyMap<string, GateMarker>;
  /** Sort key by shard: before it no row of the shard waits for a load. */
  readonly loadedThrough: ReadonlyMap<string, string>;
  /** Closed shards of which rows wait beyond `loadedThrough`. */
  readonly waitingClosed: readonly string[];
  /** Batches that Lambda gave up on and nobody has redriven. */
  readonly onFailureObjects: number;
}

/** Why a day of a contract is not complete: one line each, for people. */
export type GateVerdict = { readonly complete: true } | { readonly complete: false; readonly missing: readonly string[] };

/**
 * Shards that need a marker now: open, and without one, or with one that went astray. A child of a marked shard needs none,
 * its records came after the marker.
 */
export function shardsToMark({ shards, markers, now }: Pick<GateInput, 'shards' | 'markers' | 'now'>): GateShard[] {
  return shards.filter(({ shard, open, parents }) => {
    if (!open) return false;
    const marker = markers.get(shard);
    if (marker === undefined) return !parents.some((parent) => markers.has(parent));
    return marker.seenSortKey === '' && now - marker.putAt >= PUT_AGAIN_AFTER_MS;
  });
}

export function judgeDay(input: GateInput): GateVerdict {
  const { shards, markers, loadedThrough, waitingClosed, onFailureObjects } = input;
  const missing = [
    ...shardsToMark({ ...input, markers: new Map([...markers].map(([shard, marker]) => [shard, { ...marker, putAt: input.now }])) }).map(({ shard }) => `${shard}: has no marker yet`),
    ...[...markers.values()].filter(({ seenSortKey }) => seenSortKey === '').map(({ shard }) => `${shard}: its marker has not arrived in bronze`),
    ...[...markers.values()].filter(({ shard, seenSortKey }) => seenSortKey !== '' && (loadedThrough.get(shard) ?? '') < seenSortKey).map(({ shard }) => `${shard}: not loaded up to its marker`),
    ...waitingClosed.filter((shard) => shards.some((each) => each.shard === shard && !each.open)).map((shard) => `${shard}: closed, and not loaded to its end`),
    ...(onFailureObjects > 0 ? [`${onFailureObjects} ${onFailureObjects === 1 ? 'batch waits' : 'batches wait'} in the on-failure prefix (waybill redrive)`] : []),
  ];
  return missing.length === 0 ? { complete: true } : { complete: false, missing };
}

export interface Patience {
  readonly now: number;
  /** When this run began. */
  readonly startedAt: number;
  /** By when the day is to be published, and by when it must be. */
  readonly objective: number;
  readonly agreement: number;
  /** How long building and publishing takes, about, ms. */
  readonly buildMs: number;
  /** What happens with an incomplete day at the agreement. */
  readonly atAgreement: 'publish-flagged' | 'keep-previous';
  /** Stakeholders have been told in this run. */
  readonly warned: boolean;
}

export type GateStep = 'publish' | 'wait' | 'warn' | 'publish-flagged' | 'keep-previous';

/** What a run does next. Building must begin early enough to end by the agreement. */
export function nextStep(complete: boolean, { now, startedAt, objective, agreement, buildMs, atAgreement, warned }: Patience): GateStep {
  if (complete) return 'publish';
  if (now + buildMs >= agreement && now - startedAt >= LEAST_PATIENCE_MS) return atAgreement;
  return !warned && now + buildMs >= objective && now < agreement ? 'warn' : 'wait';
}

/** What building now would mean for readers. */
export interface Haste {
  /** When they would have the day, epoch ms. */
  readonly estimate: number;
  /** That is after the objective, in a run that began in time to meet it. */
  readonly late: boolean;
  /** Only the day itself can still be ready by its objective: what can wait (days that are built again) waits for the next run. */
  readonly hurry: boolean;
}

/** @param restateMs how long building takes with the days before that late events may have touched, about, ms */
export function hasteOf({ now, startedAt, objective, agreement, buildMs, restateMs }: Omit<Patience, 'atAgreement' | 'warned'> & { readonly restateMs: number }): Haste {
  // Who starts a run after the agreement wants a day of before: no clock runs for it.
  const counts = startedAt < agreement;
  return { estimate: now + buildMs, late: counts && now + buildMs >= objective, hurry: counts && now + Math.max(buildMs, restateMs) >= objective };
}
