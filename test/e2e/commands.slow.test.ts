/** The command line against the deployed platform: what the guides promise of each command. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { SAMPLE_SHIPMENT } from '../../cli/put/samples.ts';
import { deployed } from './deployed.ts';
import type { Deployed } from './deployed.ts';

jest.setTimeout(240_000);

interface Shipment {
  readonly status: string;
  readonly conflicts: number;
  readonly milestones: { readonly type: string; readonly place: string; readonly actual: string | null; readonly reports: number }[];
  readonly timeline: { readonly type: string; readonly standing: string; readonly conflict: boolean }[];
}

let app: Deployed;
beforeAll(async () => { app = await deployed(); });
afterAll(() => app.stop());

const settle = (): Promise<void> => caughtUp(app.platform);
const track = (id: string): Promise<Shipment> => app.waybillJson<Shipment>('track', id);

describe('waybill put and track', () => {
  it('an event that was put can be tracked', async () => {
    await app.waybillJson('put', '--sample', 'good');
    await settle();
    expect(await track(SAMPLE_SHIPMENT)).toMatchObject({ status: 'IN_TRANSIT', conflicts: 0 });
    const { code, out } = await app.waybill('track', SAMPLE_SHIPMENT);
    expect(code).toBe(0);
    expect(out).toMatch(/IN_TRANSIT {2}since \w{3} \d\d \d\d:\d\dZ/);
    expect(out).toMatch(/DEPARTED +NLRTM/);
    expect(out).toMatch(/as of \d\d:\d\d:\d\dZ, .* behind the stream/);
  });

  it('a duplicate counts once', async () => {
    await app.waybillJson('put', '--sample', 'duplicate');
    await settle();
    const { milestones, conflicts } = await track(SAMPLE_SHIPMENT);
    expect(milestones.filter((each) => each.type === 'DEPARTED')).toMatchObject([{ reports: 1 }]);
    expect(conflicts).toBe(0);
  });

  it('a late older event fills its milestone and leaves the status', async () => {
    await app.waybillJson('put', '--sample', 'late');
    await settle();
    const { status, milestones } = await track(SAMPLE_SHIPMENT);
    expect(status).toBe('IN_TRANSIT');
    expect(milestones.map((each) => each.type)).toEqual(['GATE_IN', 'DEPARTED']);
  });

  it('a conflicting event is flagged, and the later published one counts', async () => {
    await app.waybillJson('put', '--sample', 'conflict');
    await settle();
    const { conflicts, timeline } = await track(SAMPLE_SHIPMENT);
    expect(conflicts).toBe(1);
    expect(timeline.filter((each) => each.conflict).map((each) => each.standing).sort()).toEqual(['COUNTS', 'OUTVOTED']);
    expect((await app.waybill('track', SAMPLE_SHIPMENT, '--conflicts')).out).toContain('a later published version counts');
  });

  it('an event that was taken back changes nothing that is shown', async () => {
    await app.waybillJson('put', '--sample', 'retract');
    await settle();
    const { status, timeline } = await track(SAMPLE_SHIPMENT);
    expect(status).toBe('IN_TRANSIT');
    expect(timeline.find((each) => each.type === 'LOST')).toMatchObject({ standing: 'RETRACTED' });
  });

  it('corrupt records are in quarantine with every reason and their bytes', async () => {
    await app.waybillJson('put', '--sample', 'corrupt');
    await settle();
    const list = await app.waybillJson<{ records: { sequence: string; reasons: { path: string; rule: string }[] }[] }>('quarantine', 'list');
    expect(list.records.map((each) => each.reasons.map((reason) => reason.path))).toEqual([[''], ['/eventClassifier', '/eventTime']]);
    const shown = await app.waybill('quarantine', 'show', list.records[1]?.sequence ?? '');
    expect(shown.out).toContain('"eventClassifier":"FINAL"');
  });

  it('an unknown shipment ends with 1 and plain words, an impossible id with 2', async () => {
    const unknown = await app.waybill('track', 'SHP-NOBODY');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('SHP-NOBODY')]);
    expect((await app.waybill('track', 'x'.repeat(200))).code).toBe(2);
  });
});

describe('waybill replay', () => {
  const repair = (): string => {
    const file = join(mkdtempSync(join(tmpdir(), 'waybill-repair-')), 'repair.json');
    writeFileSync(file, JSON.stringify({ name: 'sample', steps: [{ replace: '/eventClassifier', values: { FINAL: 'ACTUAL' } }, { set: '/eventTime', value: new Date(Date.now() - 60_000).toISOString() }] }));
    return file;
  };
  interface Report { readonly replayed: number; readonly replayedBefore: number; readonly stay: readonly { readonly reasons: readonly { readonly rule: string }[] }[] }

  it('puts a repaired record once: the event arrives, the record is marked, what cannot be repaired stays', async () => {
    const args = ['replay', '--contract', 'shipment-event', '--map', repair(), '--since', '1h'];
    const open = async (): Promise<number> => (await app.waybillJson<{ records: unknown[] }>('quarantine', 'list', '--open')).records.length;
    expect(await app.waybillJson<Report>(...args, '--dry-run')).toMatchObject({ replayed: 1, stay: [{ reasons: [{ rule: 'NOT_JSON' }] }] });
    expect(await open()).toBe(2);

    expect(await app.waybillJson<Report>(...args, '--yes')).toMatchObject({ replayed: 1, replayedBefore: 0 });
    await settle();
    expect((await track(SAMPLE_SHIPMENT)).timeline.filter(({ type }) => type === 'DEPARTED')).toHaveLength(3);
    expect(await open()).toBe(1);
    expect((await app.waybill('quarantine', 'list')).out).toMatch(/replayed/);

    expect(await app.waybillJson<Report>(...args, '--yes')).toMatchObject({ replayed: 0, replayedBefore: 1 });
  });
});

describe('waybill promote and backfill', () => {
  it('a logic is put into force from what was seen, and said', async () => {
    expect(await app.waybillJson('promote')).toEqual({ logic: null });
    expect(await app.waybillJson('promote', 'v1', '--yes')).toEqual({ logic: 'v1', before: null, cutOver: true });
    expect(await app.waybillJson('promote', 'v1:90,v2:10', '--yes')).toMatchObject({ before: 'v1' });
    expect((await app.waybill('promote')).out).toMatch(/^In force: v1:90,v2:10 since /);
    expect((await app.waybill('promote', 'v2')).code).toBe(2);
    expect(await app.waybillJson('promote', 'v2', '--yes')).toMatchObject({ logic: 'v2', before: 'v1:90,v2:10' });
  });

  it('a dry run says days, time and price, and starts nothing', async () => {
    const said = await app.waybillJson<{ days: string[]; plan: { runs: number; usd: number }; pace: { runs: number } }>('backfill', '--from', '2026-10-24', '--to', '2026-10-26', '--days-per-run', '2', '--dry-run');
    expect(said).toMatchObject({ days: ['2026-10-24', '2026-10-25', '2026-10-26'], plan: { runs: 2 }, pace: { runs: 0 } });
    expect(said.plan.usd).toBeGreaterThan(0);
    expect(await app.waybillJson('executions', 'list', '--machine', 'backfill-days')).toEqual({ executions: [] });
  });
});

describe('waybill skip', () => {
  it('passes over a record that crashes archive-events: it is quarantined, and its shard goes on', async () => {
    const client = new KinesisClient(app.platform.client);
    const put = await client.send(new PutRecordCommand({ StreamName: 'waybill-local-shipment-event', PartitionKey: 'crash', Data: Buffer.from('{"crash":true}') }));
    await fetch(`${app.sandbox.endpoint}/_waybill/faults`, {
      method: 'PUT', headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ id: 'crash', service: 's3', operation: 'PutObject', match: 'quarantine', action: 'kill-caller', when: 'before' }]),
    });
    const stuck = await app.waybillJson<{ records: unknown[] }>('quarantine', 'list', '--rule', 'SKIPPED');
    expect(stuck.records).toEqual([]);
    await app.waybillJson('skip', 'shipment-event', '--shard', put.ShardId ?? '', '--yes', '--reason', 'test');
    await fetch(`${app.sandbox.endpoint}/_waybill/faults`, { method: 'DELETE' });
    await settle();
    const skipped = await app.waybillJson<{ records: { sequence: string; data: string }[] }>('quarantine', 'list', '--rule', 'SKIPPED');
    expect(skipped.records.map((each) => each.data)).toEqual(['{"crash":true}']);
    client.destroy();
  });
});
