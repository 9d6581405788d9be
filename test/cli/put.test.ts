import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { waybill } from './cli-harness.ts';

const MAPPINGS = join(__dirname, '..', '..', 'docs', 'guide', 'mappings');
const good = { schemaVersion: '1.0', eventId: 'e1', source: 'TEST:cli', sourceEventCode: 'DEP', shipmentId: 'SHP-1', eventType: 'DEPARTED', eventClassifier: 'ACTUAL', eventTime: '2026-11-06T06:02:00Z' };

const NOT_GZIP = join(__dirname, 'not-gzip.ndjson.gz');

describe('waybill put --dry-run', () => {
  let dir: string;
  beforeAll(() => { dir = mkdtempSync(join(tmpdir(), 'waybill-put-')); });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const file = (name: string, content: string | Buffer): string => {
    const path = join(dir, name);
    writeFileSync(path, content);
    return path;
  };

  it('says which lines will be quarantined, with every reason', async () => {
    const path = file('events.ndjson', [JSON.stringify(good), JSON.stringify({ ...good, eventTime: '2026-02-30T10:00:00Z', eventClassifier: 'FINAL' }), '{"schemaVersion"'].join('\n'));
    const { code, out } = await waybill(['put', path, '--dry-run']);
    expect(code).toBe(0);
    expect(out).toContain('1 accepted, 2 will be quarantined');
    expect(out).toMatch(/line 2 +\/eventClassifier +"FINAL" is not one of PLANNED, REQUESTED, ESTIMATED, ACTUAL/);
    expect(out).toMatch(/\/eventTime +"2026-02-30T10:00:00Z" is not a calendar date/);
    expect(out).toMatch(/line 3 +\(whole event\) +is not JSON/);
  });

  it('counts warnings of accepted records only', async () => {
    const { out } = await waybill(['put', file('poor.ndjson', '{"a":1}'), '--dry-run']);
    expect(out).toContain('0 accepted, 1 will be quarantined:\n');
    expect(out).toContain('See them all: the same command with --json');
    expect(out).not.toContain('warning');
  });

  it('gives programs one JSON document with every bad record', async () => {
    const path = file('bad.ndjson', Array.from({ length: 5 }, () => '{}').join('\n'));
    const { out } = await waybill(['--json', 'put', path, '--dry-run']);
    const document = JSON.parse(out) as { records: number; quarantined: number; reasons: { place: string; violations: { rule: string }[] }[] };
    expect([document.records, document.quarantined]).toEqual([5, 5]);
    expect(document.reasons.map((each) => each.place)).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'line 5']);
  });

  it('reads standard input, JSON lists and gzip', async () => {
    expect((await waybill(['put', '-', '--dry-run'], { stdin: `${JSON.stringify(good)}\n\n${JSON.stringify(good)}\n` })).out).toContain('Checked 2 records');
    expect((await waybill(['put', file('list.json', JSON.stringify([good, good, good])), '--dry-run'])).out).toContain('All 3 accepted');
    expect((await waybill(['put', file('z.ndjson.gz', gzipSync(JSON.stringify(good))), '--dry-run'])).out).toContain('Checked 1 record ');
  });

  it('maps CSV rows by a mapping file, and keeps values that cannot be converted for the contract to name', async () => {
    const path = file('bus.csv', 'vehicle_id,timestamp,speed,route_id,trip_id,latitude,longitude,trip_headsign\n8847,2016-01-17T14:05:58-06:00,4.4704,1,1,30.418177,-97.66779,\n8848,2016-01-17T14:05:58-06:00,4.4704,1,1,north,-97.66779,\n');
    const { out } = await waybill(['put', path, '--mapping', join(MAPPINGS, 'bus-positions.json'), '--dry-run']);
    expect(out).toContain('1 accepted, 1 will be quarantined');
    expect(out).toMatch(/line 3 +\/lat +the value is not a number/);
  });

  it.each([
    ['no file', ['put'], /Nothing to put/],
    ['a missing file', ['put', '/nowhere/x.ndjson', '--dry-run'], /There is no file \/nowhere\/x\.ndjson/],
    ['a directory', ['put', tmpdir(), '--dry-run'], /is a directory[^]*Name a file/],
    ['a file that is not what its name says', ['put', NOT_GZIP, '--dry-run'], /not-gzip\.ndjson\.gz cannot be read: .*incorrect header check/],
    ['an unknown contract', ['put', 'x', '--contract', 'shipments', '--dry-run'], /There is no contract "shipments"[^]*Allowed: order-change, shipment-event, vehicle-position/],
    ['an unknown sample', ['put', '--sample', 'x', '--dry-run'], /There is no sample "x"/],
    ['CSV without mapping', ['put', 'x.csv', '--dry-run'], /CSV needs a mapping file/],
    ['an unknown option', ['put', '--dryrun'], /unknown option '--dryrun'[^]*Did you mean --dry-run/],
  ])('ends with 2 and plain words for %s', async (_, args, words) => {
    const { code, err } = await waybill(args);
    expect(code).toBe(2);
    expect(err).toMatch(words);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('lists every mistake of a mapping file', async () => {
    const path = file('mapping.json', JSON.stringify({ name: 'm', contract: 'shipment-event', fields: { a: { from: 'x', vlaue: 1 }, b: { as: 'number' } } }));
    const { code, err } = await waybill(['put', '-', '--mapping', path, '--dry-run']);
    expect(code).toBe(2);
    expect(err).toContain('has 2 mistakes');
    expect(err).toContain('fields.a: "vlaue" is not known');
    expect(err).toContain('fields.b: expected exactly one of value, from, template, digest');
  });

  it.each(['bus-positions.json', 'dcsa-tnt-v3.json'])('the documented mapping %s is a valid mapping of a contract', async (name) => {
    const mapping = JSON.parse(readFileSync(join(MAPPINGS, name), 'utf8')) as { contract: string };
    expect((await waybill(['put', '-', '--format', 'ndjson', '--mapping', join(MAPPINGS, name), '--dry-run'])).out).toContain(`against ${mapping.contract}`);
  });
});

describe('samples', () => {
  it.each([['good', 1, 0], ['duplicate', 2, 0], ['late', 2, 0], ['conflict', 2, 0], ['retract', 2, 0], ['corrupt', 2, 2]])('%s has %d records of which %d are quarantined', async (name, records, bad) => {
    const { out } = await waybill(['--json', 'put', '--sample', name, '--dry-run']);
    expect(JSON.parse(out)).toMatchObject({ records, quarantined: bad });
  });
});
