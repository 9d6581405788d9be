import { setTimeout as wait } from 'node:timers/promises';
import { edgeAdmin } from '../platform/edge-admin.ts';
import type { Platform } from '../platform/platform.ts';
import { WorldError } from '../errors.ts';
import { duration } from '../output/times.ts';

const PATIENCE_MS = 10 * 60_000;
const PAUSE_MS = 300;

/** Waits until every record that is on the streams now has been worked off by every event source of the sandbox. */
export async function caughtUp(platform: Platform, note: (text: string) => void = () => undefined): Promise<void> {
  const admin = edgeAdmin(platform);
  const begun = Date.now();
  for (;;) {
    const lag = await admin.lagMs(begun);
    if (lag === 0) return;
    note(lag === undefined ? 'consumers begin to read' : `consumers are ${duration(lag)} behind`);
    if (Date.now() > begun + PATIENCE_MS) throw new WorldError(`Consumers are still ${lag === undefined ? 'not reading' : `${duration(lag)} behind`} after ${duration(PATIENCE_MS)}.`, { todo: 'npx waybill status shows which consumer stands, npx waybill logs <function> why.' });
    await wait(PAUSE_MS);
  }
}
