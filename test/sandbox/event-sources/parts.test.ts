import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedItems } from '../../../sandbox/edge/event-sources/batch-response.ts';
import { CheckpointFileError, openCheckpointFolder } from '../../../sandbox/edge/event-sources/checkpoints.ts';
import type { ControlClient } from '../../../sandbox/edge/control-client.ts';
import { checkPattern, EventPatternError, matchesPattern, type EventPattern } from '../../../sandbox/edge/event-sources/event-pattern.ts';
import { parseMapping, UnsupportedMappingError } from '../../../sandbox/edge/event-sources/mapping.ts';
import { createFailureDestination, FailureDestinationError, failureObjectKey, type DiscardedBatch } from '../../../sandbox/edge/event-sources/on-failure.ts';
import { formatOf } from '../../../sandbox/edge/event-sources/record-format.ts';
import { mapping, record, records } from './lab.ts';

describe('the answer of a function that reports item failures', () => {
  const cases: [what: string, payload: string, failed: number[]][] = [
    ['nothing', '', []],
    ['null', 'null', []],
    ['an empty object', '{}', []],
    ['a null list', '{"batchItemFailures":null}', []],
    ['an empty list', '{"batchItemFailures":[]}', []],
    ['the third and the second record', '{"batchItemFailures":[{"itemIdentifier":"1002"},{"itemIdentifier":"1001"}]}', [2, 1]],
    ['an empty identifier', '{"batchItemFailures":[{"itemIdentifier":""}]}', [0, 1, 2]],
    ['a null identifier', '{"batchItemFailures":[{"itemIdentifier":null}]}', [0, 1, 2]],
    ['a number', '{"batchItemFailures":[{"itemIdentifier":1001}]}', [0, 1, 2]],
    ['the wrong key', '{"batchItemFailures":[{"id":"1001"}]}', [0, 1, 2]],
    ['an unknown identifier', '{"batchItemFailures":[{"itemIdentifier":"9"}]}', [0, 1, 2]],
    ['an unknown one beside a known one', '{"batchItemFailures":[{"itemIdentifier":"1002"},{"itemIdentifier":"9"}]}', [0, 1, 2]],
    ['a list that is none', '{"batchItemFailures":"1001"}', [0, 1, 2]],
    ['a text', '"done"', [0, 1, 2]],
    ['no JSON', 'done', [0, 1, 2]],
  ];
  it.each(cases)('%s: %s failed %j', (_what, payload, expected) => {
    expect(failedItems(payload, ['1000', '1001', '1002'])).toEqual(expected);
  });
});

describe('event patterns', () => {
  const event = { source: 'a.b', n: 5, tags: ['x', 'y'], d: { s: 'Hello', z: null }, list: [{ k: 1 }, { k: 2 }] };
  const matching: EventPattern[] = [
    { source: ['a.b'] }, { source: [{ prefix: 'a' }] }, { source: [{ suffix: '.b' }] }, { n: [{ numeric: ['>', 1, '<=', 5] }] }, { tags: ['y'] },
    { d: { s: [{ 'equals-ignore-case': 'hELLO' }] } }, { d: { z: [null] } }, { none: [{ exists: false }] }, { n: [{ exists: true }] }, { d: { s: [{ wildcard: 'H*o' }] } },
    { source: [{ 'anything-but': ['x'] }] }, { source: [{ 'anything-but': { prefix: 'z' } }] }, { $or: [{ n: [9] }, { n: [5] }] }, { list: { k: [2] } },
    { d: { s: [{ prefix: { 'equals-ignore-case': 'HE' } }] } },
  ];
  const others: EventPattern[] = [
    { source: ['a'] }, { n: ['5'] }, { n: [{ numeric: ['>', 5] }] }, { none: ['x'] }, { source: [{ 'anything-but': 'a.b' }] },
    { source: [{ 'anything-but': { prefix: ['a', 'b'] } }] }, { n: [{ exists: false }] }, { none: [{ 'anything-but': 'x' }] }, { source: ['a.b'], n: [6] }, { d: { s: [{ wildcard: 'H*x' }] } },
  ];
  it.each(matching.map((pattern) => [JSON.stringify(pattern), pattern]))('%s matches', (_text, pattern) => {
    expect(matchesPattern(pattern, event)).toBe(true);
  });
  it.each(others.map((pattern) => [JSON.stringify(pattern), pattern]))('%s does not match', (_text, pattern) => {
    expect(matchesPattern(pattern, event)).toBe(false);
  });
  it('with an operator that is not built are an error that names it, before any record comes', () => {
    expect(() => checkPattern({ data: { ip: [{ cidr: '10.0.0.0/8' }] } })).toThrow(/"cidr" is not supported/);
    expect(() => matchesPattern({ n: [{ cidr: '10.0.0.0/8' }] }, event)).toThrow(EventPatternError);
  });
});

describe('a mapping', () => {
  it("has AWS's defaults for what the template leaves out", () => {
    const parsed = parseMapping({ UUID: 'u', FunctionArn: 'arn:aws:lambda:r:1:function:f:live', EventSourceArn: 'arn:aws:kinesis:r:1:stream/s' });
    expect(parsed).toEqual({ uuid: 'u', kind: 'kinesis', functionArn: 'arn:aws:lambda:r:1:function:f:live', functionName: 'f', sourceArn: 'arn:aws:kinesis:r:1:stream/s', sourceName: 's', enabled: true, batchSize: 100, windowMs: 0, startingPosition: 'LATEST', maxRetries: -1, maxAgeMs: -1, bisectOnError: false, reportsItemFailures: false, parallelization: 1, filters: [] });
  });

  it('with retries 0 keeps the 0', () => {
    expect(mapping({ MaximumRetryAttempts: 0, MaximumBatchingWindowInSeconds: 0 })).toMatchObject({ maxRetries: 0, windowMs: 0 });
  });

  it('that asks for what is not built is refused by name', () => {
    expect(() => mapping({ TumblingWindowInSeconds: 30 })).toThrow(UnsupportedMappingError);
    expect(() => mapping({ EventSourceArn: 'arn:aws:kinesis:r:1:stream/s/consumer/c:1' })).toThrow(/enhanced fan-out/);
    expect(() => mapping({ FilterCriteria: { Filters: [{ Pattern: '{"a":[{"cidr":"x"}]}' }] } })).toThrow(/cidr/);
  });
});

