/** The trail of the last hour: of each vehicle at most one sample a minute, in one item per page and five minutes. */
import { ByteReader, ByteWriter, readById, readFormat, readNumber, readPlace, readSigned, VEHICLE_FORMAT, writeById, writeNumber, writePlace, writeSigned } from './codec.ts';
import type { Place } from './fix.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Time that one item holds. */
export const TRAIL_SLOT_MS = 5 * MINUTE;
/** How far the trail goes back. */
export const TRAIL_MS = 60 * MINUTE;

export interface TrailSample {
  /** Seconds since the slot began, 0 to 299. */
  readonly second: number;
  /** 1e-5 degrees. */
  readonly lat: number;
  readonly lon: number;
}

/** By vehicle id: samples by time, at most one per minute. */
export type Trail = ReadonlyMap<string, readonly TrailSample[]>;

export const EMPTY_TRAIL: Trail = new Map();

/** Ms since 1970 at which the slot of a fix began. */
export const trailSlotOf = ({ eventTime }: Pick<Place, 'eventTime'>): number => Math.floor(eventTime / TRAIL_SLOT_MS) * TRAIL_SLOT_MS;

export const sampleOf = ({ eventTime, lat, lon }: Place): TrailSample => ({ second: Math.floor((eventTime % TRAIL_SLOT_MS) / SECOND), lat, lon });

const minuteOf = ({ second }: TrailSample): number => Math.floor(second / 60);
const compareSamples = (a: TrailSample, b: TrailSample): number => a.second - b.second || a.lat - b.lat || a.lon - b.lon;

/**
 * Of each vehicle and minute the first: what comes later in the minute changes nothing, so an item is written when a minute
 * begins. Commutative, associative, idempotent. Answers `a` itself when `b` adds nothing.
 */
export function joinTrails(a: Trail, b: Trail): Trail {
  let joined: Map<string, readonly TrailSample[]> | undefined;
  for (const [id, samples] of b) {
    const known = a.get(id) ?? [];
    const next = samples.reduce(addSample, known);
    if (next !== known) (joined ??= new Map(a)).set(id, next);
  }
  return joined ?? a;
}

/** The first of each minute; `samples` itself when the sample is no earlier than what they have. */
export function addSample(samples: readonly TrailSample[], sample: TrailSample): readonly TrailSample[] {
  const same = samples.find((one) => minuteOf(one) === minuteOf(sample));
  if (same !== undefined && compareSamples(same, sample) <= 0) return samples;
  return [...samples.filter((one) => one !== same), sample].sort(compareSamples);
}

const BYTES_PER_VEHICLE = 56;

/** Layout: docs/vehicles.md. Canonical: equal trails give equal bytes. */
export function packTrail(trail: Trail): Buffer {
  const writer = new ByteWriter(16 + BYTES_PER_VEHICLE * trail.size);
  writer.byte(VEHICLE_FORMAT);
  writeById(writer, trail, (samples) => {
    writeNumber(writer, samples.length);
    let before: TrailSample | undefined;
    for (const sample of samples) {
      writeNumber(writer, sample.second - (before?.second ?? 0));
      if (before === undefined) writePlace(writer, sample.lat, sample.lon);
      else {
        writeSigned(writer, sample.lat - before.lat);
        writeSigned(writer, sample.lon - before.lon);
      }
      before = sample;
    }
  });
  return writer.finish();
}

/** @throws NewerVehicleFormatError, PackedStateError */
export function unpackTrail(bytes: Uint8Array): Map<string, readonly TrailSample[]> {
  const reader = new ByteReader(bytes);
  readFormat(reader);
  const trail = readById(reader, () => {
    const samples: TrailSample[] = [];
    for (let left = readNumber(reader); left > 0; left -= 1) samples.push(readSample(reader, samples.at(-1)));
    return samples;
  });
  reader.finish();
  return trail;
}

function readSample(reader: ByteReader, before: TrailSample | undefined): TrailSample {
  const second = readNumber(reader) + (before?.second ?? 0);
  if (before === undefined) return { second, ...readPlace(reader) };
  const lat = before.lat + readSigned(reader);
  return { second, lat, lon: before.lon + readSigned(reader) };
}
