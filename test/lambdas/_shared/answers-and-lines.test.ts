import { METRIC } from '../../../contracts/metrics.ts';
import { ALL_DONE, holdBatch, holdFrom } from '../../../lambdas/_shared/batch-answer.ts';
import { emfLine, sampleValues } from '../../../lambdas/_shared/emf.ts';
import { padSequence, shardOf } from '../../../lambdas/_shared/kinesis-event.ts';
import { createLogger, describeError } from '../../../lambdas/_shared/logger.ts';
import { B, bytesOf, itemOf, N, numberOf, S, stringOf } from '../../../lambdas/_shared/marshall.ts';
import { createSkipList } from '../../../lambdas/_shared/skip-list.ts';
import { emptyCloud, rowKey, startProcess } from '../fixtures/fake-aws.ts';
import { kinesisEvent, kinesisRecord, sequenceOf, SHARD, streamOf } from '../fixtures/kinesis.ts';

describe('An answer to the event source', () => {
  it('names the record from which all come again', () => {
    expect(holdFrom('7')).toEqual({ batchItemFailures: [{ itemIdentifier: '7' }] });
    expect(holdBatch(kinesisEvent(streamOf(['a', 'b'], { start: 0 })))).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceOf(0) }] });
  });

  it('is empty when all is done; an empty batch has nothing to hold', () => {
    expect(ALL_DONE).toEqual({ batchItemFailures: [] });
    expect(holdBatch({ Records: [] })).toEqual(ALL_DONE);
  });
});

describe('A record', () => {
  it('knows its shard, and sequence numbers of any length sort as text when padded', () => {
    const [record] = streamOf(['a'], { start: 0 }).map(kinesisRecord);

    expect(record && shardOf(record)).toBe(SHARD);
    expect(['9', '10', '100'].sort((a, b) => (padSequence(a) < padSequence(b) ? -1 : 1))).toEqual(['9', '10', '100']);
    expect(padSequence('1')).toHaveLength(60);
  });
});

describe('A metric line', () => {
  const line = (value: number | readonly number[]): unknown =>
    JSON.parse(emfLine({ namespace: 'Waybill/test', timestamp: 5, dimensions: { Contract: 'c' }, metrics: [{ name: METRIC.bronzeBytes, unit: 'Bytes', value }, { name: METRIC.warnings, unit: 'Count', value: 0 }], fields: { shard: 's' } }));

  it('is CloudWatch’s embedded format', () => {
    expect(line([1, 2])).toEqual({
      _aws: { Timestamp: 5, CloudWatchMetrics: [{ Namespace: 'Waybill/test', Dimensions: [['Contract']], Metrics: [{ Name: 'BronzeBytes', Unit: 'Bytes' }, { Name: 'RecordsWithWarnings', Unit: 'Count' }] }] },
      Contract: 'c',
      shard: 's',
      BronzeBytes: [1, 2],
      RecordsWithWarnings: 0,
    });
  });

  it('leaves out a metric without values, and keeps a zero', () => {
    expect(line([])).not.toHaveProperty('BronzeBytes');
    expect(JSON.stringify(line([]))).not.toContain('"Name":"BronzeBytes"');
    expect(line([])).toHaveProperty('RecordsWithWarnings', 0);
  });

  it('samples evenly over the batch, the first value included', () => {
    const sample = sampleValues(Array.from({ length: 1_000 }, (_, index) => index));

    expect(sample).toHaveLength(100);
    expect(sample.slice(0, 3)).toEqual([0, 10, 20]);
    expect(sampleValues([3, 4])).toEqual([3, 4]);
  });
});

describe('A log line', () => {
  it('is one JSON object with the fields of the function', () => {
    const lines: string[] = [];
    createLogger({ fields: { function: 'f' }, write: (line) => lines.push(line) }).warn('held\nback', { records: 3 });

    expect(lines).toEqual(['{"level":"WARN","message":"held\\nback","function":"f","records":3}']);
  });

  it.each([
    [new TypeError('x is y'), { error: 'TypeError', detail: 'x is y' }],
    ['text', { error: 'Thrown', detail: 'text' }],
    [undefined, { error: 'Thrown', detail: 'undefined' }],
  ])('describes whatever was thrown: %s', (thrown, expected) => {
    expect(describeError(thrown)).toEqual(expected);
  });
});

describe('Attribute values', () => {
  it('come back as they went', () => {
    expect([stringOf(S('x')), numberOf(N(1.5)), bytesOf(B(Uint8Array.from([0, 255])))]).toEqual(['x', 1.5, Buffer.from([0, 255])]);
  });

  it.each([undefined, null, 'x', {}, { N: '' }, { S: 1 }])('of another kind are absent: %j', (value) => {
    expect([stringOf(value), numberOf(value), bytesOf(value)]).toEqual([undefined, undefined, undefined]);
  });

  it('of an absent item are absent', () => {
    expect(itemOf(undefined)).toBeUndefined();
    expect(itemOf({ pk: S('a') })).toEqual({ pk: { S: 'a' } });
  });
});

describe('The skip list', () => {
  it('holds the record that a person named, and no other', async () => {
    const cloud = emptyCloud();
    const row = { pk: S('skip#c'), sk: S(`s#${'12'.padStart(60, '0')}`) };
    cloud.rows.set(rowKey(row), row);
    const list = createSkipList({ aws: startProcess(cloud).client, table: 'ledger', contract: 'c' });

    expect(await list.contains({ shard: 's', sequence: '12' })).toBe(true);
    expect(await list.contains({ shard: 's', sequence: '1' })).toBe(false);
    expect(await list.contains({ shard: 't', sequence: '12' })).toBe(false);
  });
});
