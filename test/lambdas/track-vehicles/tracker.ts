import { contract } from '../../../contracts/generated/vehicle-position/runtime.ts';
import type { Page, Trail } from '../../../domain/vehicle/index.ts';
import { joinPages, joinTrails, shipmentIdsOf, unpackAboard, unpackPage, unpackTrail } from '../../../domain/vehicle/index.ts';
import type { AwsClient } from '../../../lambdas/_shared/aws/client.ts';
import type { BatchAnswer } from '../../../lambdas/_shared/batch-answer.ts';
import type { KinesisEvent, KinesisEventRecord } from '../../../lambdas/_shared/kinesis-event.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { bytesOf, stringOf } from '../../../lambdas/_shared/marshall.ts';
import { createSkipList } from '../../../lambdas/_shared/skip-list.ts';
import { createDynamoBatches } from '../../../lambdas/track-shipments/dynamo-batches.ts';
import { createProgressLog } from '../../../lambdas/track-shipments/progress.ts';
import { createHandler } from '../../../lambdas/track-vehicles/create-handler.ts';
import { createPageStore } from '../../../lambdas/track-vehicles/page-store.ts';
import { createShardList } from '../../../lambdas/track-vehicles/shard-list.ts';
import type { FakeAws } from '../track-shipments/fake-aws.ts';

export const TABLE = 'waybill-test-vehicle-pages';
export const LEDGER = 'waybill-test-lake-ledger';
export const SHARD = 'shardId-000000000000';
export const NOW = Date.parse('2026-11-20T12:00:00Z');
export const HOUR = 3_600_000;
export const KEPT_MS = 48 * HOUR;
export const BUCKETS = 3;

export type WireFix = Readonly<Record<string, unknown>>;

/** A valid fix, taken ten seconds before NOW; everything may be overridden, `undefined` leaves a field out. */
export const wireFix = (overrides: WireFix = {}): WireFix => ({ schemaVersion: '1.0', source: 'GPS:fleet', vehicleId: 'TRK-0101', eventTime: at(-10), lat: 52.1, lon: 4.5, speedKmh: 60, headingDeg: 90, ...overrides });

/** Seconds from NOW as RFC 3339. */
export const at = (seconds: number): string => new Date(NOW + seconds * 1_000).toISOString();

export interface Put {
  readonly fix: WireFix | string;
  readonly arrivalTime?: number;
}

export const kinesisEvent = (puts: readonly Put[], { shard = SHARD, from = 1 }: { shard?: string; from?: number } = {}): KinesisEvent => ({
  Records: puts.map(({ fix, arrivalTime = NOW }, index): KinesisEventRecord => {
    const sequence = String(from + index);
    const data = Buffer.from(typeof fix === 'string' ? fix : JSON.stringify(fix)).toString('base64');
    return { eventID: `${shard}:${sequence}`, kinesis: { sequenceNumber: sequence, approximateArrivalTimestamp: arrivalTime / 1_000, data } };
  }),
});

export interface Tracker {
  readonly handle: (event: KinesisEvent) => Promise<BatchAnswer>;
  /** Puts in one batch of the usual shard. */
  readonly send: (...fixes: (WireFix | string)[]) => Promise<BatchAnswer>;
  readonly lines: Record<string, unknown>[];
  readonly metrics: () => Record<string, unknown>;
}

/** The handler with its real parts, over the fake AWS or a sandbox. A new one has an empty memory, as a new instance has. */
export function createTracker(aws: AwsClient, { now = () => NOW, rounds, buckets = BUCKETS }: { now?: () => number; rounds?: number; buckets?: number } = {}): Tracker {
  const lines: Record<string, unknown>[] = [];
  const print = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const log = createLogger({ fields: { function: 'track-vehicles' }, write: print });
  const pause = (): Promise<void> => Promise.resolve();
  const { name } = contract.descriptor;
  const handle = createHandler({
    contract,
    store: createPageStore({ batches: createDynamoBatches({ aws, table: TABLE, pause, log }), table: TABLE, keptMs: KEPT_MS, log, pause, ...(rounds !== undefined && { rounds }) }),
    shards: createShardList({ aws, table: TABLE, buckets, keptMs: KEPT_MS }),
    progress: createProgressLog({ aws, table: LEDGER, contract: name }),
    skipList: createSkipList({ aws, table: LEDGER, contract: name }),
    log,
    metricNamespace: 'Waybill/test',
    print,
    now,
    rule: { buckets, keptMs: KEPT_MS },
  });
  return { handle, send: (...fixes) => handle(kinesisEvent(fixes.map((fix) => ({ fix })))), lines, metrics: () => lines.filter((line) => '_aws' in line).at(-1) ?? {} };
}

const itemsWith = (aws: FakeAws, prefix: string): Buffer[] => aws.items(TABLE).flatMap((item) => (stringOf(item['sk'])?.startsWith(prefix) === true && stringOf(item['pk']) !== 'shards' ? [bytesOf(item['data']) ?? Buffer.alloc(0)] : []));

/** All vehicles, the newest over all shards, as readers take them. */
export const vehiclesOf = (aws: FakeAws): Page => itemsWith(aws, 'P').map((bytes) => unpackPage(bytes)).reduce<Page>(joinPages, new Map());

/** All trails, by key of their slot. */
export function trailsOf(aws: FakeAws): Map<string, Trail> {
  const trails = new Map<string, Trail>();
  for (const item of aws.items(TABLE)) {
    const key = stringOf(item['sk']) ?? '';
    if (key.startsWith('T#')) trails.set(key, joinTrails(trails.get(key) ?? new Map(), unpackTrail(bytesOf(item['data']) ?? Buffer.alloc(0))));
  }
  return trails;
}

/** Shipments aboard a vehicle, as readers find them. */
export function aboardOf(aws: FakeAws, vehicleId: string): readonly string[] {
  const hash = vehiclesOf(aws).get(vehicleId)?.newest.aboard ?? 0;
  for (const bytes of itemsWith(aws, 'A')) {
    const found = shipmentIdsOf(unpackAboard(bytes).get(vehicleId), hash);
    if (found.length > 0) return found;
  }
  return [];
}
