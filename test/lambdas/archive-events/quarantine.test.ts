import { MAX_DEPTH, MAX_EVENT_BYTES } from '../../../lambdas/_shared/check-event.ts';
import { emptyCloud } from '../fixtures/fake-aws.ts';
import type { FakeCloud } from '../fixtures/fake-aws.ts';
import { streamOf } from '../fixtures/kinesis.ts';
import { ARRIVAL, parcelScan, parcelScanWith, scan } from '../fixtures/parcel-scan.ts';
import { bronzeEntries, deliver, originalOf, quarantineEntries } from './archive-world.ts';

const HOUR = 3_600_000;
const at = (offset: number): string => new Date(ARRIVAL + offset).toISOString();

async function archive(contents: readonly (string | Buffer)[], contract = parcelScan): Promise<FakeCloud> {
  const cloud = emptyCloud();
  const { outcome } = await deliver(cloud, streamOf(contents, { start: ARRIVAL }), { contract });
  expect(outcome).toEqual({ batchItemFailures: [] });
  return cloud;
}

const nested = (depth: number): string => scan({ x: 'HERE' }).replace('"HERE"', `${'['.repeat(depth)}${']'.repeat(depth)}`);

describe('Poison content', () => {
  it.each<[string, string | Buffer, string, 'utf8' | 'base64']>([
    ['nothing', '', 'NOT_JSON', 'utf8'],
    ['blanks', ' \n\t', 'NOT_JSON', 'utf8'],
    ['text', 'hello', 'NOT_JSON', 'utf8'],
    ['truncated JSON', scan().slice(0, -5), 'NOT_JSON', 'utf8'],
    ['two objects', `${scan()}${scan()}`, 'NOT_JSON', 'utf8'],
    ['NDJSON of two', `${scan()}\n${scan()}`, 'NOT_JSON', 'utf8'],
    ['a byte order mark', `\uFEFF${scan()}`, 'NOT_JSON', 'utf8'],
    ['a raw line break inside a string', scan({ note: 'X' }).replace('X', 'a\nb'), 'NOT_JSON', 'utf8'],
    ['single quotes', scan().replaceAll('"', "'"), 'NOT_JSON', 'utf8'],
    ['NaN', scan({ n: 0 }).replace(':0', ':NaN'), 'NOT_JSON', 'utf8'],
    ['zero bytes', Buffer.alloc(16), 'NOT_JSON', 'utf8'],
    ['null', 'null', 'NOT_OBJECT', 'utf8'],
    ['an array', `[${scan()}]`, 'NOT_OBJECT', 'utf8'],
    ['a number', '42', 'NOT_OBJECT', 'utf8'],
    ['a string', '"x"', 'NOT_OBJECT', 'utf8'],
    ['invalid UTF-8 between quotes', Buffer.concat([Buffer.from(scan().slice(0, -2)), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]), 'NOT_UTF8', 'base64'],
    ['a lone surrogate in UTF-8', Buffer.concat([Buffer.from(scan().slice(0, -2)), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]), 'NOT_UTF8', 'base64'],
    ['a cut multi-byte character', Buffer.from('{"a":"é"}').subarray(0, 7), 'NOT_UTF8', 'base64'],
    ['UTF-16', Buffer.from(scan(), 'utf16le'), 'NOT_JSON', 'utf8'],
    ['a gzip frame', Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0x01]), 'UNSUPPORTED_FRAME', 'base64'],
    ['a zstd frame', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01]), 'UNSUPPORTED_FRAME', 'base64'],
    ['a KPL aggregate', Buffer.from([0xf3, 0x89, 0x9a, 0xc2, 0x0a]), 'UNSUPPORTED_FRAME', 'base64'],
    ['one byte too many', scan({ note: 'x'.repeat(MAX_EVENT_BYTES) }), 'TOO_LARGE', 'utf8'],
    ['a mebibyte of noise', Buffer.alloc(1_048_576, 0xc3), 'TOO_LARGE', 'base64'],
    ['a mebibyte of brackets', '['.repeat(1_048_576), 'TOO_LARGE', 'utf8'],
    ['250,000 open brackets', '['.repeat(250_000), 'NOT_JSON', 'utf8'],
    ['an array 125,000 deep', '['.repeat(125_000) + ']'.repeat(125_000), 'NOT_OBJECT', 'utf8'],
    ['an object 50,000 deep', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`, 'TOO_DEEP', 'utf8'],
    ['an event one level too deep', nested(MAX_DEPTH), 'TOO_DEEP', 'utf8'],
    ['no version', scan({ schemaVersion: undefined }), 'VERSION', 'utf8'],
    ['a version that is a number', scan({ schemaVersion: 1.0 }), 'VERSION', 'utf8'],
    ['an unknown major', scan({ schemaVersion: '2.0' }), 'VERSION', 'utf8'],
    ['a major of the past', scan({ schemaVersion: '0.9' }), 'VERSION', 'utf8'],
    ['a version that is none', scan({ schemaVersion: '1.0","e":{' }), 'VERSION', 'utf8'],
    ['the version of a prototype', scan({ schemaVersion: undefined }).replace('{', '{"__proto__":{"schemaVersion":"1.0"},'), 'VERSION', 'utf8'],
  ])('%s is quarantined with its rule and its original bytes, and the events beside it are archived', async (_, poison, rule, encoding) => {
    const cloud = await archive([scan(), poison, scan()]);

    const entries = quarantineEntries(cloud);
    expect(entries.map((entry) => [entry.reasons.map((reason) => reason.rule), entry.encoding])).toEqual([[[rule], encoding]]);
    expect(entries[0] && originalOf(entries[0]).equals(Buffer.from(poison))).toBe(true);
    expect(bronzeEntries(cloud)).toHaveLength(2);
  });

  it.each<[string, string]>([
    ['the largest event', scan({ n: 'x'.repeat(MAX_EVENT_BYTES - scan({ n: '' }).length) })],
    ['the deepest event', nested(MAX_DEPTH - 1)],
    ['a replacement character that the sender wrote', scan({ note: '\uFFFD' })],
    ['a __proto__ field', scan().replace('{', '{"__proto__":null,')],
    ['repeated fields', scan().replace('{', '{"scanId":7,')],
    ['an escaped lone surrogate', scan({ note: '\ud800' })],
    ['blanks around it', ` ${scan()}\r\n`],
    ['a number beyond doubles', scan({ n: 0 }).replace(':0', ':1e999')],
  ])('%s is no poison', async (_, event) => {
    const cloud = await archive([event]);

    expect(quarantineEntries(cloud)).toEqual([]);
    expect(bronzeEntries(cloud)).toHaveLength(1);
  });
});

describe('Reasons', () => {
  it('are all listed, the light ones and the clock included', async () => {
    const cloud = await archive([scan({ scanId: undefined, parcelId: 7, note: 'longer than twenty characters', publishedTime: at(25 * HOUR), scannedAt: at(401 * 24 * HOUR) })]);

    expect(quarantineEntries(cloud)[0]?.reasons.map(({ path, rule }) => `${path} ${rule}`)).toEqual(['/scanId required', '/parcelId type', '/note maxLength', '/publishedTime CLOCK', '/scannedAt CLOCK']);
  });

  it('say which versions can be read', async () => {
    const cloud = await archive([scan({ schemaVersion: '9.1' })], parcelScanWith([{ major: 1, version: '1.4' }, { major: 2, version: '2.0' }]));

    expect(quarantineEntries(cloud)[0]?.reasons[0]).toMatchObject({ path: '/schemaVersion', message: '"9.1" cannot be read: parcel-scan is read in 1.x, 2.x' });
  });

  it('tell where JSON is broken without repeating what stands there', async () => {
    const cloud = await archive(['{"customer":"Ada Lovelace",,}']);

    const message = quarantineEntries(cloud)[0]?.reasons[0]?.message ?? '';
    expect(message).toContain('position 27');
    expect(message).not.toContain('Ada');
  });
});

describe('Clocks', () => {
  it.each([
    ['published 24 hours ahead', { publishedTime: at(24 * HOUR) }, []],
    ['published a moment more ahead', { publishedTime: at(24 * HOUR + 1) }, ['/publishedTime']],
    ['an event 400 days ahead', { scannedAt: at(400 * 24 * HOUR) }, []],
    ['an event a moment more ahead', { scannedAt: at(400 * 24 * HOUR + 1) }, ['/scannedAt']],
    ['published ahead in another zone', { publishedTime: '2026-03-03T00:00:00+12:00' }, ['/publishedTime']],
    ['an event decades old', { scannedAt: '1999-01-01T00:00:00Z', publishedTime: '1999-01-01T00:00:00Z' }, []],
  ])('%s', async (_, overrides, paths) => {
    const cloud = await archive([scan(overrides)]);

    expect(quarantineEntries(cloud).flatMap(({ reasons }) => reasons.map(({ path, rule }) => (rule === 'CLOCK' ? path : rule)))).toEqual(paths);
  });
});

describe('Versions side by side', () => {
  const two = parcelScanWith([{ major: 1 }, { major: 2, version: '2.0', validate: () => [] }]);

  it('are judged each by its own rules, and each line names its own', async () => {
    const cloud = await archive([scan(), scan({ schemaVersion: '2.3', scanId: undefined }), scan({ scanId: undefined })], two);

    expect(bronzeEntries(cloud).map(({ v }) => v)).toEqual(['1.0', '2.3']);
    expect(quarantineEntries(cloud)[0]?.reasons).toMatchObject([{ rule: 'required' }]);
  });

  it('give the ledger row the greatest major of the object', async () => {
    const cloud = await archive([scan({ schemaVersion: '2.3' }), scan()], two);

    expect([...cloud.rows.values()]).toMatchObject([{ majorVersion: { N: '2' } }]);
  });
});
