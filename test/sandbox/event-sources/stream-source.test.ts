import { ControlUnreachableError } from '../../../sandbox/edge/control-client.ts';
import { FunctionNotFoundError } from '../../../sandbox/edge/lambda/invoker.ts';
import { checkpointAt, failedItems, failure, FakeStream, metricValues, record, records, runUntil, MemoryCheckpoints, type FunctionAnswer } from './lab.ts';

const REPORTS = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('batches', () => {
  it('come in order, at most as large as the batch size, and a restart goes on after the checkpoint', async () => {
    const first = await runUntil({ stream: records(20) }, checkpointAt(19));
    expect(first.calls.map((call) => call.length)).toEqual([8, 8, 4]);

    const second = await runUntil({ stream: records(22), checkpoints: first.checkpoints }, checkpointAt(21));
    expect(second.calls).toEqual([[20, 21]]);
  });

  it('wait for the window while they are not full', async () => {
    const shard = { id: 's0', records: records(1) };
    setTimeout(() => shard.records.push(record(1)), 30);
    const lab = await runUntil({ stream: new FakeStream([shard]), mapping: { MaximumBatchingWindowInSeconds: 5 } }, checkpointAt(1));
    expect(lab.calls).toEqual([[0, 1]]);
  });

  it('do not wait for the window once they are full', async () => {
    const lab = await runUntil({ stream: records(8), mapping: { MaximumBatchingWindowInSeconds: 300 } }, checkpointAt(7));
    expect(lab.calls).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
  });

  it('stay below 6 MB of payload, and a full payload does not wait for the window', async () => {
    const data = 'x'.repeat(1_000_000);
    const lab = await runUntil({ stream: records(9, { data }), mapping: { BatchSize: 100, MaximumBatchingWindowInSeconds: 300 } }, checkpointAt(7));
    expect(lab.calls).toEqual([[0, 1, 2, 3], [4, 5, 6, 7]]);
  });

  it('leave out what the filters refuse, and its checkpoint moves on', async () => {
    const Pattern = JSON.stringify({ data: { n: [{ numeric: ['>=', 3, '<', 6] }] } });
    const lab = await runUntil({ stream: records(10), mapping: { FilterCriteria: { Filters: [{ Pattern }] } } }, checkpointAt(9));
    expect(lab.calls).toEqual([[3, 4, 5]]);
    expect(metricValues(lab, 'FilteredOutEventCount')).toEqual([7]);
  });
});

describe('a function that fails', () => {
  it('gets the whole batch again, then the batch goes to the destination in the shape that AWS documents', async () => {
    const lab = await runUntil({ stream: records(10), mapping: { BatchSize: 4, MaximumRetryAttempts: 2 }, answer: (numbers) => (numbers.includes(5) ? failure() : undefined) }, checkpointAt(9));

    expect(lab.calls).toEqual([[0, 1, 2, 3], [4, 5, 6, 7], [4, 5, 6, 7], [4, 5, 6, 7], [8, 9]]);
    expect(lab.notes).toMatchObject([{ requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 }, responseContext: { functionError: 'Unhandled', statusCode: 200, executedVersion: '$LATEST' }, KinesisBatchInfo: { batchSize: 4, startSequenceNumber: '1004', endSequenceNumber: '1007', shardId: 's0' } }]);
    expect(metricValues(lab, 'DroppedEventCount')).toEqual([4]);
    expect(metricValues(lab, 'OnFailureDestinationDeliveredEventCount')).toEqual([4]);
  });

  it('is asked without end when retries are -1, and the age of what it holds keeps rising', async () => {
    const answer = (_numbers: number[], lab: { calls: number[][] }): FunctionAnswer => (lab.calls.length < 8 ? failure() : undefined);
    const lab = await runUntil({ stream: records(2), mapping: { MaximumRetryAttempts: -1 }, answer }, checkpointAt(1));

    expect(lab.calls).toHaveLength(8);
    expect(lab.notes).toEqual([]);
    const ages = metricValues(lab, 'IteratorAge');
    expect(ages).toHaveLength(8);
    expect(ages).toEqual([...ages].sort((a, b) => a - b));
    expect(ages.at(-1)).toBeGreaterThan(3_000);
  });

  it('has its batch halved until one poison record is alone; neighbours succeed once and in order, splits use no retry', async () => {
    const delivered: number[] = [];
    const answer = (numbers: number[]): FunctionAnswer => (numbers.includes(5) ? failure() : void delivered.push(...numbers));
    const lab = await runUntil({ stream: records(16), mapping: { BatchSize: 16, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1 }, answer }, checkpointAt(15));

    expect(delivered).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect(lab.notes).toMatchObject([{ requestContext: { approximateInvokeCount: 2 }, KinesisBatchInfo: { batchSize: 1, startSequenceNumber: '1005' } }]);
  });

  it('loses nothing when its answer is lost: that counts as an error and the batch comes again', async () => {
    let tries = 0;
    const answer = (): FunctionAnswer => {
      tries += 1;
      if (tries === 1) throw new Error('socket hang up');
      return undefined;
    };
    const lab = await runUntil({ stream: records(2), mapping: { MaximumRetryAttempts: 1 }, answer }, checkpointAt(1));
    expect(lab.calls).toEqual([[0, 1], [0, 1]]);
    expect(metricValues(lab, 'FailedInvokeEventCount')).toEqual([2]);
  });

  it.each([
    ['throttled', (): FunctionAnswer => ({ throttled: true })],
    ['not deployed at that moment', (): FunctionAnswer => { throw new FunctionNotFoundError('f', '$LATEST'); }],
    ['unreachable because the control plane is away', (): FunctionAnswer => { throw new ControlUnreachableError(1, {}); }],
  ])('uses no retry while it is %s', async (_case, refuse) => {
    const answer = (_numbers: number[], lab: { calls: number[][] }): FunctionAnswer => (lab.calls.length <= 5 ? refuse() : undefined);
    const lab = await runUntil({ stream: records(2), mapping: { MaximumRetryAttempts: 0 }, answer }, checkpointAt(1));
    expect(lab.calls).toHaveLength(6);
    expect(lab.notes).toEqual([]);
  });
});

