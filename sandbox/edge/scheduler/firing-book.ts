/** How far schedules were watched, and what fired last, on disk: a restart of the edge fires nothing twice and misses nothing of its pause. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { asObject, numberOf } from '../../json.ts';
import { readStored, writeAside } from '../cloudwatch/alarm-book.ts';

/** A longer pause was no restart but a stop: what would have fired in it is not made up for. */
const RESTART_MS = 60_000;
const SAVE_MS = 5_000;

export class FiringBook {
  readonly #path: string;
  readonly #fired: Map<string, number>;
  readonly #resumeFrom: number;
  #watchedUntil: number;
  #savedAt = 0;

  constructor(dir: string, now: number) {
    mkdirSync(dir, { recursive: true });
    this.#path = join(dir, 'firings.json');
    const stored = readStored(this.#path);
    const watched = numberOf(stored['watchedUntil']);
    this.#resumeFrom = now - watched <= RESTART_MS ? watched : now;
    this.#watchedUntil = this.#resumeFrom;
    this.#fired = new Map(Object.entries(asObject(stored['fired'])).map(([arn, at]) => [arn, numberOf(at)]));
  }

  /** Firings of a schedule are looked for after this moment. */
  from(arn: string, createdAt: number): number {
    return Math.max(createdAt - 1, this.#resumeFrom, this.#fired.get(arn) ?? 0);
  }

  /** Noted before the target is called: a kill in between loses the call rather than repeats it. */
  fired(arn: string, dueAt: number): void {
    this.#fired.set(arn, dueAt);
    this.flush();
  }

  lastFired(arn: string): number | undefined {
    return this.#fired.get(arn);
  }

  watched(until: number): void {
    this.#watchedUntil = until;
    if (until - this.#savedAt < SAVE_MS) return;
    this.#savedAt = until;
    this.flush();
  }

  keepOnly(arns: ReadonlySet<string>): void {
    for (const arn of this.#fired.keys()) if (!arns.has(arn)) this.#fired.delete(arn);
  }

  flush(): void {
    writeAside(this.#path, { watchedUntil: this.#watchedUntil, fired: Object.fromEntries(this.#fired) });
  }
}
