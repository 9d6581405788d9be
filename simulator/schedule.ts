/** Everything that reaches the streams, by time: shipments are made when their time comes and wait in buckets of an hour. */
import type { EventType } from '../contracts/generated/shipment-event/v1.types.ts';
import { corrupt } from './corruption.ts';
import { disturb } from './disturbances.ts';
import { masterChanges } from './orders/master-rows.ts';
import { changesOfOrder } from './orders/order-rows.ts';
import { messagesOfChange, type ChangeMessage, type RowChange } from './orders/row-change.ts';
import { chanceFor, evenShare, type Chance } from './random.ts';
import { Loads } from './loads.ts';
import { HOUR, MINUTE } from './settings.ts';
import { messagesOf, type Message, type RecordKind } from './shipment-events.ts';
import type { ShipmentPlan } from './shipment-plan.ts';
import { positionsBetween } from './vehicles.ts';
import { chanceOf, type WorldParts } from './world.ts';

export interface SimulatedRecord {
  readonly contract: 'shipment-event' | 'vehicle-position' | 'order-change';
  readonly partitionKey: string;
  /** When it is put on the stream; milliseconds since 1970. */
  readonly at: number;
  readonly data: string | Buffer;
  readonly kind: RecordKind;
}

/** Waiting to be put; written when its time comes. */
interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly key: string;
  readonly message?: Message;
  readonly corrupt?: string | Buffer;
  readonly change?: ChangeMessage;
}

const CORRUPT_EVERY_MS = MINUTE;
/** Buckets are kept this long after their time: a caller that failed to put asks again. */
const KEEP_MS = 2 * HOUR;

export class Schedule {
  readonly #parts: WorldParts;
  readonly #buckets = new Map<number, Waiting[]>();
  #regular = 0;
  #courier = 0;
  #hasFeatured = false;
  #order = 0;
  /** Customers and carriers, ten days at a time; undefined in a world without an orders database. */
  readonly #masters: ReturnType<typeof masterChanges> | undefined;
  #nextMasters = -Infinity;
  #masterSlots = 0;
  readonly #loads: Loads;
  /** Hours before this one are dropped. */
  #firstHour: number;

  /** `from`: nobody will ask for records before it, but for the hours that are kept. */
  constructor(parts: WorldParts, from = parts.start) {
    this.#parts = parts;
    this.#firstHour = Math.floor(Math.max(parts.start, from - KEEP_MS) / HOUR);
    const { settings: { orders, seed }, start, customers } = parts;
    this.#loads = new Loads(parts.vehicles);
    this.#masters = orders ? masterChanges({ seed, start, customers }) : undefined;
  }

  /** Whether records from then on are still there. */
  reaches(from: number): boolean {
    return Math.floor(from / HOUR) >= this.#firstHour;
  }