describe('a function that reports failed items', () => {
  it('gets the rest from the lowest failed record on; the earlier ones are checkpointed', async () => {
    const held: boolean[] = [];
    const answer = (_numbers: number[], lab: Parameters<ReturnType<typeof checkpointAt>>[0]): FunctionAnswer => {
      if (lab.calls.length === 1) return failedItems(2, 1);
      held.push(checkpointAt(0)(lab));
      return undefined;
    };
    const lab = await runUntil({ stream: records(3), mapping: REPORTS, answer }, checkpointAt(2));
    expect(lab.calls).toEqual([[0, 1, 2], [1, 2]]);
    expect(held).toEqual([true]);
  });

  it('behaves as AWS was recorded: 6 records, batches of 3, 3 retries, the last one fails', async () => {
    const lab = await runUntil({ stream: records(6), mapping: { ...REPORTS, BatchSize: 3, MaximumRetryAttempts: 3 }, answer: (numbers) => (numbers.includes(5) ? failedItems(5) : undefined) }, checkpointAt(5));
    expect(lab.calls).toEqual([[0, 1, 2], [3, 4, 5], [5], [5], [5]]);
    expect(lab.notes).toMatchObject([{ requestContext: { approximateInvokeCount: 4 }, responseContext: { functionError: null }, KinesisBatchInfo: { batchSize: 1 } }]);
  });

  it('gets its whole batch again, unsplit, when it reports the first record: an outage is no reason to bisect', async () => {
    const answer = (numbers: number[], lab: { calls: number[][] }): FunctionAnswer => (lab.calls.length <= 4 ? failedItems(numbers[0] ?? 0) : undefined);
    const lab = await runUntil({ stream: records(8), mapping: { ...REPORTS, BisectBatchOnFunctionError: true }, answer }, checkpointAt(7));
    expect(lab.calls.map((call) => call.length)).toEqual([8, 8, 8, 8, 8]);
  });
});

