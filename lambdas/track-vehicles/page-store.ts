import { NewerVehicleFormatError, PackedStateError } from '../../domain/vehicle/index.ts';
import { describeError } from '../_shared/logger.ts';
import type { Logger } from '../_shared/logger.ts';
import { B, bytesOf, N, numberOf, S, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import type { DynamoBatches, Statement, StatementResult } from '../track-shipments/dynamo-batches.ts';
import { firstVersion, insertStatement, itemKey, nextVersion, updateStatement } from '../track-shipments/statements.ts';
import { cellsOf } from './cells.ts';
import type { Cell, Joined, Known } from './cells.ts';
import type { BucketChange } from './fold-batch.ts';
import { slotOfKey } from './vehicle-items.ts';

/**
 * Why the vehicles of a bucket were not written. `contended`: others kept writing the item; `refused`: the table throttled,
 * failed or did not answer; `newer-format`: a newer release wrote it; `unreadable`: its bytes are no page.
 */
export type Failure = 'contended' | 'refused' | 'newer-format' | 'unreadable';

export interface ApplyOutcome {
  /** Items written: pages, trails, sets aboard. */
  readonly written: number;
  /** Knew it all already. */
  readonly unchanged: number;
  /** Failed conditions, also those that a later round mended. */
  readonly conflicts: number;
  readonly teleports: number;
  /** By bucket. */
  readonly failed: ReadonlyMap<number, Failure>;
}

export interface PageStore {
  /** Joins the changes with the table. Repeating it, whole or in parts, in any order, changes nothing more. */
  readonly apply: (shard: string, changes: ReadonlyMap<number, BucketChange>, now: number) => Promise<ApplyOutcome>;
}

export interface PageStoreOptions {
  readonly batches: DynamoBatches;
  readonly table: string;
  readonly keptMs: number;
  readonly log: Logger;
  readonly pause: (ms: number) => Promise<void>;
  /** Reads and writes of one item at most, before its conflict is handed back. @default ROUNDS */
  readonly rounds?: number;
}

export const ROUNDS = 5;
/** Rounds after which a table that refuses everything is left alone: the caller holds the checkpoint, Lambda comes again. */
const REFUSED_ROUNDS = 2;
const FIRST_PAUSE_MS = 20;
/** Items remembered; each is a kilobyte or three. */
const REMEMBERED = 20_000;
/** Trail slots older than this are not written any more, but by stored and forwarded fixes. */
const TRAIL_REMEMBERED_MS = 15 * 60_000;

/** An item as it was last seen; without a version when there was none. */
interface Remembered {
  readonly version: number | undefined;
  readonly known: Known<unknown> | undefined;
}

interface OpenCell {
  readonly cell: Cell;
  readonly bucket: number;
}

/** One call of `apply`. */
interface Run {
  readonly open: Map<string, OpenCell>;
  readonly failed: Map<string, Failure>;
  readonly held: Map<number, Failure>;
  written: number;
  unchanged: number;
  conflicts: number;
  teleports: number;
}

/** A write that is to be tried. */
interface Attempt extends OpenCell {
  readonly name: string;
  readonly joined: Joined<unknown>;
  readonly version: number;
  readonly statement: Statement;
}

/**
 * What an item held is remembered between batches, so that the usual batch writes without reading. Whether it is still so is the
 * condition of the write; when it is not, the item is read again, strongly consistent, and joined anew. A batch that adds
 * nothing to what is remembered adds nothing to the table either: items only grow.
 */
export function createPageStore(options: PageStoreOptions): PageStore {
  const memory = new Map<string, Remembered>();
  return {
    apply: async (shard, changes, now) => {
      const cells = [...changes].flatMap(([bucket, change]) => cellsOf({ shard, bucket }, change, { now, keptMs: options.keptMs }).map((cell): [string, OpenCell] => [nameOf(cell), { cell, bucket }]));
      const run: Run = { open: new Map(cells), failed: new Map(), held: new Map(), written: 0, unchanged: 0, conflicts: 0, teleports: 0 };
      let idleRounds = 0;
      for (let round = 0; round < (options.rounds ?? ROUNDS) && run.open.size > 0 && idleRounds < REFUSED_ROUNDS; round += 1) {
        if (round > 0) await options.pause(FIRST_PAUSE_MS * 2 ** round);
        const before = `${run.open.size} ${run.conflicts}`;
        await runRound({ ...options, memory }, run, { consistent: round > 0, now });
        idleRounds = before === `${run.open.size} ${run.conflicts}` ? idleRounds + 1 : 0;
      }
      forget(memory, now);
      return { written: run.written, unchanged: run.unchanged, conflicts: run.conflicts, teleports: run.teleports, failed: failedBuckets(run) };
    },
  };
}

const nameOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }): string => `${pk} ${sk}`;

