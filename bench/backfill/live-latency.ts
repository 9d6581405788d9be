/** How long a person waits for a shipment that was just told of: put on the stream, until the tracking API shows it. */
import { setTimeout as wait } from 'node:timers/promises';
import process from 'node:process';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { streamName } from '../../contracts/platform-names.ts';
import { trackingApi } from '../../cli/platform/api.ts';
import type { Platform } from '../../cli/platform/platform.ts';
import { kinesisPort, putAll } from '../../producer/index.ts';

const LOOK_EVERY_MS = 50;
const BETWEEN_MS = 1_000;
const PATIENCE_MS = 60_000;
let probes = 0;

export interface Latency { readonly probes: number; readonly p50: number; readonly p99: number; readonly worst: number }

/** One probe after another until `isOver` says so, at least one. Milliseconds. */
export async function liveLatency(platform: Platform, isOver: () => boolean): Promise<Latency> {
  const [client, api] = [new KinesisClient(platform.client), await trackingApi(platform, process.env)];
  const found: number[] = [];
  try {
    do {
      const shipmentId = `PROBE-${process.pid}-${++probes}`;
      const begun = Date.now();
      await putAll([{ partitionKey: shipmentId, data: Buffer.from(JSON.stringify(created(shipmentId, begun))) }], { port: kinesisPort(client), stream: streamName('local', 'shipment-event') });
      while ((await api(`/v1/shipments/${shipmentId}`)).status !== 200) {
        if (Date.now() > begun + PATIENCE_MS) throw new Error(`${shipmentId} was not to be seen within ${PATIENCE_MS / 1_000} s`);
        await wait(LOOK_EVERY_MS);
      }
      found.push(Date.now() - begun);
      await wait(BETWEEN_MS);
    } while (!isOver());
  } finally {
    client.destroy();
  }
  return summary(found);
}

const created = (shipmentId: string, at: number): Readonly<Record<string, unknown>> => {
  const time = new Date(at).toISOString();
  return { schemaVersion: '1.0', eventId: `created-${shipmentId}`, source: 'APP:bench', sourceEventCode: 'bench.created', shipmentId, eventType: 'CREATED', eventClassifier: 'ACTUAL', eventTime: time, publishedTime: time };
};

export function summary(values: readonly number[]): Latency {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { probes: sorted.length, p50: at(0.5), p99: at(0.99), worst: at(1) };
}
