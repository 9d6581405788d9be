/**
 * How large a shipment is and what writing it costs over its life: `node bin/run.mjs bench/shipment-sizes.ts`.
 *
 * DynamoDB counts names and values of all attributes, and bills a write per started KB. The life is a worst case: every
 * event makes an entry that is kept, and each event is a write of its own (a batch writes a shipment once for all its events).
 */
import { derive, expiresAt, fold, fromEvent, MAIN_KEY, merge, pack, planItems, unpack, viewOf } from '../domain/shipment/index.ts';
import type { EventType, StatementEvent } from '../domain/shipment/index.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 1);
const HORIZON = 45 * 24 * HOUR;
/** Raw code, reason, place name and a reference of one event, with the keys of their item. */
const TEXT_ITEM_BYTES = 150;
/** One event in so many brings a free text. */
const TEXT_EVERY = 5;

const STEPS = ['BOOKED', 'GATE_IN', 'LOADED', 'DEPARTED', 'ARRIVED', 'UNLOADED', 'CUSTOMS_SUBMITTED', 'CUSTOMS_RELEASED', 'GATE_OUT', 'DELIVERED'] as const satisfies readonly EventType[];
const PLACES = ['NLRTM', 'DEHAM', 'GBFXT', 'USNYC', 'USCHI'];
const SOURCES = ['DCSA:MAEU', 'X12_214:FDEG', 'API:TERMINAL'];
const CLASSIFIERS = ['PLANNED', 'ESTIMATED', 'ACTUAL'] as const;

const pick = <Item>(items: readonly [Item, ...Item[]] | readonly Item[], index: number): Item => items[index % items.length] as Item;

/** `count` events of one shipment: each step planned, estimated and done; places and sources repeat as on a real voyage. */
export function lifeOf(count: number): StatementEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const step = Math.floor(index / 3);
    return {
      major: 1,
      source: pick(SOURCES, Math.floor(step / 10)),
      eventId: `8eff7520-0001-11ee-be56-0242ac12${String(index).padStart(4, '0')}`,
      operation: 'UPSERT',
      type: pick(STEPS, step),
      classifier: pick(CLASSIFIERS, index),
      place: pick(PLACES, Math.floor(step / 10)),
      eventTime: START + step * 7 * HOUR,
      publishedTime: START + index * HOUR + 123,
      neutral: false,
      sensor: { present: false, alarm: false },
      ...(step === 0 && { order: { customerId: 'CUST-0042', serviceLevel: 'STANDARD', priority: 3, origin: 'NLRTM', destination: 'USCHI' } }),
    };
  });
}

export interface Sizes {
  readonly entries: number;
  /** Bytes of the packed set, pages included. */
  readonly packed: number;
  /** Bytes of the main item: keys, version, packed set and derived attributes. */
  readonly item: number;
  readonly pages: number;
  /** Write units of all items that one more event makes us write, without texts. */
  readonly units: number;
}

/** Sizes after the first `count` events of a life; `before` are the events that were stored when the last one came. */
export function sizesOf(count: number): Sizes {
  const events = lifeOf(count);
  const before = planItems(fold(events.slice(0, -1)));
  const set = fold(events);
  const plan = planItems(set, { storedPages: before.pages });
  const now = START + count * 2 * HOUR;
  const item = itemBytes(pack(plan.main).length, { set, now });
  const touched = [...plan.pages].filter(([key, page]) => !pack(page).equals(pack(before.pages.get(key) ?? fold([]))));
  const pageUnits = touched.reduce((sum, [, page]) => sum + units(pack(page).length + 60), 0);
  return { entries: count, packed: pack(set).length, item, pages: plan.pages.size, units: units(item) + pageUnits };
}

const units = (bytes: number): number => Math.ceil(bytes / 1024);
const attribute = (name: string, bytes: number): number => name.length + bytes;

/** What the writer stores beside the packed set: 14 attributes that serve indexes, alerts and expiry. */
function itemBytes(packed: number, { set, now }: { set: ReturnType<typeof fold>; now: number }): number {
  const { alerts, status, order, lastPlace } = derive(set, now);
  const alertBytes = alerts.reduce((sum, { kind, subject, members }) => sum + 4 + kind.length + subject.length + 8 * members.length, 3);
  const number = String(expiresAt(set, { horizonMs: HORIZON, otherwise: now })).length / 2 + 1;
  const sizes: Record<string, number> = {
    pk: 12, sk: MAIN_KEY.length, v: 3, entries: packed, status: status.length, dueBucket: 12, dueAt: number, place: lastPlace.length,
    eta: number, delay: 4, region: 6, customer: order?.customerId.length ?? 0, expiresAt: number, alerts: alertBytes,
  };
  return Math.ceil(Object.entries(sizes).reduce((sum, [name, bytes]) => sum + attribute(name, bytes), 0));
}

/** Mean write units per event over the first `count` events, texts included. */
export function meanUnits(count: number): number {
  let sum = 0;
  for (let index = 1; index <= count; index += 1) sum += sizesOf(index).units + (index % TEXT_EVERY === 0 ? units(TEXT_ITEM_BYTES) : 0);
  return sum / count;
}

function printSizes(): void {
  console.log('entries  packed B  B/entry  main item B  pages  units of one write  mean units per event over the life');
  for (const count of [5, 15, 24, 40, 100, 200]) {
    const { packed, item, pages, units: now } = sizesOf(count);
    const cells = [count, packed, (packed / count).toFixed(1), item, pages, now, meanUnits(count).toFixed(2)];
    console.log(cells.map((cell, column) => String(cell).padStart([7, 9, 8, 12, 6, 19, 35][column] ?? 8)).join(' '));
  }
}

function printTimes(): void {
  const events = lifeOf(15);
  const set = fold(events);
  const bytes = pack(set);
  const [first] = events;
  const work: [string, () => unknown][] = [
    ['one event to a set (two hashes)', () => first && fromEvent(first)],
    ['unpack 15 entries', () => unpack(bytes)],
    ['merge one event into 15', () => fold(events.slice(7, 8), set)],
    ['merge 15 into 15', () => merge(set, set)],
    ['pack 15 entries', () => pack(set)],
    ['derive 15 entries', () => derive(set, START)],
    ['view of 15 entries', () => viewOf(set, START)],
  ];
  console.log('\nµs of one call, median of 7 rounds');
  for (const [name, run] of work) console.log(`${medianMicroseconds(run).toFixed(2).padStart(8)}  ${name}`);
}

function medianMicroseconds(run: () => unknown): number {
  const rounds = Array.from({ length: 8 }, () => {
    const start = process.hrtime.bigint();
    for (let index = 0; index < 2000; index += 1) run();
    return Number(process.hrtime.bigint() - start) / 2000 / 1000;
  });
  return rounds.slice(1).sort((a, b) => a - b)[3] ?? 0;
}

if (process.argv[1]?.endsWith('shipment-sizes.ts') === true) {
  printSizes();
  printTimes();
}
