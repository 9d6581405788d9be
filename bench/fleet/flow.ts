/** A thread that keeps positions flowing while answers are timed: putting must not wait for asking, nor asking for putting. */
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import type { ClientSettings } from '../../cli/platform/platform.ts';
import { kinesisPort, putAll } from '../../producer/index.ts';
import { fixRecord } from './fixes.ts';

export interface Flow {
  readonly client: ClientSettings;
  readonly stream: string;
  readonly vehicles: number;
  /** Positions a second. */
  readonly rate: number;
}

const TICK_MS = 250;
const { client, stream, vehicles, rate } = workerData as Flow;
const port = kinesisPort(new KinesisClient(client));
const begun = Date.now();
let put = 0;
for (;;) {
  const due = Math.floor(((Date.now() - begun) / 1_000) * rate);
  // A stride that meets every vehicle, neighbours of no page together.
  const records = Array.from({ length: due - put }, (_, index) => fixRecord(((put + index) * 7_919) % vehicles, 1 + Math.floor((put + index) / vehicles)));
  if (records.length > 0) await putAll(records, { port, stream });
  put = due;
  parentPort?.postMessage(put);
  await wait(TICK_MS);
}
