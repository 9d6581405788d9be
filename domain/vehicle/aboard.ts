/**
 * Which shipments a hash in a fix stands for. The ids are longer than the fix and change only when something is loaded, so
 * they lie in an item of their own that is written only then.
 */
import { ByteReader, ByteWriter, readById, readFormat, readNumber, VEHICLE_FORMAT, writeById, writeNumber } from './codec.ts';

export interface AboardSet {
  /** As in fixes. */
  readonly hash: number;
  /** Ms since 1970 of the latest fix that an item was written for with this set: the greatest are kept. */
  readonly seenAt: number;
  /** Sorted, each once. */
  readonly shipmentIds: readonly string[];
}

/** By vehicle id: the latest sets, the latest first. */
export type Aboard = ReadonlyMap<string, readonly AboardSet[]>;

export const EMPTY_ABOARD: Aboard = new Map();

/** The present one, and the one before while a slow writer still names it. */
export const SETS_KEPT = 2;

/** Keeps per vehicle the latest sets; commutative, associative, idempotent. */
export function joinAboard(a: Aboard, b: Aboard): Aboard {
  const joined = new Map(a);
  for (const [id, sets] of b) joined.set(id, latestOf([...(a.get(id) ?? []), ...sets]));
  return joined;
}

function latestOf(sets: readonly AboardSet[]): readonly AboardSet[] {
  const byHash = new Map<number, AboardSet>();
  for (const set of sets) {
    const known = byHash.get(set.hash);
    if (known === undefined || compareSets(set, known) < 0) byHash.set(set.hash, set);
  }
  return [...byHash.values()].sort(compareSets).slice(0, SETS_KEPT);
}

/** The later first; a total order, also over two sets that share a hash. */
function compareSets(a: AboardSet, b: AboardSet): number {
  if (a.seenAt !== b.seenAt) return b.seenAt - a.seenAt;
  if (a.hash !== b.hash) return b.hash - a.hash;
  const [one, other] = [a.shipmentIds.join('\n'), b.shipmentIds.join('\n')];
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * What of `news` the item does not know: sets that are not in it, and would stay in it. A set that is known is not written
 * again because it was seen again.
 */
export function unknownSets(stored: Aboard, news: Aboard): Aboard {
  const unknown = new Map<string, readonly AboardSet[]>();
  for (const [id, sets] of news) {
    const known = stored.get(id) ?? [];
    const oldestKept = known.length < SETS_KEPT ? -Infinity : (known.at(-1)?.seenAt ?? -Infinity);
    const missing = sets.filter(({ hash, seenAt }) => seenAt > oldestKept && !known.some((set) => set.hash === hash));
    if (missing.length > 0) unknown.set(id, missing);
  }
  return unknown;
}

/** The ids that a fix's hash stands for; none when the item does not know it (yet). */
export const shipmentIdsOf = (sets: readonly AboardSet[] | undefined, hash: number): readonly string[] => (hash === 0 ? [] : (sets?.find((set) => set.hash === hash)?.shipmentIds ?? []));

/** Without vehicles of which no set was written since `time`: they have left, or their next fix writes it again. */
export function withoutOlderSets(aboard: Aboard, time: number): Aboard {
  return new Map([...aboard].filter(([, [latest]]) => latest !== undefined && latest.seenAt >= time));
}

export function packAboard(aboard: Aboard): Buffer {
  const writer = new ByteWriter(64 * (1 + aboard.size));
  writer.byte(VEHICLE_FORMAT);
  writeById(writer, aboard, (sets) => {
    writeNumber(writer, sets.length);
    for (const { hash, seenAt, shipmentIds } of sets) {
      writer.uint32(hash);
      writer.time(seenAt);
      writeNumber(writer, shipmentIds.length);
      for (const id of shipmentIds) writer.text(id);
    }
  });
  return writer.finish();
}

/** @throws NewerVehicleFormatError, PackedStateError */
export function unpackAboard(bytes: Uint8Array): Map<string, readonly AboardSet[]> {
  const reader = new ByteReader(bytes);
  readFormat(reader);
  const aboard = readById(reader, () => Array.from({ length: readNumber(reader) }, () => readSet(reader)));
  reader.finish();
  return aboard;
}

function readSet(reader: ByteReader): AboardSet {
  const hash = reader.uint32();
  const seenAt = reader.time();
  return { hash, seenAt, shipmentIds: Array.from({ length: readNumber(reader) }, () => reader.text()) };
}
