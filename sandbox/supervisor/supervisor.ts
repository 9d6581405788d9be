/**
 * Runs one sandbox: starts the control plane, then the edge, takes a snapshot of both every few seconds, and brings a part back that
 * ended by itself.
 *
 * A dead edge loses nothing: its checkpoints are on disk. A dead control plane is a lost region, not a lost process: both parts go
 * back to the last snapshot, and the interval after it is named in `events.ndjson`.
 */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { moveAddresses } from './addresses.ts';
import { messageOf } from './errors.ts';
import { lostInterval, recordEvent } from './events.ts';
import { numberOf, readJsonFile } from '../json.ts';
import { describe, Part } from './part.ts';
import type { Ending } from './part.ts';
import { controlSettings, edgeSettings } from './parts.ts';
import type { PartsSettings } from './parts.ts';
import { writeSandboxFile } from './sandbox-file.ts';
import { controlFolder, currentSnapshot, lastAlive, markClean, markLive, restoreEdge, takeSnapshot, touchAlive } from './snapshots.ts';
import type { SnapshotInfo } from './snapshots.ts';

const ALIVE_EVERY_MS = 2_000;
const EDGE_GRACE_MS = 12_000;
const CONTROL_GRACE_MS = 8_000;
/** More restarts than this within a minute mean that restarting does not help. */
const MOST_RESTARTS_A_MINUTE = 5;

export interface SupervisorSettings extends PartsSettings {
  readonly snapshotEveryMs: number;
}

export class Supervisor {
  readonly #settings: SupervisorSettings;
  readonly #startedAt = new Date().toISOString();
  #control: Part | undefined;
  #edge: Part | undefined;
  #lastSnapshot: SnapshotInfo | undefined;
  #saving: Promise<void> = Promise.resolve();
  #changing: Promise<void> = Promise.resolve();
  #restarts: number[] = [];
  #stopping = false;
  #giveUp: (why: string) => void = () => undefined;
  /** Resolves with the reason when the sandbox cannot be kept up. */
  readonly failed: Promise<string>;

