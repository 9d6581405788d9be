import { hasteOf, judgeDay, nextStep, shardsToMark } from '../../domain/lake/day-gate.ts';
import type { GateInput, GateMarker, GateShard, GateStep, Patience } from '../../domain/lake/day-gate.ts';
import { addDays, isDay, localTime } from '../../domain/time/business-day.ts';
import type { Logger } from '../_shared/logger.ts';
import { MARKER_MAGIC } from '../_shared/decode/marker.ts';

/** What publish-day sends, again and again until the day is complete. */
export interface GateRequest {
  /** Business day, `YYYY-MM-DD`. */
  readonly day: string;
  /** RFC 3339: when the run began. */
  readonly startedAt: string;
  readonly warned: boolean;
  /** How long building the day alone took lately, and with the days before it, minutes. */
  readonly buildMinutes: number;
  readonly restateMinutes: number;
}

export interface GateAnswer {
  readonly step: GateStep;
  /** By contract, what is still missing; empty when the day is complete. */
  readonly missing: Readonly<Record<string, readonly string[]>>;
  /** The same in one line, for messages. */
  readonly summary: string;
  readonly objective: string;
  readonly agreement: string;
  /** When readers would have the day if it were built now. */
  readonly estimate: string;
  /** That is after the objective: people are to be told. */
  readonly late: boolean;
  /** There is no time for days that can wait. */
  readonly hurry: boolean;
}

export interface GateLedger {
  readonly markers: (contract: string, day: string) => Promise<readonly GateMarker[]>;
  /** Notes a put; whatever was seen of the marker stays. */
  readonly notePut: (put: { readonly contract: string; readonly day: string; readonly shard: string; readonly markerId: string; readonly sequence: string; readonly putAt: number }) => Promise<void>;
  readonly loadedThrough: (contract: string) => Promise<ReadonlyMap<string, string>>;
  /** Whether a row of the shard waits beyond that sort key; read consistently. */
  readonly waits: (contract: string, shard: string, after: string) => Promise<boolean>;
}

export interface GatePorts {
  readonly contracts: readonly string[];
  readonly ledger: GateLedger;
  readonly shards: (contract: string) => Promise<readonly GateShard[]>;
  /** Puts a record to the shard that holds the hash key; answers which one took it, and where. */
  readonly put: (contract: string, record: { readonly hashKey: string; readonly data: Uint8Array }) => Promise<{ readonly shard: string; readonly sequence: string }>;
  readonly onFailureObjects: () => Promise<number>;
  readonly settings: Pick<Patience, 'atAgreement'> & { readonly businessTimeZone: string; readonly objective: string; readonly agreement: string };
  readonly now: () => number;
  readonly log: Logger;
}

/** The day in a request is none. */
export class GateRequestError extends Error {
  override readonly name = 'GateRequestError';
}

/**
 * One look at the gate: puts markers where they lack, judges every contract, says what the run does next. It may be asked as
 * often as one likes: a marker that is there is not put again before it went astray.
 */
export function createHandler(ports: GatePorts): (request: GateRequest) => Promise<GateAnswer> {
  const { settings, now, log } = ports;
  return async ({ day, startedAt, warned, buildMinutes, restateMinutes }) => {
    if (!isDay(day)) throw new GateRequestError(`day: got ${JSON.stringify(day)}; allowed: a day of the calendar, for example "2026-11-20"`);
    const next = addDays(day, 1);
    const dayEnded = localTime(next, '00:00', settings.businessTimeZone) <= now();
    const onFailureObjects = await ports.onFailureObjects();
    const missing: Record<string, readonly string[]> = {};
    for (const contract of ports.contracts) {
      const verdict = dayEnded ? judgeDay(await lookAt(contract, { day, onFailureObjects, ports })) : ({ complete: false, missing: ['the day has not ended'] } as const);
      if (!verdict.complete) missing[contract] = verdict.missing;
    }
    const [objective, agreement] = [settings.objective, settings.agreement].map((time) => localTime(next, time, settings.businessTimeZone)) as [number, number];
    const times = { now: now(), startedAt: Date.parse(startedAt), objective, agreement, buildMs: buildMinutes * 60_000 };
    const step = nextStep(Object.keys(missing).length === 0, { ...times, atAgreement: settings.atAgreement, warned });
    const { estimate, late, hurry } = hasteOf({ ...times, restateMs: restateMinutes * 60_000 });
    const summary = Object.entries(missing).map(([contract, lines]) => `${contract}: ${lines.join('; ')}`).join(' | ');
    log.info('looked at the gate', { day, step, missing: summary });
    return { step, missing, summary, objective: new Date(objective).toISOString(), agreement: new Date(agreement).toISOString(), estimate: new Date(estimate).toISOString(), late, hurry };
  };
}

interface Look {
  readonly day: string;
  readonly onFailureObjects: number;
  readonly ports: GatePorts;
}

async function lookAt(contract: string, { day, onFailureObjects, ports }: Look): Promise<GateInput> {
  const { ledger, now } = ports;
  const [shards, known, loadedThrough] = await Promise.all([ports.shards(contract), ledger.markers(contract, day), ledger.loadedThrough(contract)]);
  const markers = new Map(known.map((marker) => [marker.shard, marker]));
  for (const shard of shardsToMark({ shards, markers, now: now() })) {
    const put = await mark(contract, { day, shard, ports });
    markers.set(put.shard, { ...put, seenSortKey: markers.get(put.shard)?.seenSortKey ?? '' });
  }
  const closed = shards.filter(({ open, shard }) => !open && !markers.has(shard));
  const waiting = await Promise.all(closed.map(async ({ shard }) => ((await ledger.waits(contract, shard, loadedThrough.get(shard) ?? '')) ? [shard] : [])));
  return { now: now(), shards, markers, loadedThrough, waitingClosed: waiting.flat(), onFailureObjects };
}

/** A stream that is being resharded may give the record to another shard than was asked: the answer counts. */
async function mark(contract: string, { day, shard, ports }: { readonly day: string; readonly shard: GateShard; readonly ports: GatePorts }): Promise<Omit<GateMarker, 'seenSortKey'>> {
  const markerId = `${contract}#${day}#${shard.shard}`;
  const putAt = ports.now();
  const text = MARKER_MAGIC + JSON.stringify({ markerId, contract, day, putAt: new Date(putAt).toISOString() });
  const taken = await ports.put(contract, { hashKey: shard.startingHashKey, data: Buffer.from(text) });
  await ports.ledger.notePut({ contract, day, shard: taken.shard, markerId, sequence: taken.sequence, putAt });
  return { shard: taken.shard, markerId, putAt };
}
