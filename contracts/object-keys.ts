/** Keys of the objects in bronze and quarantine, which functions write and commands read (docs/bronze.md). */

/** What an object is called after: only itself, so equal content has an equal name. */
export interface ObjectName {
  readonly contract: string;
  readonly shard: string;
  /** Sequence numbers of the first and last record in the object. */
  readonly firstSequence: string;
  readonly lastSequence: string;
  /** Lines. */
  readonly count: number;
  /** First eight hex digits of SHA-256 over the object's bytes. */
  readonly hash8: string;
  /** Arrival of the object's first record, epoch ms. */
  readonly arrivalTime: number;
}

/** What a key tells of it; of the arrival only the hour. */
export type ParsedObjectKey = Omit<ObjectName, 'arrivalTime'>;

/** `<contract>/arrival_date=YYYY-MM-DD/arrival_hour=HH/`, UTC: where the objects lie whose first record arrived in the hour of that moment (epoch ms). */
export function hourFolder(contract: string, arrivalTime: number): string {
  const arrival = new Date(arrivalTime).toISOString();
  return `${contract}/arrival_date=${arrival.slice(0, 10)}/arrival_hour=${arrival.slice(11, 13)}/`;
}

/**
 * The object's key in the folder of the hour in which its first record arrived: `<folder><shard>-<first>-<last>-<n>-<hash8>.ndjson.zst`.
 * The hash makes a refused `If-None-Match: *` mean "these very bytes are there".
 */
export const objectKey = (name: ObjectName): string =>
  `${hourFolder(name.contract, name.arrivalTime)}${name.shard}-${name.firstSequence}-${name.lastSequence}-${name.count}-${name.hash8}.ndjson.zst`;

/** `rows/` below the hour: rows that load-silver put aside. `.gz`: written before decision 0104. */
const PATTERN = /^(?<contract>[^/]+)\/arrival_date=\d{4}-\d\d-\d\d\/arrival_hour=\d\d\/(?:rows\/)?(?<shard>[^/]+)-(?<first>\d+)-(?<last>\d+)-(?<count>\d+)-(?<hash8>[0-9a-f]{8})\.ndjson\.(?:zst|gz)$/;

/** undefined for a key that is none of ours (other things live in the same bucket). */
export function parseObjectKey(key: string): ParsedObjectKey | undefined {
  const { contract, shard, first, last, count, hash8 } = PATTERN.exec(key)?.groups ?? {};
  if (contract === undefined || shard === undefined || first === undefined || last === undefined || count === undefined || hash8 === undefined) return undefined;
  return { contract, shard, firstSequence: first, lastSequence: last, count: Number(count), hash8 };
}

/** In the lake bucket: figures of the last published day. build-gold writes it (waybill_lake/publish/daily_figures.py), tracking-api reads it. */
export const LAST_DAY_KEY = 'reports/daily/latest.json';