describe('the invocation event', () => {
  it('has the shape of AWS, data as the stream gave it, and the size that was computed for it', () => {
    const writer = formatOf('kinesis').writer(mapping(), 'shardId-000000000000');
    const batch = [record(0, { key: 'Zürich "x"' }), record(1)];
    const text = writer.write(batch);

    expect(JSON.parse(text)).toEqual({ Records: batch.map((one) => ({
      kinesis: { kinesisSchemaVersion: '1.0', partitionKey: one.key, sequenceNumber: one.sequenceNumber, data: one.data, approximateArrivalTimestamp: one.arrival / 1000 },
      eventSource: 'aws:kinesis', eventVersion: '1.0', eventID: `shardId-000000000000:${one.sequenceNumber}`, eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::000000000000:role/archive-events', awsRegion: 'eu-central-1', eventSourceARN: mapping().sourceArn,
    })) });
    const computed = batch.reduce((sum, one) => sum + writer.size(one), 0);
    expect(computed).toBeGreaterThanOrEqual(Buffer.byteLength(text));
    expect(computed).toBeLessThan(Buffer.byteLength(text) + 100);
  });
});

describe('an on-failure destination', () => {
  const batch: DiscardedBatch = { mapping: mapping(), shardId: 's0', records: records(2), condition: 'RetryAttemptsExhausted', invokeCount: 3, at: Date.parse('2026-11-21T09:05:07Z'), payload: '{"Records":[]}' };
  const asked: { service: string; body: string }[] = [];
  let status = 200;
  const control: ControlClient = {
    port: 9, region: 'eu-central-1', close: () => undefined,
    rest: () => Promise.reject(new Error('not used')),
    json: (service, _target, input) => Promise.resolve(void asked.push({ service, body: JSON.stringify(input) })).then(() => ({})),
    send: ({ service, body }) => Promise.resolve(void asked.push({ service, body: String(body) })).then(() => ({ status, headers: {}, body: Buffer.from('') })),
  };
  const destination = createFailureDestination(control);
  beforeEach(() => {
    asked.length = 0;
    status = 200;
  });

  it('that is a bucket gets the whole event; a queue or a topic gets the metadata only', async () => {
    await destination.deliver('arn:aws:s3:::bronze', batch);
    await destination.deliver('arn:aws:sqs:eu-central-1:000000000000:dead', batch);
    await destination.deliver('arn:aws:sns:eu-central-1:000000000000:told', batch);
    expect(asked.map(({ service, body }) => [service, body.includes('RetryAttemptsExhausted'), body.includes('payload')])).toEqual([['s3', true, true], ['sqs', true, false], ['sns', true, false]]);
    expect(asked[1]?.body).toContain('http://127.0.0.1:9/000000000000/dead');
  });

  it('that refuses, or is of another kind, is an error: the caller holds the shard', async () => {
    status = 503;
    await expect(destination.deliver('arn:aws:s3:::bronze', batch)).rejects.toThrow(FailureDestinationError);
    await expect(destination.deliver('arn:aws:kafka:eu-central-1:000000000000:topic/x', batch)).rejects.toThrow(/no bucket, queue or topic/);
  });
});

describe('the on-failure object', () => {
  it('lies where AWS puts it, and a repeated delivery has the same key', () => {
    const batch = { mapping: mapping(), shardId: 'shardId-000000000003', records: records(2), condition: 'RetryAttemptsExhausted', invokeCount: 1, at: Date.parse('2026-11-21T09:05:07Z'), payload: '{}' } as const;
    expect(failureObjectKey(batch)).toMatch(/^aws\/lambda\/esm-1\/shardId-000000000003\/2026\/11\/21\/2026-11-21T09\.05\.07-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(failureObjectKey(batch)).toBe(failureObjectKey({ ...batch }));
  });
});

describe('checkpoints on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-checkpoints-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are read back by the next start, after a flush', () => {
    const store = openCheckpointFolder(folder);
    const file = store.open('esm-1');
    file.remember({ startedAt: 5, shards: ['s0'] });
    file.set('s0', { sequenceNumber: '49' });
    file.set('s0', { ended: true });
    store.flush();

    const again = openCheckpointFolder(folder).open('esm-1');
    expect(again.get('s0')).toEqual({ sequenceNumber: '49', ended: true });
    expect(again.start()).toEqual({ startedAt: 5, shards: ['s0'] });
  });

  it('reach the disk soon without a flush', async () => {
    openCheckpointFolder(folder).open('esm-2').set('s0', { sequenceNumber: '7' });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(JSON.parse(readFileSync(join(folder, 'esm-2.json'), 'utf8'))).toMatchObject({ shards: { s0: { sequenceNumber: '7' } } });
  });

  it('that are damaged stop the mapping with the name of the file', () => {
    writeFileSync(join(folder, 'esm-3.json'), '{"shards":');
    expect(() => openCheckpointFolder(folder).open('esm-3')).toThrow(CheckpointFileError);
    expect(() => openCheckpointFolder(folder).open('esm-3')).toThrow(/esm-3\.json is not JSON/);
  });
});
