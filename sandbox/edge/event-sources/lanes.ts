/** Records of a shard that wait for their batch: one lane per parallelization slot, each key always in the same lane. */
import { createHash } from 'node:crypto';
import type { StreamMapping } from './mapping.ts';
import { type EventWriter, MAX_PAYLOAD_BYTES } from './record-format.ts';
import type { StreamRecord } from './stream.ts';

interface Lane {
  records: StreamRecord[];
  bytes: number;
  /** When the oldest waiting record came in: the batching window counts from here. */
  waitingSince: number;
  busy: boolean;
}

export interface Batch {
  readonly lane: number;
  readonly records: readonly StreamRecord[];
}

export class Lanes {
  readonly #mapping: StreamMapping;
  readonly #writer: EventWriter;
  readonly #lanes: Lane[];

  constructor(mapping: StreamMapping, writer: EventWriter) {
    this.#mapping = mapping;
    this.#writer = writer;
    this.#lanes = Array.from({ length: mapping.parallelization }, () => ({ records: [], bytes: 0, waitingSince: 0, busy: false }));
  }

  add(record: StreamRecord, now: number): void {
    const lane = this.#lane(this.#laneOf(record.key));
    if (lane.records.length === 0) lane.waitingSince = now;
    lane.records.push(record);
    lane.bytes += this.#writer.size(record);
  }

  /** Batches that may start now, one per free lane; the lanes are busy until `release`. `draining`: nothing more will come. */
  take(now: number, draining: boolean): Batch[] {
    return this.#lanes.flatMap((lane, index) => {
      if (lane.busy || lane.records.length === 0 || !(draining || this.#ready(lane, now))) return [];
      lane.busy = true;
      return [{ lane: index, records: this.#cut(lane, now) }];
    });
  }

  release(lane: number): void {
    this.#lane(lane).busy = false;
  }

  get waiting(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.records.length, 0);
  }

  get waitingBytes(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.bytes, 0);
  }

  get busy(): number {
    return this.#lanes.filter((lane) => lane.busy).length;
  }

  /** Milliseconds until some free lane's window ends; Infinity when none waits. */
  untilReady(now: number): number {
    const waits = this.#lanes.filter((lane) => !lane.busy && lane.records.length > 0).map((lane) => (this.#ready(lane, now) ? 0 : lane.waitingSince + this.#mapping.windowMs - now));
    return Math.min(Infinity, ...waits);
  }

  #ready(lane: Lane, now: number): boolean {
    return lane.records.length >= this.#mapping.batchSize || lane.bytes >= MAX_PAYLOAD_BYTES || now - lane.waitingSince >= this.#mapping.windowMs;
  }

  #cut(lane: Lane, now: number): StreamRecord[] {
    const { batchSize } = this.#mapping;
    let bytes = 0;
    let count = 0;
    for (const record of lane.records) {
      const size = this.#writer.size(record);
      if (count > 0 && (count >= batchSize || bytes + size > MAX_PAYLOAD_BYTES)) break;
      bytes += size;
      count += 1;
    }
    lane.bytes -= bytes;
    lane.waitingSince = now;
    return lane.records.splice(0, count);
  }

  #laneOf(key: string): number {
    if (this.#lanes.length === 1) return 0;
    return createHash('md5').update(key).digest().readUInt32BE(0) % this.#lanes.length;
  }

  #lane(index: number): Lane {
    const lane = this.#lanes[index];
    if (lane === undefined) throw new RangeError(`no lane ${index}`);
    return lane;
  }
}
