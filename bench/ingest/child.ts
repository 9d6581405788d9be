import { contract } from '../../contracts/generated/shipment-event/runtime.ts';
import type { BatchAnswer } from '../../lambdas/_shared/batch-answer.ts';
import type { KinesisEvent } from '../../lambdas/_shared/kinesis-event.ts';
import { bindHandler as bindArchiveEvents } from '../../lambdas/archive-events/handler.ts';
import { bindHandler as bindTrackShipments } from '../../lambdas/track-shipments/handler.ts';
import { AWAKENING, benchBatches } from './load.ts';
import type { BenchBatch, BenchSettings } from './load.ts';
import { createNaiveHandler } from './naive-handler.ts';

/** What a measured process runs: parse the payload as the runtime does, then the handler. */
type Run = (payload: string) => Promise<void>;

export type Variant = 'parse' | 'archive-events' | 'track-shipments' | 'naive';

export interface ChildReport {
  readonly cpuMicros: number;
  readonly wallMicros: number;
  readonly records: number;
  /** Events per shipment that shows in a batch, and their size: what the load was. */
  readonly eventsPerShipment: number;
  readonly bytesPerEvent: number;
  readonly maxMemoryMb: number;
}

function createRun(variant: Variant): Run {
  switch (variant) {
    case 'parse':
      return bareParse;
    case 'archive-events':
      return handled(bindArchiveEvents(contract));
    case 'track-shipments':
      return handled(bindTrackShipments(contract));
    case 'naive': {
      const handler = createNaiveHandler({ table: 'shipments', bucket: 'bronze' });
      return async (payload) => handler(JSON.parse(payload) as KinesisEvent);
    }
  }
}

/** The reference: base64 and `JSON.parse` of every event, nothing else. */
async function bareParse(payload: string): Promise<void> {
  for (const { kinesis } of (JSON.parse(payload) as KinesisEvent).Records) {
    try {
      JSON.parse(Buffer.from(kinesis.data, 'base64').toString());
    } catch {
      // A truncated one: part of the load.
    }
  }
  return Promise.resolve();
}

const handled = (handler: (event: KinesisEvent) => Promise<BatchAnswer>): Run => async (payload) => {
  const answer = await handler(JSON.parse(payload) as KinesisEvent);
  if (answer.batchItemFailures.length > 0) throw new Error('A batch was held: a stub refused something, the numbers would mean nothing.');
};

/** Warms up, and then measures a round as often as the parent asks for one. */
async function measureRounds(variant: Variant, settings: BenchSettings): Promise<void> {
  const coming = benchBatches(settings);
  const run = createRun(variant);
  for (let batch = 0; batch < settings.warmUp; batch += 1) await run(coming.next().value.payload);
  for (let round = 0; round < settings.rounds; round += 1) {
    await tellParent('ready');
    const turn = Array.from({ length: AWAKENING + settings.batches }, () => coming.next().value);
    for (const { payload } of turn.slice(0, AWAKENING)) await run(payload);
    await tellParent('start');
    await tellParent(await measure(run, turn.slice(AWAKENING)));
  }
}

async function measure(run: Run, measured: readonly BenchBatch[]): Promise<ChildReport> {
  const begun = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  for (const { payload } of measured) await run(payload);
  const { user, system } = process.cpuUsage(cpu);
  const wallMicros = Number((process.hrtime.bigint() - begun) / 1000n);
  const sum = (of: (batch: BenchBatch) => number): number => measured.reduce((total, batch) => total + of(batch), 0);
  const records = sum((batch) => batch.records);
  return { cpuMicros: user + system, wallMicros, records, eventsPerShipment: records / sum((batch) => batch.shipments), bytesPerEvent: sum((batch) => batch.bytes) / records, maxMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024) };
}

/** Resolves when the parent lets it go on. */
async function tellParent(message: unknown): Promise<void> {
  const acknowledged = new Promise<void>((resolve) => process.once('message', () => resolve()));
  process.send?.(message);
  await acknowledged;
}

async function main(): Promise<void> {
  const [variant, settings] = process.argv.slice(2);
  await measureRounds(variant as Variant, JSON.parse(settings ?? '{}') as BenchSettings);
  process.disconnect();
  process.exit(0);
}

if (process.send !== undefined) void main();
