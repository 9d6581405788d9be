/** Bytes behind the last event that a decoder may look at, whatever they are (`EventDecoder.accepts`). */
export const ARENA_SLACK = 1024;
/** Behind every event: no JSON goes on over it. */
export const EVENT_END = 0x0a;

/**
 * Of one text. Node keeps a text of a megabyte outside V8's heap, under a name that is old from birth: so a text of a whole batch was
 * given back only when all that is old was collected, and its megabytes made that happen every few batches. This is a young object.
 */
const TEXT_BYTES = 64 * 1024;

/** The buffer in which the events of a batch lie: one for all, because a Buffer per record costs three times as much. */
export class Arena {
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly capacity: number;
  #text = '';
  #textStart = 0;

  /** @param capacity bytes for events and what stands between them. */
  constructor(capacity: number) {
    this.capacity = capacity;
    this.bytes = Buffer.allocUnsafe(capacity + ARENA_SLACK);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  }

  /** Other events are to lie here: what lay here is not to be looked at any more. */
  clear(): void {
    this.#text = '';
  }

  /**
   * Bytes from `textStart` on, those from `start` to `end` among them, as one text of one character a byte: parts of it cost a fifth of
   * texts made from bytes. To be asked for when all events are in; cheap for one who asks in their order.
   */
  textOf(start: number, end: number): string {
    if (start < this.#textStart || end > this.#textStart + this.#text.length) {
      this.#text = this.bytes.toString('latin1', start, Math.max(end, Math.min(start + TEXT_BYTES, this.bytes.length)));
      this.#textStart = start;
    }
    return this.#text;
  }

  /** Of what `textOf` gave last. */
  get textStart(): number {
    return this.#textStart;
  }
}

/** An arena larger than batches of 6 MB need is not kept. */
const KEPT_BYTES = 16 * 1024 * 1024;

/** Hands the arena of one batch on to the next: megabytes that are new each time hasten the collection of everything old. */
export class SpareArena {
  #spare: Arena | undefined;

  /** @param capacity bytes that it has room for, at least. */
  take(capacity: number): Arena {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare === undefined || spare.capacity < capacity) return new Arena(capacity + (capacity >> 2));
    spare.clear();
    return spare;
  }

  /** Nothing may point into it any more. */
  putBack(arena: Arena): void {
    if (arena.capacity <= KEPT_BYTES) this.#spare = arena;
  }
}
