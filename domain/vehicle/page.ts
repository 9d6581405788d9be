/** A page: many vehicles in one item, at about 35 bytes each, because a table bills whole kilobytes written. */
import { ByteReader, ByteWriter, readById, readFormat, readNumber, readPlace, readSigned, VEHICLE_FORMAT, writeById, writeNumber, writePlace, writeSigned } from './codec.ts';
import type { Fix, Place } from './fix.ts';
import { joinStates } from './state.ts';
import type { VehicleState } from './state.ts';

/** By vehicle id. */
export type Page = ReadonlyMap<string, VehicleState>;

export const EMPTY_PAGE: Page = new Map();

/** Per vehicle the newest; commutative, associative, idempotent. Answers `a` itself when `b` adds nothing. */
export function joinPages(a: Page, b: Page): Page {
  let joined: Map<string, VehicleState> | undefined;
  for (const [id, state] of b) {
    const known = a.get(id);
    const next = known === undefined ? state : joinStates(known, state);
    if (next !== known) (joined ??= new Map(a)).set(id, next);
  }
  return joined ?? a;
}

/** All pages as one: what `joinPages` makes of them, in the time of a look at each vehicle (joined one by one, each page would copy all before it). */
export function joinAllPages(pages: Iterable<Page>): Page {
  const joined = new Map<string, VehicleState>();
  for (const page of pages) {
    for (const [id, state] of page) {
      const known = joined.get(id);
      joined.set(id, known === undefined ? state : joinStates(known, state));
    }
  }
  return joined;
}

/** Without vehicles that have been silent since before `time`: they leave the map. */
export function withoutOlder(page: Page, time: number): Page {
  for (const { newest } of page.values()) {
    if (newest.eventTime < time) return new Map([...page].filter(([, state]) => state.newest.eventTime >= time));
  }
  return page;
}

const HAS = { stale: 1, previous: 2, moved: 4, speed: 8, heading: 16, aboard: 32 } as const;
/** About; to start a buffer with. */
const BYTES_PER_VEHICLE = 48;

/** Layout: docs/vehicles.md. Canonical: equal pages give equal bytes. */
export function packPage(page: Page): Buffer {
  const writer = new ByteWriter(16 + BYTES_PER_VEHICLE * page.size);
  let latest = 0;
  for (const { newest } of page.values()) latest = Math.max(latest, newest.eventTime);
  writer.byte(VEHICLE_FORMAT);
  writer.time(latest);
  writeById(writer, page, (state) => writeState(writer, state, latest));
  return writer.finish();
}

function writeState(writer: ByteWriter, { newest, previous, movedAt }: VehicleState, latest: number): void {
  const { eventTime, lat, lon, speed, heading, isStale, aboard } = newest;
  writer.byte((isStale ? HAS.stale : 0) | (previous ? HAS.previous : 0) | (movedAt > 0 ? HAS.moved : 0) | (speed >= 0 ? HAS.speed : 0) | (heading >= 0 ? HAS.heading : 0) | (aboard === 0 ? 0 : HAS.aboard));
  writeNumber(writer, latest - eventTime);
  writePlace(writer, lat, lon);
  if (speed >= 0) writeNumber(writer, speed);
  if (heading >= 0) writeNumber(writer, heading);
  if (aboard !== 0) writer.uint32(aboard);
  if (movedAt > 0) writeNumber(writer, eventTime - movedAt);
  if (previous !== undefined) {
    writeNumber(writer, eventTime - previous.eventTime);
    writeSigned(writer, lat - previous.lat);
    writeSigned(writer, lon - previous.lon);
  }
}

/** @throws NewerVehicleFormatError when a newer release wrote the bytes; PackedStateError when they are no page. */
export function unpackPage(bytes: Uint8Array): Map<string, VehicleState> {
  const reader = new ByteReader(bytes);
  readFormat(reader);
  const latest = reader.time();
  const page = readById(reader, () => readState(reader, latest));
  reader.finish();
  return page;
}

function readState(reader: ByteReader, latest: number): VehicleState {
  const has = reader.byte();
  const eventTime = latest - readNumber(reader);
  const { lat, lon } = readPlace(reader);
  const speed = has & HAS.speed ? readNumber(reader) : -1;
  const heading = has & HAS.heading ? readNumber(reader) : -1;
  const aboard = has & HAS.aboard ? reader.uint32() : 0;
  const movedAt = has & HAS.moved ? eventTime - readNumber(reader) : 0;
  const newest: Fix = { eventTime, lat, lon, speed, heading, isStale: (has & HAS.stale) !== 0, aboard };
  return { newest, previous: has & HAS.previous ? readPrevious(reader, newest) : undefined, movedAt };
}

function readPrevious(reader: ByteReader, { eventTime, lat, lon }: Place): Place {
  const before = readNumber(reader);
  const [north, east] = [readSigned(reader), readSigned(reader)];
  return { eventTime: eventTime - before, lat: lat - north, lon: lon - east };
}
