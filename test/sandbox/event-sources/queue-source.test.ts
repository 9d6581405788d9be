import { ControlUnreachableError } from '../../../sandbox/edge/control-client.ts';
import { parseMapping, type QueueMapping, UnsupportedMappingError } from '../../../sandbox/edge/event-sources/mapping.ts';
import { payloadsOf } from '../../../sandbox/edge/event-sources/queue-format.ts';
import { QueueSource } from '../../../sandbox/edge/event-sources/queue-source.ts';
import type { MessageQueue, QueueMessage } from '../../../sandbox/edge/event-sources/queue.ts';
import { createSourceMetrics } from '../../../sandbox/edge/event-sources/source-metrics.ts';
import type { InvokeResult } from '../../../sandbox/edge/lambda/invoker.ts';
import type { MetricDatum } from '../../../sandbox/edge/metric-sink.ts';
import { fastClock } from './lab.ts';

const ARN = 'arn:aws:sqs:eu-central-1:000000000000:notices';

function mapping(more: Record<string, unknown> = {}): QueueMapping {
  const parsed = parseMapping({ UUID: 'esm-q', FunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:notify', EventSourceArn: ARN, State: 'Enabled', FunctionResponseTypes: ['ReportBatchItemFailures'], ...more });
  if (parsed.kind !== 'sqs') throw new Error('a mapping of a queue is wanted');
  return parsed;
}

const message = (n: number, body: unknown = { n }): QueueMessage => ({ id: `m${n}`, receipt: `r${n}`, body: JSON.stringify(body), sent: Date.now(), raw: { Attributes: { ApproximateReceiveCount: '1' }, MessageAttributes: { kind: { DataType: 'String', StringValue: 'delay' } }, MD5OfBody: 'x' } });

/** Gives what it holds, ten at once; a message that was given and not removed is hidden. */
class FakeQueue implements MessageQueue {
  readonly waiting: QueueMessage[];
  readonly removed: string[] = [];
  refusals = 0;
  constructor(messages: QueueMessage[]) {
    this.waiting = messages;
  }
  async receive(most: number): Promise<QueueMessage[]> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (this.refusals > 0) {
      this.refusals -= 1;
      throw new Error('the control plane is away');
    }
    return this.waiting.splice(0, Math.min(most, 10));
  }
  remove(messages: readonly QueueMessage[]): Promise<void> {
    this.removed.push(...messages.map(({ id }) => id));
    return Promise.resolve();
  }
}

interface Lab {
  readonly calls: string[][];
  readonly events: string[];
  readonly metrics: MetricDatum[];
  readonly queue: FakeQueue;
  readonly source: QueueSource;
  most: number;
}

type Answer = (ids: string[], lab: Lab) => Partial<InvokeResult> | undefined | Promise<Partial<InvokeResult> | undefined>;

async function runUntil({ queue, more, answer = () => undefined }: { queue: FakeQueue; more?: Record<string, unknown>; answer?: Answer }, reached: (lab: Lab) => boolean): Promise<Lab> {
  const metrics: MetricDatum[] = [];
  const clock = fastClock();
  const esm = mapping(more);
  let busy = 0;
  const source = new QueueSource({ mapping: esm, queue, clock, metrics: createSourceMetrics(esm, { put: (datum) => void metrics.push(datum), logLine: () => undefined }, clock), invoker: {
    invoke: async ({ payload }) => {
      const ids = (JSON.parse(payload) as { Records: { messageId: string }[] }).Records.map(({ messageId }) => messageId);
      lab.events.push(payload);
      lab.calls.push(ids);
      busy += 1;
      lab.most = Math.max(lab.most, busy);
      try {
        return { payload: '', durationMs: 1, logTail: '', ...(await answer(ids, lab)) };
      } finally {
        busy -= 1;
      }
    },
  } });
  const lab: Lab = { calls: [], events: [], metrics, queue, source, most: 0 };
  source.start();
  const deadline = Date.now() + 4_000;
  while (!reached(lab) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 2));
  await source.stop(50_000);
  if (!reached(lab)) throw new Error(`not reached: ${JSON.stringify({ calls: lab.calls, removed: queue.removed, status: source.status() })}`);
  return lab;
}

const removed = (count: number) => (lab: Lab): boolean => lab.queue.removed.length >= count;
const counted = (lab: Lab, name: string): number => lab.metrics.filter((datum) => datum.name === name).reduce((sum, datum) => sum + datum.value, 0);

