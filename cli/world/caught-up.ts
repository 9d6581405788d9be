import { setTimeout as wait } from 'node:timers/promises';
import { edgeAdmin } from '../platform/edge-admin.ts';
import type { Platform } from '../platform/platform.ts';
import { WorldError } from '../errors.ts';
import { duration } from '../output/times.ts';
import { greatestLag, Settling } from './settling.ts';

const PATIENCE_MS = 10 * 60_000;
const PAUSE_MS = 300;

/**
 * Waits until every record that is on the streams now has been worked off by every event source of the sandbox, and all that this has
 * put on streams of tables and queues too: event → state → alert → notice.
 */
export async function caughtUp(platform: Platform, note: (text: string) => void = () => undefined): Promise<void> {
  const admin = edgeAdmin(platform);
  const begun = Date.now();
  const settling = new Settling(begun);
  for (;;) {
    const askedAt = Date.now();
    const consumers = await admin.consumers();
    if (settling.look(consumers, { askedAt, answeredAt: Date.now() })) return;
    const lag = greatestLag(consumers);
    note(lag === 0 ? 'consumers read' : `consumers are ${duration(lag)} behind`);
    if (Date.now() > begun + PATIENCE_MS) throw new WorldError(`Consumers are still ${lag === 0 ? 'not at rest' : `${duration(lag)} behind`} after ${duration(PATIENCE_MS)}.`, { todo: 'npx waybill status shows which consumer stands, npx waybill logs <function> why.' });
    await wait(PAUSE_MS);
  }
}