  /** Records of shipments and of the orders database with from ≤ at < to, by time. */
  *shipmentRecords(from: number, to: number): Generator<SimulatedRecord> {
    for (let hour = Math.floor(from / HOUR); hour * HOUR < to; hour += 1) {
      this.#book((hour + 1) * HOUR);
      const bucket = (this.#buckets.get(hour) ?? []).filter(({ at }) => at >= from && at < to);
      for (const waiting of bucket.sort((a, b) => a.at - b.at || a.order - b.order)) yield written(waiting);
      this.#drop(hour - Math.ceil(KEEP_MS / HOUR));
    }
  }

  /** Positions with from ≤ at < to, by time; shipments until `to` must have been asked for, or they are not aboard. */
  positionRecords(from: number, to: number): SimulatedRecord[] {
    const { vehicles, settings } = this.#parts;
    const records = vehicles.flatMap((vehicle) => [...positionsBetween(vehicle, settings.seed, { from, to })].map(({ at, position }): SimulatedRecord => {
      const shipmentIds = this.#loads.aboard(vehicle, Date.parse(position.eventTime));
      return { contract: 'vehicle-position', partitionKey: vehicle.id, at, data: JSON.stringify(shipmentIds.length === 0 ? position : { ...position, shipmentIds }), kind: 'position' };
    }));
    return records.sort((a, b) => a.at - b.at);
  }

  /** Makes all shipments that are booked before `until`: later ones send nothing before. */
  #book(until: number): void {
    const { regular, courier, regularBookedAt, courierBookedAt, featured, settings } = this.#parts;
    if (!this.#hasFeatured) {
      this.#hasFeatured = true;
      this.#add(featured, settings.shares.conflicts > 0 ? { conflictOn: 'LOADED' } : {});
    }
    this.#changeMasters(until);
    while (regularBookedAt(this.#regular) < until) this.#add(regular(this.#regular++));
    while (courierBookedAt(this.#courier) < until) this.#add(courier(this.#courier++));
  }

  #add(plan: ShipmentPlan, more: { conflictOn?: EventType } = {}): void {
    const { shares } = this.#parts.settings;
    const clean = messagesOf(plan, chanceOf(this.#parts, plan, 'messages'));
    // What was unloaded before anybody asks is aboard nothing.
    if ((plan.steps.find(({ type }) => type === 'ARRIVED')?.actual ?? 0) >= this.#firstHour * HOUR) this.#loads.add(plan);
    const messages = disturb(clean, { plan, shares, chance: chanceOf(this.#parts, plan, 'disturbances'), ...more });
    for (const message of messages) this.#put({ at: message.at, order: this.#order++, key: plan.id, message });
    this.#addCorrupt(clean, chanceOf(this.#parts, plan, 'corruption'), plan.id);
    if (this.#masters !== undefined) this.#addChanges(changesOfOrder(plan, chanceOf(this.#parts, plan, 'order')), chanceOf(this.#parts, plan, 'changes'));
  }

  /** Ten days of changes are known before the first of them is due. */
  #changeMasters(until: number): void {
    while (this.#masters !== undefined && this.#nextMasters < until) {
      const { value } = this.#masters.next();
      this.#addChanges(value.changes, chanceFor(this.#parts.settings.seed, 0xcdc, this.#masterSlots++));
      this.#nextMasters = value.until;
    }
  }

  #addChanges(changes: readonly RowChange[], chance: Chance): void {
    const { shares } = this.#parts.settings;
    for (const message of changes.flatMap((change) => messagesOfChange(change, { shares, chance }))) this.#put({ at: message.at, order: this.#order++, key: message.key, change: message });
  }

  /** In the history a share of the records, in live time one a minute: each shipment brings those of its own time. */
  #addCorrupt(messages: readonly Message[], chance: Chance, key: string): void {
    const { settings } = this.#parts;
    const isCorrupt = evenShare(settings.shares.corrupt, chance);
    for (const message of messages) {
      if (!isCorrupt() || message.at >= settings.now) continue;
      this.#put({ at: message.at + chance.whole(1, 60_000), order: this.#order++, key, corrupt: corrupt(message.event, chance).data });
    }
  }

  #put(waiting: Waiting): void {
    const hour = Math.floor(waiting.at / HOUR);
    if (hour < this.#firstHour) return;
    const bucket = this.#buckets.get(hour);
    if (bucket === undefined) this.#buckets.set(hour, [waiting]);
    else bucket.push(waiting);
  }

  #drop(hour: number): void {
    for (; this.#firstHour <= hour; this.#firstHour += 1) this.#buckets.delete(this.#firstHour);
    this.#loads.drop(this.#firstHour * HOUR);
  }
}

/** One corrupt record a minute in live time, from ≤ at < to. */
export function liveCorruption(parts: WorldParts, from: number, to: number): SimulatedRecord[] {
  const { seed, now, shares } = parts.settings;
  if (shares.corrupt === 0) return [];
  const first = Math.max(0, Math.floor((from - now) / CORRUPT_EVERY_MS));
  const records: SimulatedRecord[] = [];
  for (let index = first; now + index * CORRUPT_EVERY_MS < to; index += 1) {
    const chance = chanceFor(seed, 0xbad, index);
    const at = now + index * CORRUPT_EVERY_MS + chance.whole(5_000, 55_000);
    if (at < from || at >= to) continue;
    const [message] = messagesOf(parts.courier(index), chance);
    if (message !== undefined) records.push({ contract: 'shipment-event', partitionKey: message.event.shipmentId ?? '', at, data: corrupt({ ...message.event, publishedTime: new Date(at).toISOString() }, chance).data, kind: 'corrupt' });
  }
  return records;
}

function written({ at, key, message, change, corrupt: spoiled }: Waiting): SimulatedRecord {
  if (change !== undefined) return { contract: 'order-change', partitionKey: key, at, data: change.data, kind: change.kind };
  if (message === undefined) return { contract: 'shipment-event', partitionKey: key, at, data: spoiled ?? '', kind: 'corrupt' };
  return { contract: 'shipment-event', partitionKey: key, at, data: JSON.stringify(message.event), kind: message.kind };
}