  constructor(settings: SupervisorSettings) {
    this.#settings = settings;
    this.failed = new Promise((resolve) => { this.#giveUp = resolve; });
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#settings.edgePort}`;
  }

  /** @returns what was lost since the last run, in words; empty when it ended in order. */
  async start(): Promise<string> {
    const lost = this.#nameUncleanEnd();
    this.#followPort();
    await this.#startParts();
    markLive(this.#settings.paths);
    recordEvent(this.#settings.paths, { event: 'started' });
    void this.#keepSnapshots();
    void this.#keepAlive();
    return lost;
  }

  /** Stops the edge, saves, stops the control plane. The state survives. @throws Error when the last snapshot failed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled([this.#saving, this.#changing]);
    await this.#edge?.stop(EDGE_GRACE_MS);
    let failure: unknown;
    try {
      await this.#save(false);
      markClean(this.#settings.paths);
    } catch (error) {
      failure = error;
    }
    await this.#control?.stop(CONTROL_GRACE_MS);
    recordEvent(this.#settings.paths, { event: 'stopped', ...(failure === undefined ? {} : { detail: `without a last snapshot: ${messageOf(failure)}` }) });
    if (failure !== undefined) throw new Error(`The last snapshot could not be taken: ${messageOf(failure)}`, { cause: failure });
  }

  /** After a power cut or a SIGKILL of everything: the interval between the last snapshot and the last sign of life is lost. */
  #nameUncleanEnd(): string {
    const { paths } = this.#settings;
    const snapshot = currentSnapshot(paths);
    const alive = lastAlive(paths);
    if (alive === undefined || snapshot?.clean === true) return '';
    const from = snapshot?.takenAt ?? alive;
    const event = recordEvent(paths, { event: 'unclean-end', ...lostInterval(from, alive), detail: 'the sandbox ended without being stopped' });
    return `The last run was not stopped in order: ${event.lostSeconds ?? 0} s of state up to ${event.lostTo ?? ''} are lost.`;
  }

  #followPort(): void {
    const { paths, edgePort, sitePort } = this.#settings;
    const snapshot = currentSnapshot(paths);
    const former = readJsonFile(paths.settingsFile);
    if (snapshot === undefined) return;
    const moves = ([[numberOf(former?.['port']), edgePort], [numberOf(former?.['sitePort']), sitePort]] as const).filter(([before, now]) => before !== 0 && before !== now);
    if (moves.length > 0) moveAddresses(controlFolder(paths, snapshot), new Map(moves));
  }

  async #startParts(): Promise<void> {
    const { paths } = this.#settings;
    const snapshot = currentSnapshot(paths);
    restoreEdge(paths, snapshot);
    // Counts of changes begin anew with the new process, so the first snapshot of a run is always written.
    this.#lastSnapshot = undefined;
    try {
      this.#control = await this.#startPart(() => new Part(controlSettings(this.#settings, snapshot)));
      this.#edge = await this.#startPart(() => new Part(edgeSettings(this.#settings)));
    } catch (error) {
      await this.#endParts();
      throw error;
    }
    this.#writeFile();
  }

  async #startPart(make: () => Part): Promise<Part> {
    const part = make();
    try {
      await part.ready();
    } catch (error) {
      await part.stop(1_000);
      throw error;
    }
    void part.ended.then((ending) => this.#onEnd(part, ending));
    return part;
  }

  async #endParts(): Promise<void> {
    const [edge, control] = [this.#edge, this.#control];
    this.#edge = this.#control = undefined;
    await edge?.stop(2_000);
    await control?.stop(2_000);
  }

  /** A part that ended while it should run comes back; one at a time. */
  #onEnd(part: Part, ending: Ending): void {
    const ours = part === this.#edge || part === this.#control;
    if (this.#stopping || !ours) return;
    const at = new Date();
    this.#changing = this.#changing.then(async () => {
      if (this.#stopping || (part !== this.#edge && part !== this.#control)) return;
      if (this.#tooOften()) throw new Error(`${part.settings.title} ended ${MOST_RESTARTS_A_MINUTE} times within a minute (${describe(ending)}). Its log: ${part.settings.logFile}`);
      await (part.settings.name === 'edge' ? this.#edgeEnded(ending) : this.#controlEnded(ending, at));
    }).catch((error: unknown) => this.#giveUp(messageOf(error)));
  }

  #tooOften(): boolean {
    const now = Date.now();
    this.#restarts = [...this.#restarts.filter((time) => now - time < 60_000), now];
    return this.#restarts.length > MOST_RESTARTS_A_MINUTE;
  }

  async #edgeEnded(ending: Ending): Promise<void> {
    this.#edge = await this.#startPart(() => new Part(edgeSettings(this.#settings)));
    this.#writeFile();
    recordEvent(this.#settings.paths, { event: 'edge-restarted', detail: `the edge ended by ${describe(ending)}; it goes on from its checkpoints, nothing is lost` });
  }

  async #controlEnded(ending: Ending, at: Date): Promise<void> {
    await this.#saving.catch(() => undefined);
    const { paths } = this.#settings;
    const from = currentSnapshot(paths)?.takenAt ?? new Date(this.#startedAt);
    await this.#endParts();
    await this.#startParts();
    recordEvent(paths, { event: 'control-restarted', ...lostInterval(from, at), detail: `the control plane ended by ${describe(ending)}; it is back at its last snapshot` });
  }

  async #keepSnapshots(): Promise<void> {
    while (!this.#stopping) {
      await sleep(this.#settings.snapshotEveryMs, undefined, { ref: false });
      if (this.#stopping) return;
      await this.#changing;
      this.#saving = this.#save(true).catch((error: unknown) => {
        // A part that is just ending cannot answer; the next round tries again. Otherwise the reason must be readable.
        if (!this.#stopping) process.stderr.write(`${new Date().toISOString()} snapshot: ${messageOf(error)}\n`);
      });
      await this.#saving;
    }
  }

  async #save(edgeRuns: boolean): Promise<void> {
    const { paths, edgePort, controlPort } = this.#settings;
    const taken = await takeSnapshot(paths, { ports: { edgePort, controlPort }, last: this.#lastSnapshot, edgeRuns });
    if (taken !== undefined) this.#lastSnapshot = taken;
  }

  async #keepAlive(): Promise<void> {
    while (!this.#stopping) {
      touchAlive(this.#settings.paths);
      await sleep(ALIVE_EVERY_MS, undefined, { ref: false });
    }
  }

  #writeFile(): void {
    const { paths, edgePort, controlPort, sitePort, region, account } = this.#settings;
    writeSandboxFile(paths, {
      endpoint: this.endpoint,
      edgePort,
      controlPort,
      sitePort,
      region,
      account,
      pids: { supervisor: process.pid, edge: this.#edge?.pid ?? 0, control: this.#control?.pid ?? 0 },
      startedAt: this.#startedAt,
      dir: paths.dir,
    });
  }
}