describe('record age', () => {
  it('sends old records to the destination without asking the function, and delivers the younger ones', async () => {
    const old = records(2, { ageMs: 100_000 });
    const lab = await runUntil({ stream: [...old, record(2), record(3)], mapping: { MaximumRecordAgeInSeconds: 60 } }, checkpointAt(3));
    expect(lab.calls).toEqual([[2, 3]]);
    expect(lab.notes).toMatchObject([{ requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 1 }, KinesisBatchInfo: { batchSize: 2 } }]);
    expect(lab.notes[0]).not.toHaveProperty('responseContext');
  });

  it('ends a batch that is held for too long', async () => {
    const lab = await runUntil({ stream: records(2), mapping: { MaximumRecordAgeInSeconds: 60, MaximumRetryAttempts: -1 }, answer: () => failure() }, checkpointAt(1));
    expect(lab.notes).toMatchObject([{ requestContext: { condition: 'RecordAgeExceeded' } }]);
    expect(lab.calls.length).toBeGreaterThan(5);
  });

  it('holds the shard until the destination has taken the batch, with the full event for a bucket', async () => {
    const lab = await runUntil({ stream: records(3), mapping: { MaximumRetryAttempts: 0 }, answer: () => failure(), destinationRefuses: 3 }, checkpointAt(2));
    expect(lab.notes).toHaveLength(1);
    expect(metricValues(lab, 'DestinationDeliveryFailures')).toHaveLength(3);
    const payload = JSON.parse(lab.discarded[0]?.payload ?? '') as { Records: { kinesis: { data: string } }[] };
    expect(payload.Records.map((one) => Buffer.from(one.kinesis.data, 'base64').toString())).toEqual(['{"n":0}', '{"n":1}', '{"n":2}']);
  });
});

describe('parallelization', () => {
  it('runs up to that many batches at once, in order per key, and the checkpoint is the finished prefix', async () => {
    let atOnce = 0;
    let most = 0;
    const perKey = new Map<string, number[]>();
    const stream = Array.from({ length: 200 }, (_, n) => record(n, { key: `k${n % 10}` }));
    const answer = async (numbers: number[], _lab: unknown, keys: string[]): Promise<FunctionAnswer> => {
      most = Math.max(most, ++atOnce);
      await pause(2);
      atOnce -= 1;
      keys.forEach((key, index) => perKey.set(key, [...(perKey.get(key) ?? []), numbers[index] ?? -1]));
      return undefined;
    };
    const lab = await runUntil({ stream, mapping: { ParallelizationFactor: 4, BatchSize: 5 }, answer }, checkpointAt(199));

    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
    for (const numbers of perKey.values()) expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(lab.calls.flat()).toHaveLength(200);
  });

  it('does not let a lane that goes on move the checkpoint over one that is held', async () => {
    // `k0` and `k1` fall into different lanes of two; the record of `k0` comes first and fails for ever.
    const stream = [record(0, { key: 'k0' }), ...Array.from({ length: 9 }, (_, n) => record(n + 1, { key: 'k1' }))];
    const answer = (numbers: number[]): FunctionAnswer => (numbers.includes(0) ? failure() : undefined);
    const lab = await runUntil({ stream, mapping: { ParallelizationFactor: 2 }, answer }, ({ calls }) => calls.flat().includes(9) && calls.length > 4);
    expect(lab.checkpoints.get('s0')).toBeUndefined();
  });
});

