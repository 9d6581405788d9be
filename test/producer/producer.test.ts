import fc from 'fast-check';
import { chunk, putAll, sizeOf } from '../../producer/index.ts';
import type { PutOutcome, PutRecordsPort, StreamRecord } from '../../producer/index.ts';

const record = (name: string, bytes = 10): StreamRecord => ({ partitionKey: name, data: Buffer.alloc(bytes, 'x') });
const noPause = (): Promise<void> => Promise.resolve();

/** A stream that refuses as it is told; keeps what it accepted, in order. */
function fakeStream(refuse: (key: string, call: number) => boolean): PutRecordsPort & { kept: string[]; calls: StreamRecord[][] } {
  const kept: string[] = [];
  const calls: StreamRecord[][] = [];
  return {
    kept,
    calls,
    putRecords: (_stream, records) => {
      calls.push([...records]);
      return Promise.resolve(records.map((each): PutOutcome => {
        if (refuse(each.partitionKey, calls.length)) return { accepted: false, code: 'ProvisionedThroughputExceededException', message: 'slow down' };
        kept.push(each.partitionKey);
        return { accepted: true, shardId: 'shardId-000000000000', sequenceNumber: String(kept.length) };
      }));
    },
  };
}

describe('chunk', () => {
  it('cuts into calls within both limits, in order, losing nothing', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(400)), fc.integer({ min: 1, max: 7 }), fc.integer({ min: 410, max: 1200 }), async (sizes, records, bytes) => {
      const input = sizes.map((size, index) => record(`k${index}`, size));
      const calls: StreamRecord[][] = [];
      for await (const call of chunk(input, { records, bytes })) calls.push(call);
      expect(calls.flat()).toEqual(input);
      for (const call of calls) {
        expect(call.length).toBeLessThanOrEqual(records);
        expect(call.reduce((sum, each) => sum + sizeOf(each), 0)).toBeLessThanOrEqual(bytes);
      }
    }));
  });
});

describe('putAll', () => {
  it('tries only the refused records again, until they are in', async () => {
    const stream = fakeStream((key, call) => key === 'b' && call < 3);
    const report = await putAll([record('a'), record('b'), record('c')], { port: stream, stream: 's', pause: noPause });
    expect(stream.kept).toEqual(['a', 'c', 'b']);
    expect(stream.calls.map((call) => call.length)).toEqual([3, 1, 1]);
    expect(report).toEqual({ accepted: 3, failed: [], calls: 3, throttled: 2 });
  });

  it('names the records that stay refused, and why', async () => {
    const stream = fakeStream((key) => key === 'b');
    const report = await putAll([record('a'), record('b')], { port: stream, stream: 's', attempts: 3, pause: noPause });
    expect(report.accepted).toBe(1);
    expect(report.failed.map((each) => [each.record.partitionKey, each.code])).toEqual([['b', 'ProvisionedThroughputExceededException']]);
  });

  it('pauses longer with each refusal, at most five seconds', async () => {
    const pauses: number[] = [];
    await putAll([record('a')], { port: fakeStream(() => true), stream: 's', attempts: 9, pause: (ms) => (pauses.push(ms), Promise.resolve()) });
    expect(pauses).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  });

  it('does not send a record that no stream takes', async () => {
    const stream = fakeStream(() => false);
    const report = await putAll([record('big', 1024 * 1024), record('a')], { port: stream, stream: 's', pause: noPause });
    expect(stream.kept).toEqual(['a']);
    expect(report.failed.map((each) => each.code)).toEqual(['RecordTooLarge']);
  });

  it('tries again when a whole call fails', async () => {
    const stream = fakeStream(() => false);
    let calls = 0;
    const flaky: PutRecordsPort = { putRecords: (name, records) => (++calls === 1 ? Promise.reject(new Error('socket hang up')) : stream.putRecords(name, records)) };
    expect(await putAll([record('a')], { port: flaky, stream: 's', pause: noPause })).toMatchObject({ accepted: 1, calls: 2, throttled: 1 });
  });

  it('stops at once when the stream does not exist', async () => {
    const missing: PutRecordsPort = { putRecords: () => Promise.reject(Object.assign(new Error('no such stream'), { name: 'ResourceNotFoundException' })) };
    await expect(putAll([record('a')], { port: missing, stream: 's', pause: noPause })).rejects.toThrow('no such stream');
  });
});
