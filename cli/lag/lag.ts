/** How far each layer of the lake is behind, from what the ledger says. Pure: times are arguments. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A day is published until six in the morning after the next midnight; by then the published one ended 30 hours ago. */
export const GOLD_OBJECTIVE_HOURS = 30;

/** An object of bronze that silver does not have. Arrival of its first record, ms since 1970. */
export interface OpenObject { readonly shard: string; readonly arrival: number; readonly bytes: number }

export interface ContractFacts {
  readonly contract: string;
  readonly freshnessMinutes: number;
  /** Of each shard the arrival of the newest object, ms since 1970. */
  readonly newest: ReadonlyMap<string, number>;
  readonly open: readonly OpenObject[];
  /** Objects that are parked or missing: a person must look at them. */
  readonly waiting: number;
}

export interface ShardLag { readonly shard: string; readonly newestArrival?: number; readonly behindMinutes: number; readonly openObjects: number }

export interface ContractLag {
  readonly contract: string;
  /** Ms since 1970; undefined while nothing was ever archived. */
  readonly newestArrival?: number;
  /** Age of the oldest object that silver lacks; 0 when it has all. */
  readonly silverBehindMinutes: number;
  readonly objectiveMinutes: number;
  readonly isBehind: boolean;
  readonly openObjects: number;
  readonly openBytes: number;
  readonly waitingObjects: number;
  readonly shards: readonly ShardLag[];
}

export interface GoldLag {
  /** Undefined while none was published in the days that were looked at. */
  readonly newestDay?: string;
  readonly endedHoursAgo?: number;
  readonly objectiveHours: number;
  readonly isBehind: boolean;
}

export function contractLag({ contract, freshnessMinutes, newest, open, waiting }: ContractFacts, now: number): ContractLag {
  const shards = [...new Set([...newest.keys(), ...open.map(({ shard }) => shard)])].sort();
  const behind = behindMinutes(open, now);
  const newestArrival = newest.size === 0 ? undefined : Math.max(...newest.values());
  return {
    contract,
    ...(newestArrival === undefined ? {} : { newestArrival }),
    silverBehindMinutes: behind,
    objectiveMinutes: freshnessMinutes,
    isBehind: behind > freshnessMinutes,
    openObjects: open.length,
    openBytes: open.reduce((sum, { bytes }) => sum + bytes, 0),
    waitingObjects: waiting,
    shards: shards.map((shard) => shardLag(shard, newest.get(shard), open.filter((each) => each.shard === shard), now)),
  };
}

function shardLag(shard: string, newestArrival: number | undefined, open: readonly OpenObject[], now: number): ShardLag {
  return { shard, ...(newestArrival === undefined ? {} : { newestArrival }), behindMinutes: behindMinutes(open, now), openObjects: open.length };
}

const behindMinutes = (open: readonly OpenObject[], now: number): number =>
  (open.length === 0 ? 0 : Math.max(0, Math.round((now - Math.min(...open.map(({ arrival }) => arrival))) / (MINUTE / 10)) / 10));

/** @param newestDay newest published business day, YYYY-MM-DD. Its end is taken in UTC: some hours do not matter here. */
export function goldLag(newestDay: string | undefined, now: number): GoldLag {
  if (newestDay === undefined) return { objectiveHours: GOLD_OBJECTIVE_HOURS, isBehind: false };
  const hours = Math.max(0, Math.round((now - Date.parse(newestDay) - 24 * HOUR) / HOUR));
  return { newestDay, endedHoursAgo: hours, objectiveHours: GOLD_OBJECTIVE_HOURS, isBehind: hours > GOLD_OBJECTIVE_HOURS };
}
