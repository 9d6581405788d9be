/**
 * The whole road against the simulator's own truth: 20,000 events with duplicates, disorder and corrupt records, put on the
 * stream of the deployed app, while the edge and a worker are killed in the middle.
 */
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { putSimulated } from '../../cli/world/put-simulated.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { compareWithTruth } from '../../bench/judge/compare-with-truth.ts';
import { countLake, settledIdentities } from '../../bench/judge/lake-count.ts';
import type { LakeCount } from '../../bench/judge/lake-count.ts';
import { createTruth, createWorld, history } from '../../simulator/index.ts';
import type { SimulatedRecord, Truth } from '../../simulator/index.ts';
import { deployed } from './deployed.ts';
import type { Deployed } from './deployed.ts';

jest.setTimeout(420_000);

const EVENTS = 20_000;

describe('20,000 simulated events, 10 % duplicates, 20 % disorder, 1 % corrupt, edge and worker killed in the middle', () => {
  let app: Deployed;
  let truth: Truth;
  let records: SimulatedRecord[];
  let lake: LakeCount;

  beforeAll(async () => {
    app = await deployed();
    const world = createWorld({ seed: 20, now: Date.now(), days: 30, shipments: 1_400, shares: { duplicates: 0.1, disorder: 0.2, corrupt: 0.01 } });
    records = [...history(world)].slice(0, EVENTS);
    truth = createTruth();
    for (const record of records) truth.add(record);
    const client = new KinesisClient(app.platform.client);
    for (let at = 0; at < records.length; at += 2_000) {
      await putSimulated(client, 'local', records.slice(at, at + 2_000));
      if (at === 6_000) await app.sandbox.kill('edge');
      if (at === 12_000) await killWorkers(app);
    }
    client.destroy();
    await caughtUp(app.platform);
    lake = await countLake(app.platform, 'shipment-event');
  });
  afterAll(() => app.stop());

  it('put is bronze plus quarantine, by distinct identity: nothing lost, nothing twice', () => {
    expect(records).toHaveLength(EVENTS);
    expect(settledIdentities(lake)).toBe(EVENTS);
  });

  it('quarantine holds exactly the corrupt records, each with its reasons', () => {
    const corrupt = truth.mustQuarantine().length;
    expect(corrupt).toBeGreaterThan(100);
    expect(lake.quarantine.size).toBe(corrupt);
    expect([...lake.rules.values()].reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(corrupt);
  });

  it('every shipment equals the truth', async () => {
    const { shipments, wrong } = await compareWithTruth(app.platform, truth);
    expect(shipments).toBeGreaterThan(500);
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it('Lambda gave nothing up: the on-failure prefix is empty', async () => {
    expect((await app.waybillJson<{ objects: unknown[] }>('redrive', '--dry-run')).objects).toEqual([]);
  });

  it('every object of bronze and quarantine has its row in the ledger', async () => {
    const { DynamoDBClient, paginateScan } = await import('@aws-sdk/client-dynamodb');
    const client = new DynamoDBClient(app.platform.client);
    const rows = new Set<string>();
    for await (const page of paginateScan({ client }, { TableName: app.platform.ledgerTable })) for (const item of page.Items ?? []) if (item['key']?.S !== undefined) rows.add(item['key'].S);
    client.destroy();
    expect(lake.objects.length).toBeGreaterThan(1);
    expect(lake.objects.filter(({ key }) => !rows.has(key))).toEqual([]);
  });
});

/** SIGKILL to every Lambda worker process, as it runs. */
async function killWorkers(app: Deployed): Promise<void> {
  const status = (await (await fetch(`${app.sandbox.endpoint}/_waybill/status`)).json()) as { parts: { lambda: { workers: { pid: number }[] } } };
  const pids = status.parts.lambda.workers.map((each) => each.pid);
  expect(pids.length).toBeGreaterThan(0);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
}