describe('a queue as event source', () => {
  it('delivers at most the batch size, deletes what succeeded, and gives the event the shape of AWS', async () => {
    const lab = await runUntil({ queue: new FakeQueue([0, 1, 2].map((n) => message(n))), more: { BatchSize: 2 } }, removed(3));
    expect(lab.calls.map((ids) => ids.length).sort()).toEqual([1, 2]);
    expect(JSON.parse(lab.events[0] ?? '')).toEqual({ Records: [0, 1].map((n) => ({ messageId: `m${n}`, receiptHandle: `r${n}`, body: JSON.stringify({ n }), attributes: { ApproximateReceiveCount: '1' }, messageAttributes: { kind: { stringValue: 'delay', stringListValues: [], binaryListValues: [], dataType: 'String' } }, md5OfBody: 'x', eventSource: 'aws:sqs', eventSourceARN: ARN, awsRegion: 'eu-central-1' })) });
    expect(lab.queue.removed.sort()).toEqual(['m0', 'm1', 'm2']);
  });

  it('waits for the window while a batch is not full', async () => {
    const queue = new FakeQueue([message(0)]);
    setTimeout(() => queue.waiting.push(message(1)), 30);
    const lab = await runUntil({ queue, more: { BatchSize: 100, MaximumBatchingWindowInSeconds: 20 } }, removed(2));
    expect(lab.calls).toEqual([['m0', 'm1']]);
  });

  it('deletes only what did not fail, when the function reports it', async () => {
    const answer = (): Partial<InvokeResult> => ({ payload: '{"batchItemFailures":[{"itemIdentifier":"m1"}]}' });
    const lab = await runUntil({ queue: new FakeQueue([0, 1, 2].map((n) => message(n))), answer }, removed(2));
    expect(lab.queue.removed).toEqual(['m0', 'm2']);
    expect([counted(lab, 'FailedInvokeEventCount'), counted(lab, 'DeletedEventCount')]).toEqual([1, 2]);
  });

  it.each<[string, Answer]>([
    ['failed', () => ({ functionError: 'Unhandled', payload: '{}' })],
    ['was throttled', () => ({ throttled: true })],
    ['reported an unknown item', () => ({ payload: '{"batchItemFailures":[{"itemIdentifier":"nobody"}]}' })],
    ['could not be asked', () => Promise.reject(new ControlUnreachableError(1, {}))],
  ])('leaves all to the visibility timeout when the function %s', async (_what, answer) => {
    const lab = await runUntil({ queue: new FakeQueue([message(0), message(1)]), answer }, ({ calls }) => calls.length === 1);
    expect(lab.queue.removed).toEqual([]);
  });

  it('deletes what its filters refuse without asking the function, as AWS does', async () => {
    const Pattern = JSON.stringify({ body: { n: [{ numeric: ['>=', 2] }] }, messageAttributes: { kind: { stringValue: ['delay'] } } });
    const lab = await runUntil({ queue: new FakeQueue([0, 1, 2, 3].map((n) => message(n))), more: { FilterCriteria: { Filters: [{ Pattern }] } } }, removed(4));
    expect(lab.calls).toEqual([['m2', 'm3']]);
    expect(counted(lab, 'FilteredOutEventCount')).toBe(2);
  });

  it('has at most so many batches in flight, and takes no message that nobody can work on', async () => {
    const queue = new FakeQueue([0, 1, 2, 3, 4].map((n) => message(n)));
    let left = 0;
    const answer = async (): Promise<undefined> => {
      await new Promise((resolve) => setTimeout(resolve, 15));
      left = Math.max(left, queue.waiting.length);
      return undefined;
    };
    const lab = await runUntil({ queue, more: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } }, answer }, removed(5));
    expect(lab.most).toBe(2);
    expect(left).toBeGreaterThanOrEqual(2);
  });

  it('goes on after the control plane was away', async () => {
    const queue = new FakeQueue([message(0)]);
    queue.refusals = 2;
    const lab = await runUntil({ queue }, removed(1));
    expect(lab.calls).toEqual([['m0']]);
  });

  it('lets a batch in flight finish when it stops', async () => {
    const answer = async (): Promise<undefined> => {
      await new Promise((resolve) => setTimeout(resolve, 40));
      return undefined;
    };
    const lab = await runUntil({ queue: new FakeQueue([message(0)]), answer }, ({ calls }) => calls.length === 1);
    expect(lab.queue.removed).toEqual(['m0']);
  });

  it('has a status that tells whether the queue was read to its end', async () => {
    const lab = await runUntil({ queue: new FakeQueue([message(0)]) }, ({ source }) => source.status().shards[0]?.readUpTo !== null);
    expect(lab.source.status()).toMatchObject({ function: 'notify', stream: 'notices', lagMs: 0, shards: [{ shard: 'queue', inFlight: 0 }] });
  });
});

it('batches of large messages are cut below the limit of a payload', () => {
  const texts = Array.from({ length: 5 }, () => ({ text: 'x'.repeat(2_000_000) }));
  expect(payloadsOf(texts).map((batch) => batch.length)).toEqual([3, 2]);
});

it('a FIFO queue is refused by name', () => {
  expect(() => mapping({ EventSourceArn: `${ARN}.fifo` })).toThrow(UnsupportedMappingError);
});
