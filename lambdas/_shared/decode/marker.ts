/** First bytes of a marker record (docs/bronze.md). */
export const MARKER_MAGIC = 'WBM1';

/** A marker is put to every open shard at the end of a day: when it has been read, all before it has been. */
export interface Marker {
  readonly markerId: string;
  readonly contract: string;
  /** Business date, `YYYY-MM-DD`. */
  readonly day: string;
  /** RFC 3339. */
  readonly putAt: string;
}

/** undefined: it begins like a marker and is none. */
export function parseMarker(bytes: Buffer): Marker | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8', MARKER_MAGIC.length));
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { markerId, contract, day, putAt } = parsed as Record<string, unknown>;
  const texts = [markerId, contract, day, putAt];
  return texts.every((text) => typeof text === 'string' && text !== '') ? ({ markerId, contract, day, putAt } as Marker) : undefined;
}
