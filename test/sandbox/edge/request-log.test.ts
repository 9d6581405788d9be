import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequestLog, type RequestEntry } from '../../../sandbox/edge/request-log.ts';
import { createRequestLogFile } from '../../../sandbox/edge/request-log-file.ts';

const START = Date.parse('2026-11-21T10:00:00.000Z');
const entry = (number: number, change: Partial<RequestEntry> = {}): RequestEntry => ({
  time: new Date(START + number * 1000).toISOString(), caller: 'user', service: 's3', operation: 'PutObject', resource: `bronze/${number}`,
  status: 200, ms: 1, bytesIn: 2, bytesOut: 3, attempt: 1, ...change,
});

describe('the request log', () => {
  const log = createRequestLog();
  beforeAll(() => {
    [entry(1), entry(2, { caller: 'archive' }), entry(3, { service: 'kinesis', operation: 'PutRecords', resource: 'orders' }), entry(4, { status: 503, code: 'SlowDown', fault: 'sink' })].forEach((each) => log.add(each));
  });

  it.each([
    ['everything', {}, [1, 2, 3, 4]],
    ['a service', { service: 'kinesis' }, [3]],
    ['an operation', { operation: 'PutObject' }, [1, 2, 4]],
    ['a caller', { caller: 'archive' }, [2]],
    ['a bucket', { resource: 'bronze/' }, [1, 2, 4]],
    ['a status', { status: 503 }, [4]],
    ['a time', { since: START + 3000 }, [3, 4]],
    ['the newest', { limit: 2 }, [3, 4]],
    ['none', { limit: 0 }, []],
  ])('finds %s, oldest first', (_what, filter, expected) => {
    expect(log.query(filter).map(({ time }) => (Date.parse(time) - START) / 1000)).toEqual(expected);
  });

  it('keeps the newest when it is full', () => {
    const small = createRequestLog({ size: 3 });
    for (let number = 1; number <= 5; number += 1) small.add(entry(number));

    expect(small.query({}).map(({ resource }) => resource)).toEqual(['bronze/3', 'bronze/4', 'bronze/5']);
    expect(small.status()).toEqual({ total: 5, kept: 3 });
  });
});

describe('the request log in a file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'request-log-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it('has one JSON object a line', async () => {
    const log = createRequestLog({ file: createRequestLogFile({ path: join(dir, 'a', 'requests.ndjson') }) });
    log.add(entry(1));
    log.add(entry(2));
    await log.flush();

    const lines = readFileSync(join(dir, 'a', 'requests.ndjson'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as RequestEntry)).toEqual([entry(1), entry(2)]);
  });

  it('is put aside when it is full, and only so many old ones are kept', async () => {
    const file = createRequestLogFile({ path: join(dir, 'b', 'requests.ndjson'), maxBytes: 10, keep: 2 });
    for (const line of ['number 1', 'number 2', 'number 3', 'number 4']) {
      file.append(line);
      await file.flush();
    }

    const texts = readdirSync(join(dir, 'b')).sort().map((name) => [name, readFileSync(join(dir, 'b', name), 'utf8').trim()]);
    expect(texts).toEqual([['requests.ndjson', 'number 4'], ['requests.ndjson.1', 'number 3'], ['requests.ndjson.2', 'number 2']]);
  });
});
