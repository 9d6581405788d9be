/** What SQS measures of each queue once a minute: the only way by which an alarm sees messages in a dead-letter queue. */
import { asObject } from '../json.ts';
import type { ControlClient } from './control-client.ts';
import { Pause, systemClock, type Clock } from './event-sources/clock.ts';
import type { MetricSink } from './metric-sink.ts';
import type { BackgroundPart } from './router-part.ts';

const EVERY_MS = 60_000;
const MEASURED = ['ApproximateNumberOfMessagesVisible', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'];

export interface QueueMetricsOptions {
  readonly control: ControlClient;
  readonly sink: MetricSink;
  readonly clock?: Clock;
}

export interface QueueMetrics extends BackgroundPart {
  start(): void;
}

export function createQueueMetrics({ control, sink, clock = systemClock }: QueueMetricsOptions): QueueMetrics {
  const pause = new Pause(clock);
  let stopping = false;
  let loop: Promise<void> | undefined;
  let lastError: string | undefined;

  async function run(): Promise<void> {
    while (!stopping) {
      await pause.wait(EVERY_MS - (clock.now() % EVERY_MS));
      if (stopping) return;
      lastError = await measureQueues(control, sink, clock.now()).then(() => undefined, (error: unknown) => (error instanceof Error ? error.message : String(error)));
    }
  }

  return {
    name: 'queue-metrics',
    start() {
      loop ??= run();
    },
    async stop() {
      stopping = true;
      pause.wake();
      await loop;
    },
    status: () => (lastError === undefined ? {} : { error: lastError }),
    flush: () => Promise.resolve(),
  };
}

/** Puts the counts of every queue, all of one moment. */
export async function measureQueues(control: ControlClient, sink: MetricSink, time: number): Promise<void> {
  const { QueueUrls } = await control.json('sqs', 'AmazonSQS.ListQueues', {});
  for (const url of Array.isArray(QueueUrls) ? QueueUrls.map(String) : []) {
    const attributes = asObject((await control.json('sqs', 'AmazonSQS.GetQueueAttributes', { QueueUrl: url, AttributeNames: ['All'] }))['Attributes']);
    const dimensions = { QueueName: url.slice(url.lastIndexOf('/') + 1) };
    for (const name of MEASURED) {
      // The attribute of visible messages has no "Visible" in its name; the metric has.
      const value = Number(attributes[name.replace(/Messages(Visible)$/, 'Messages')] ?? 0);
      sink.put({ namespace: 'AWS/SQS', name, dimensions, time, value, unit: 'Count' });
    }
  }
}
