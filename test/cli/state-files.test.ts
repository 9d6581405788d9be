import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { lakeLines } from '../../cli/lake/objects.ts';
import { quarantined } from '../../cli/lake/quarantine.ts';
import type { ObjectStore } from '../../cli/lake/objects.ts';
import { readSandboxState } from '../../cli/platform/platform.ts';
import { readProgress } from '../../cli/platform/sandbox-program.ts';
import { readDamage, writeDamage } from '../../cli/world/damage.ts';
import { readWorld, writeWorld } from '../../cli/world/world-state.ts';
import { objectKey } from '../../contracts/object-keys.ts';

let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'waybill-state-files-')); });
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('files in the sandbox\'s folder', () => {
  it('come back as they were written, and leave nothing beside them', () => {
    const [young, old] = [{ seed: 7, bornAt: 1_000, days: 30 }, { seed: 7, bornAt: 1_000, days: 30, livedUntil: 2_000 }];
    writeWorld(join(dir, 'new'), young);
    expect(readWorld(join(dir, 'new'))).toEqual(young);
    writeWorld(dir, old);
    writeDamage(dir, 0.25);
    expect([readWorld(dir), readDamage(dir)]).toEqual([old, 0.25]);
    expect(readdirSync(dir).sort()).toEqual(['damage.json', 'new', 'world.json']);
    writeDamage(dir, 0);
    expect(readDamage(dir)).toBe(0);
  });

  it('that do not exist say nothing', () => {
    expect([readWorld(dir), readDamage(dir), readSandboxState(dir)]).toEqual([undefined, 0, undefined]);
  });

  it.each([
    ['{"endpoint":"http://127', 'it is not JSON'],
    ['[]', 'it is not a JSON object'],
    ['{"endpoint":"http://127.0.0.1:1","edgePort":"1"}', '"edgePort" should be a number, got "1"'],
    ['{"edgePort":1}', '"endpoint" should be a text, got undefined'],
  ])('that are broken are named, with the next step: %s', (text, why) => {
    writeFileSync(join(dir, 'sandbox.json'), text);
    expect(() => readSandboxState(dir)).toThrow(expect.objectContaining({ name: 'WorldError', message: `${join(dir, 'sandbox.json')} cannot be used: ${why}.`, todo: expect.stringContaining('npx waybill reset') as string }) as Error);
  });
});

describe('progress of the sandbox program', () => {
  it('is read by kind, and other lines are passed over', () => {
    expect(readProgress('{"step":"python","state":"done","seconds":1.2,"detail":3,"more":true}')).toEqual({ step: 'python', state: 'done', seconds: 1.2 });
    expect(readProgress('{"step":"ready","state":"odd","endpoint":"http://127.0.0.1:1"}')).toEqual({ step: 'ready', endpoint: 'http://127.0.0.1:1' });
    expect(['', 'npm notice', '{"torn', '{}', '[1]'].map(readProgress)).toEqual(Array(5).fill(undefined));
  });
});

describe('lines of the lake', () => {
  const KEY = objectKey({ contract: 'c', shard: 'shardId-000000000003', firstSequence: '10', lastSequence: '11', count: 1, hash8: '0a1b2c3d', arrivalTime: Date.UTC(2026, 2, 1, 23, 59) });
  const body = (...lines: object[]): Buffer => gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const good = { k: '10', i: 0, t: 5, reasons: [{ path: '/a', rule: 'enum', message: 'no' }], encoding: 'utf8', data: 'x' };

  it('carry the shard of their object', () => {
    expect([...lakeLines(KEY, body(good))]).toEqual([{ shard: 'shardId-000000000003', sequence: '10', index: 0, arrivedAt: 5, fields: good }]);
  });

  it('carry the shard of their object, too, where a load put rows aside', async () => {
    const key = KEY.replace('/shardId', '/rows/shardId');
    const store = { list: async function* () { yield await Promise.resolve({ key, size: 1, modified: 1 }); }, read: () => Promise.resolve(body(good)) } as unknown as ObjectStore;
    const found = [];
    for await (const record of quarantined({ store, bucket: 'b', contracts: ['c'], since: 0, until: 10 })) found.push(record);
    expect(found).toEqual([expect.objectContaining({ shard: 'shardId-000000000003', sequence: '10', object: key })]);
  });

  it.each([['other/key.gz', good], [KEY, { ...good, k: 10 }], [KEY, { ...good, i: undefined }], [KEY, { ...good, t: '5' }]])('of a strange object or kind are refused by name: %s %j', (key, line) => {
    expect(() => [...lakeLines(key, body(line))]).toThrow(`Object ${key} is not one that archive-events wrote`);
  });

  it('without the record\'s bytes are no quarantine', async () => {
    const store = (line: object): ObjectStore => ({ list: async function* () { yield await Promise.resolve({ key: KEY, size: 1, modified: 1 }); }, read: () => Promise.resolve(body(line)), put: () => Promise.resolve(), remove: () => Promise.resolve(), close: () => undefined });
    const first = async (line: object): Promise<unknown> => (await quarantined({ store: store(line), bucket: 'b', contracts: ['c'], since: 0, until: 10 }).next()).value;
    expect(await first(good)).toMatchObject({ shard: 'shardId-000000000003', sequence: '10', reasons: good.reasons, data: 'x' });
    await expect(first({ ...good, encoding: 'hex' })).rejects.toThrow('without the record\'s bytes');
  });
});
