/**
 * SIGKILL of the sandbox's own parts under the deployed app. A dead edge loses nothing. A dead control plane is a lost
 * region: it comes back as its last snapshot has it, `waybill status` names what is lost, and the platform works on.
 */
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import type { GetRecordsCommandOutput } from '@aws-sdk/client-kinesis';
import { SAMPLE_SHIPMENT } from '../../cli/put/samples.ts';
import { streamName } from '../../contracts/platform-names.ts';
import { deployed } from './deployed.ts';
import type { Deployed } from './deployed.ts';
import { expectWhole, simulatedRoad } from './simulated-road.ts';
import type { SimulatedRoad, StreamedRecord } from './simulated-road.ts';
import { until } from '../until.ts';

jest.setTimeout(240_000);

const SNAPSHOT_SECONDS = 12;

interface Status { readonly sandbox: { readonly snapshot: { takenAt: string } | null; readonly lost: readonly { event: string; lostFrom: string; lostTo: string; lostSeconds: number }[]; readonly restarts: readonly { event: string }[] } }

let app: Deployed;
let road: SimulatedRoad;
let snapshotAt = 0;

beforeAll(async () => {
  app = await deployed({ snapshotSeconds: SNAPSHOT_SECONDS });
  road = simulatedRoad(app, { seed: 63, shipments: 220 });
});
afterAll(() => app.stop());

const answers = async (): Promise<boolean> => {
  try {
    return (await fetch(`${app.sandbox.endpoint}/_waybill/health`)).ok;
  } catch {
    return false;
  }
};

const snapshotTakenAt = async (): Promise<number> => {
  const { sandbox } = await app.waybillJson<Status>('status');
  return sandbox.snapshot === null ? 0 : Date.parse(sandbox.snapshot.takenAt);
};

/** What the stream of shipment events holds now. */
async function recordsOnStream(): Promise<StreamedRecord[]> {
  const client = new KinesisClient(app.platform.client);
  const StreamName = streamName('local', 'shipment-event');
  const found: StreamedRecord[] = [];
  for (const { ShardId } of (await client.send(new ListShardsCommand({ StreamName }))).Shards ?? []) {
    let { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
    for (let behind = 1; behind > 0 && ShardIterator !== undefined;) {
      const page: GetRecordsCommandOutput = await client.send(new GetRecordsCommand({ ShardIterator }));
      found.push(...(page.Records ?? []).map((record) => ({ shard: ShardId ?? '', sequence: record.SequenceNumber ?? '', data: Buffer.from(record.Data ?? []) })));
      ShardIterator = page.NextShardIterator;
      behind = page.MillisBehindLatest ?? 0;
    }
  }
  client.destroy();
  return found;
}

describe('the edge ended by SIGKILL', () => {
  it('while records come and are worked off: nothing lost, nothing twice, and status says that it was restarted', async () => {
    await road.putNext(300);
    await app.sandbox.kill('edge');
    await until(answers, 'the edge answers');
    await road.putNext(300);
    await road.caughtUp();
    await expectWhole(road);
    const { sandbox } = await app.waybillJson<Status>('status');
    expect(sandbox.restarts.map((each) => each.event)).toEqual(['edge-restarted']);
    expect(sandbox.lost).toEqual([]);
  });
});

describe('the control plane ended by SIGKILL while records come', () => {
  it('comes back as its last snapshot has it: what the streams still have is in the lake and in state, whole', async () => {
    await road.putNext(50);
    // A snapshot that holds these records; later ones come while it is taken and after.
    const landed = Date.now();
    while ((await snapshotTakenAt()) < landed) await road.putNext(50);
    snapshotAt = await snapshotTakenAt();
    await road.putNext(200);
    const put = road.put();
    await app.sandbox.kill('control');
    await until(answers, 'the edge answers');

    const onStream = await recordsOnStream();
    expect(onStream.length).toBeGreaterThan(600);
    expect(onStream.length).toBeLessThan(put);
    await road.caughtUp();
    await road.keepOnly(onStream);
    await expectWhole(road);
  });

  it('waybill status names the interval that is lost', async () => {
    const { sandbox: { lost } } = await app.waybillJson<Status>('status');
    expect(lost).toMatchObject([{ event: 'control-restarted' }]);
    const [{ lostFrom = '', lostTo = '' } = {}] = lost;
    expect(Date.parse(lostFrom)).toBeLessThanOrEqual(snapshotAt);
    expect(Date.parse(lostTo)).toBeGreaterThan(snapshotAt);
    const { out } = await app.waybill('status');
    expect(out).toMatch(/lost +[\d.]+ s of state, .*Z to .*Z: the control plane ended by SIGKILL/);
  });

  it('putting and tracking work again, and what is put is whole', async () => {
    await road.putNext(300);
    await road.caughtUp();
    await expectWhole(road);
    await app.waybillJson('put', '--sample', 'good');
    await road.caughtUp();
    expect((await app.waybill('track', SAMPLE_SHIPMENT)).out).toContain('IN_TRANSIT');
  });
});
