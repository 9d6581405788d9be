import { contract } from '../../../contracts/generated/shipment-event/runtime.ts';
import type { OverflowLimits } from '../../../domain/shipment/index.ts';
import type { AwsClient } from '../../../lambdas/_shared/aws/client.ts';
import type { BatchAnswer } from '../../../lambdas/_shared/batch-answer.ts';
import type { KinesisEvent, KinesisEventRecord } from '../../../lambdas/_shared/kinesis-event.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { createSkipList } from '../../../lambdas/_shared/skip-list.ts';
import { createHandler } from '../../../lambdas/track-shipments/create-handler.ts';
import { createDynamoBatches } from '../../../lambdas/track-shipments/dynamo-batches.ts';
import { createNoteBook } from '../../../lambdas/track-shipments/notes.ts';
import { createProgressLog } from '../../../lambdas/track-shipments/progress.ts';
import { createStateStore } from '../../../lambdas/track-shipments/state-store.ts';

export { contract };
export const TABLE = 'waybill-test-shipments';
export const LEDGER = 'waybill-test-lake-ledger';
export const BRONZE = 'bronze';
export const SHARD = 'shardId-000000000000';
export const DAY = 86_400_000;
export const HORIZON_MS = 45 * DAY;
export const NOW = Date.parse('2026-11-20T12:00:00Z');

export type WireEvent = Readonly<Record<string, unknown>>;

/** A valid ACTUAL event; everything may be overridden, `undefined` leaves a field out. */
export const wireEvent = (overrides: WireEvent = {}): WireEvent => ({
  schemaVersion: '1.0',
  eventId: 'E-1',
  source: 'DCSA:MAEU',
  sourceEventCode: 'TRANSPORT/DEPA',
  shipmentId: 'SHP-1',
  eventType: 'DEPARTED',
  eventClassifier: 'ACTUAL',
  eventTime: '2026-11-20T10:00:00Z',
  publishedTime: '2026-11-20T10:05:00Z',
  location: { unLocode: 'NLRTM' },
  ...overrides,
});

export interface Put {
  readonly event: WireEvent | string;
  /** @default position in the list, from 1 */
  readonly sequence?: string;
  /** @default NOW */
  readonly arrivalTime?: number;
}

export function kinesisEvent(puts: readonly Put[]): KinesisEvent {
  return { Records: puts.map((put, index) => kinesisRecord({ sequence: String(index + 1), ...put })) };
}

export function kinesisRecord({ event, sequence = '1', arrivalTime = NOW }: Put): KinesisEventRecord {
  const text = typeof event === 'string' ? event : JSON.stringify(event);
  return {
    eventID: `${SHARD}:${sequence}`,
    kinesis: { sequenceNumber: sequence, approximateArrivalTimestamp: arrivalTime / 1000, data: Buffer.from(text).toString('base64') },
  };
}

export interface Tracker {
  readonly handle: (event: KinesisEvent) => Promise<BatchAnswer>;
  /** Puts in one batch. */
  readonly send: (...events: (WireEvent | string)[]) => Promise<BatchAnswer>;
  /** Parsed log lines and EMF records. */
  readonly lines: Record<string, unknown>[];
  readonly metrics: () => Record<string, unknown>;
}

export interface TrackerOptions {
  readonly now?: () => number;
  readonly giveUpAfterMs?: number;
  readonly limits?: OverflowLimits;
  readonly rounds?: number;
}

/** The handler with its real parts, over the fake AWS or a sandbox. */
export function createTracker(aws: AwsClient, { now = () => NOW, giveUpAfterMs = 60 * 60_000, limits, rounds }: TrackerOptions = {}): Tracker {
  const lines: Record<string, unknown>[] = [];
  const print = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const log = createLogger({ fields: { function: 'track-shipments' }, write: print });
  const pause = (): Promise<void> => Promise.resolve();
  const contractName = contract.descriptor.name;
  const handle = createHandler({
    contract,
    store: createStateStore({
      batches: createDynamoBatches({ aws, table: TABLE, pause, log }),
      table: TABLE,
      horizonMs: HORIZON_MS,
      log,
      pause,
      ...(limits !== undefined && { limits }),
      ...(rounds !== undefined && { rounds }),
    }),
    notes: createNoteBook({ aws, bucket: BRONZE }),
    progress: createProgressLog({ aws, table: LEDGER, contract: contractName }),
    skipList: createSkipList({ aws, table: LEDGER, contract: contractName }),
    log,
    metricNamespace: 'Waybill/test',
    print,
    now,
    horizonMs: HORIZON_MS,
    giveUpAfterMs,
  });
  return {
    handle,
    send: (...events) => handle(kinesisEvent(events.map((event) => ({ event })))),
    lines,
    metrics: () => lines.filter((line) => '_aws' in line).at(-1) ?? {},
  };
}