function failedBuckets({ open, failed, held }: Run): Map<number, Failure> {
  const buckets = new Map(held);
  for (const [name, { bucket }] of open) buckets.set(bucket, failed.get(name) ?? 'refused');
  return buckets;
}

type Store = PageStoreOptions & { readonly memory: Map<string, Remembered> };

async function runRound(store: Store, run: Run, round: { readonly consistent: boolean; readonly now: number }): Promise<void> {
  await readUnknown(store, run, round.consistent);
  const attempts: Attempt[] = [];
  for (const [name, open] of run.open) {
    const remembered = store.memory.get(name);
    if (remembered === undefined) continue;
    const joined = open.cell.join(remembered.known);
    if (joined !== undefined) attempts.push(attemptOf(store, { name, open, joined, remembered, now: round.now }));
    else {
      run.open.delete(name);
      run.unchanged += 1;
    }
  }
  const results = await store.batches.execute(attempts.map(({ statement }) => statement));
  for (const [index, attempt] of attempts.entries()) settle(store, run, attempt, results[index] ?? 'refused');
}

/** Reads the items that are not remembered. What cannot be read stays open; what must not be touched is held. */
async function readUnknown({ batches, memory, log }: Store, run: Run, consistent: boolean): Promise<void> {
  const unknown = [...run.open].filter(([name]) => !memory.has(name));
  if (unknown.length === 0) return;
  const { items, unread } = await batches.get(unknown.map(([, { cell }]) => ({ pk: cell.pk, sk: cell.sk })), { consistent });
  const found = new Map(items.map((item) => [nameOf({ pk: stringOf(item['pk']) ?? '', sk: stringOf(item['sk']) ?? '' }), item]));
  const notRead = new Set(unread.map(nameOf));
  for (const [name, { cell, bucket }] of unknown) {
    if (notRead.has(name)) {
      run.failed.set(name, 'refused');
      continue;
    }
    try {
      memory.set(name, rememberedOf(found.get(name), cell));
    } catch (error) {
      if (!(error instanceof NewerVehicleFormatError || error instanceof PackedStateError)) throw error;
      run.open.delete(name);
      run.held.set(bucket, error instanceof NewerVehicleFormatError ? 'newer-format' : 'unreadable');
      log.error('stored vehicles are held, not written over', { severity: 2, item: name, ...describeError(error) });
    }
  }
}

function rememberedOf(item: Item | undefined, cell: Cell): Remembered {
  if (item === undefined) return { version: undefined, known: undefined };
  const known = { value: cell.unpack(bytesOf(item['data']) ?? new Uint8Array()), expiresAt: (numberOf(item['expiresAt']) ?? 0) * 1_000 };
  return { version: numberOf(item['version']) ?? 0, known };
}

function attemptOf({ table }: Store, { name, open, joined, remembered, now }: { name: string; open: OpenCell; joined: Joined<unknown>; remembered: Remembered; now: number }): Attempt {
  const { cell } = open;
  const content = { ...itemKey(cell.pk, cell.sk), data: B(cell.pack(joined.value)), expiresAt: N(Math.ceil(joined.expiresAt / 1_000)) };
  const version = remembered.version === undefined ? firstVersion(now) : nextVersion(remembered.version);
  const after = { ...content, version: N(version) };
  const statement = remembered.version === undefined ? insertStatement(table, after) : updateStatement(table, { before: { pk: S(cell.pk), sk: S(cell.sk), version: N(remembered.version) }, after });
  return { ...open, name, joined, version, statement };
}

function settle({ memory }: Store, run: Run, { name, joined, version }: Attempt, result: StatementResult): void {
  if (result === 'done') {
    memory.set(name, { version, known: joined });
    run.open.delete(name);
    run.written += 1;
    run.teleports += joined.teleports;
    return;
  }
  // Somebody else has written it, or nobody knows: what is remembered is worth nothing.
  memory.delete(name);
  run.failed.set(name, result === 'refused' ? 'refused' : 'contended');
  if (result !== 'refused') run.conflicts += 1;
}

function forget(memory: Map<string, Remembered>, now: number): void {
  for (const name of memory.keys()) if (slotOfKey(name.slice(name.indexOf(' ') + 1)) < now - TRAIL_REMEMBERED_MS) memory.delete(name);
  if (memory.size > REMEMBERED) memory.clear();
}