describe('shards', () => {
  it('are read parents first, children from their beginning even with LATEST', async () => {
    const order: number[] = [];
    const parent = { id: 'p', records: [record(0, { ageMs: 60_000 }), record(1, { ageMs: 60_000 })], closed: false };
    const stream = new FakeStream([parent]);
    setTimeout(() => {
      parent.records.push(record(2, { ageMs: -60_000 }), record(3, { ageMs: -60_000 }));
      parent.closed = true;
      stream.shardList.push({ id: 'c1', parents: ['p'], records: [record(10, { ageMs: 90_000 }), record(11)] }, { id: 'c2', parents: ['p'], records: [record(20)] });
    }, 20);
    const answer = async (numbers: number[]): Promise<FunctionAnswer> => {
      await pause(5);
      order.push(...numbers);
      return undefined;
    };
    const lab = await runUntil({ stream, mapping: { StartingPosition: 'LATEST' }, answer }, (now) => checkpointAt(11, 'c1')(now) && checkpointAt(20, 'c2')(now));

    expect(order.slice(0, 2)).toEqual([2, 3]);
    expect(order.slice(2).sort((a, b) => a - b)).toEqual([10, 11, 20]);
    expect(lab.checkpoints.get('p')).toMatchObject({ ended: true });
  });

  it('that disappear with records still waiting are delivered first, and then their children', async () => {
    const stream = new FakeStream([{ id: 'p', records: records(20) }]);
    setTimeout(() => stream.shardList.splice(0, 1, { id: 'c', parents: ['p'], records: [record(30)] }), 5);
    const answer = async (): Promise<FunctionAnswer> => {
      await pause(30);
      return undefined;
    };
    const lab = await runUntil({ stream, answer }, checkpointAt(30, 'c'));
    expect(lab.calls.flat()).toEqual([...Array.from({ length: 20 }, (_, n) => n), 30]);
    expect(lab.checkpoints.get('p')).toMatchObject({ ended: true });
  });

  it('are opened again after the last record read when iterators expire: nothing is lost and nothing comes twice', async () => {
    const shard = { id: 's0', records: records(10) };
    const stream = new FakeStream([shard]);
    setTimeout(() => {
      stream.expireIterators();
      shard.records.push(record(10), record(11));
    }, 20);
    // The function is slow: when the iterators expire, records are in flight and in waiting, ahead of the checkpoint.
    const answer = async (): Promise<FunctionAnswer> => {
      await pause(40);
      return undefined;
    };
    const lab = await runUntil({ stream, answer, mapping: { BatchSize: 6 } }, checkpointAt(11));
    expect(lab.calls.flat()).toEqual(Array.from({ length: 12 }, (_, n) => n));
    expect(stream.opened.at(-1)).toEqual({ kind: 'AFTER', sequenceNumber: '1009' });
  });

  it('begin at the given time with AT_TIMESTAMP', async () => {
    const stream = [record(0, { ageMs: 50_000 }), record(1, { ageMs: 20_000 }), record(2)];
    const lab = await runUntil({ stream, mapping: { StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: (Date.now() - 30_000) / 1000 } }, checkpointAt(2));
    expect(lab.calls.flat()).toEqual([1, 2]);
  });

  it('with LATEST give what was put while nobody read, after a first start without any record', async () => {
    const checkpoints = new MemoryCheckpoints();
    const empty = new FakeStream([{ id: 's0', records: [record(0, { ageMs: 60_000 })] }]);
    await runUntil({ stream: empty, checkpoints, mapping: { StartingPosition: 'LATEST' } }, ({ stream }) => stream.reads > 0);

    const later = new FakeStream([{ id: 's0', records: [record(0, { ageMs: 60_000 }), record(1, { ageMs: -5_000 })] }]);
    const lab = await runUntil({ stream: later, checkpoints, mapping: { StartingPosition: 'LATEST' } }, checkpointAt(1));
    expect(lab.calls).toEqual([[1]]);
  });

  it('are polled in peace when there is nothing to read', async () => {
    const before = performance.now();
    const lab = await runUntil({ stream: [] }, () => performance.now() - before > 200);
    // 200 ms are 10 seconds of the fast clock: 50 polls at most.
    expect(lab.stream.reads).toBeLessThan(70);
    expect(lab.stream.reads).toBeGreaterThan(5);
  });
});

describe('stopping', () => {
  it('lets the batch in flight finish and checkpoints it', async () => {
    const answer = async (): Promise<FunctionAnswer> => {
      await pause(40);
      return undefined;
    };
    const lab = await runUntil({ stream: records(4), answer }, ({ calls }) => calls.length === 1);
    expect(checkpointAt(3)(lab)).toBe(true);
  });

  it('leaves a batch that does not finish in time to the next start: at least once', async () => {
    const answer = async (): Promise<FunctionAnswer> => {
      await pause(60);
      return undefined;
    };
    const lab = await runUntil({ stream: records(4), answer, graceMs: 500 }, ({ calls }) => calls.length === 1);
    await pause(80);
    expect(lab.checkpoints.get('s0')).toBeUndefined();
  });

  it('ends the wait between two tries at once', async () => {
    const before = performance.now();
    await runUntil({ stream: records(4), answer: () => failure() }, ({ calls }) => calls.length > 6);
    expect(performance.now() - before).toBeLessThan(3_000);
  });
});

describe('metrics', () => {
  it('carry the names and dimensions of AWS', async () => {
    const lab = await runUntil({ stream: records(3) }, checkpointAt(2));
    const seen = new Map(lab.metrics.map((datum) => [`${datum.namespace} ${datum.name}`, datum.dimensions]));
    expect(Object.fromEntries(seen)).toMatchObject({
      'AWS/Lambda IteratorAge': { FunctionName: 'archive-events' },
      'AWS/Lambda PolledEventCount': { EventSourceMappingUUID: 'esm-1' },
      'AWS/Lambda InvokedEventCount': { EventSourceMappingUUID: 'esm-1' },
      'AWS/Kinesis GetRecords.IteratorAgeMilliseconds': { StreamName: 'waybill-local-shipment-event' },
    });
    expect(metricValues(lab, 'PolledEventCount')).toEqual([3]);
  });
});
