import { addressOf, keyOf } from './tiles.ts';
import type { Tile } from './tiles.ts';

/** What a tile server is asked at once. */
const AT_ONCE = 6;
/** Tiles kept at least; a large screen that shows more keeps two screens of them. */
const KEPT = 128;
/** What failed is not asked for again before. */
const AGAIN_AFTER_MS = 30_000;

interface TileStoreOptions<Image> {
  /** With `{z}`, `{x}`, `{y}`. */
  readonly template: string;
  readonly load: (address: string) => Promise<Image>;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Tiles that have come, those seen longest ago dropped first. What it is asked for now replaces what it was asked for before. */
export class TileStore<Image> {
  readonly #options: TileStoreOptions<Image>;
  readonly #kept = new Map<string, Image>();
  readonly #failed = new Map<string, number>();
  readonly #loading = new Set<string>();
  #wanted: readonly Tile[] = [];
  #onNews: () => void = () => undefined;
  #round = 0;

  constructor(options: TileStoreOptions<Image>) {
    this.#options = options;
  }

  get(tile: Tile): Image | undefined {
    const key = keyOf(tile);
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found;
  }

  /** Whether the last try for it failed. */
  hasFailed(tile: Tile): boolean {
    return this.#failed.has(keyOf(tile));
  }

  /** What is seen, in the order to be loaded in; `onNews` when one has come or failed. */
  want(tiles: readonly Tile[], onNews: () => void): void {
    this.#wanted = tiles;
    this.#onNews = onNews;
    this.#next();
  }

  /** All of them are to be loaded again; what is on its way is thrown away when it comes. */
  clear(): void {
    this.#kept.clear();
    this.#failed.clear();
    this.#round += 1;
  }

  #next(): void {
    for (const tile of this.#wanted) {
      if (this.#loading.size >= AT_ONCE) return;
      if (this.#isDue(keyOf(tile))) void this.#load(tile);
    }
  }

  #isDue(key: string): boolean {
    const failedAt = this.#failed.get(key);
    return !this.#kept.has(key) && !this.#loading.has(key) && (failedAt === undefined || this.#options.now() - failedAt >= AGAIN_AFTER_MS);
  }

  async #load(tile: Tile): Promise<void> {
    const [key, round] = [keyOf(tile), this.#round];
    this.#loading.add(key);
    const image = await this.#options.load(addressOf(this.#options.template, tile)).catch(() => null);
    this.#loading.delete(key);
    if (round === this.#round) this.#note(key, image);
    this.#next();
    this.#onNews();
  }

  #note(key: string, image: Image | null): void {
    if (image === null) {
      this.#failed.set(key, this.#options.now());
      return;
    }
    this.#failed.delete(key);
    this.#kept.set(key, image);
    const most = Math.max(KEPT, 2 * this.#wanted.length);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= most) return;
      this.#kept.delete(oldest);
    }
  }
}
