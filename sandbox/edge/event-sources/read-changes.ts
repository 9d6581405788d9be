/**
 * Tells the control plane which changes of tables nobody needs any more: it keeps them in memory, two images each. Only together with
 * a snapshot, whose checkpoints are on disk by then: a later restart from it must still find everything behind them.
 */
import type { JsonObject } from '../../json.ts';
import type { ControlClient } from '../control-client.ts';
import type { SourceStatus } from './stream-source.ts';

export interface ReadingSource {
  status(): SourceStatus;
}

/** Stream of a table → the last number that all its mappings have finished. A stream that one of them has not begun is left out. */
export function finishedChanges(listed: readonly JsonObject[], running: ReadonlyMap<string, ReadingSource>): Record<string, string> {
  const finished = new Map<string, string | undefined>();
  for (const { UUID, EventSourceArn } of listed) {
    const arn = String(EventSourceArn);
    if (arn.split(':')[2] !== 'dynamodb') continue;
    const numbers = running.get(String(UUID))?.status().shards.map((shard) => shard.checkpoint) ?? [];
    const all = finished.has(arn) ? [...numbers, finished.get(arn) ?? null] : numbers;
    finished.set(arn, numbers.length === 0 || all.includes(null) ? undefined : all.reduce((least, one) => (String(one) < String(least) ? one : least)) ?? undefined);
  }
  return Object.fromEntries([...finished].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

export async function dropReadChanges(control: ControlClient, finished: Readonly<Record<string, string>>): Promise<void> {
  if (Object.keys(finished).length === 0) return;
  // It only costs memory until the next snapshot.
  await control.rest('dynamodb', 'POST', '/_waybill/read-changes', finished).catch(() => undefined);
}
