import { json } from '../_shared/http/answer.ts';
import type { HttpApiAnswer } from '../_shared/http/event.ts';
import type { Freshness } from './freshness.ts';
import { instant } from './shipment-body.ts';

/** Seconds behind the stream from which live state counts as stale: a position should be seen within 30 s, an alert within a minute. */
export const STALE_AFTER_SECONDS = 300;

/**
 * The answer to `GET /v1/health`. It stands on rows that the stream's readers write, so it cannot be green while they are
 * stuck. `stale` is 503, so that a plain probe notices; a table that does not answer is a problem document with 503.
 */
export function healthAnswer({ shards, behindStreamSeconds }: Freshness, now: number): HttpApiAnswer {
  const stale = behindStreamSeconds !== undefined && behindStreamSeconds > STALE_AFTER_SECONDS;
  return json(stale ? 503 : 200, {
    status: stale ? 'stale' : shards.length === 0 ? 'empty' : 'ok',
    as_of: instant(now),
    source: 'live',
    freshness: { behindStreamSeconds: behindStreamSeconds ?? null },
    shards: shards.map((shard) => ({ shard: shard.shard, foldedThrough: instant(shard.foldedThrough), behindStreamSeconds: shard.behindStreamSeconds })),
  });
}
