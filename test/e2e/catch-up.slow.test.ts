/**
 * Live state refused for longer than track-shipments waits: it notes the positions and the stream goes on; `waybill
 * catch-up` folds them from bronze, and the result is what an uninterrupted run would have made.
 */
import { GetFunctionConfigurationCommand, LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { TRACK_SHIPMENTS_ENV } from '../../lambdas/track-shipments/names.ts';
import { deployed } from './deployed.ts';
import type { Deployed } from './deployed.ts';
import { expectWhole, PREFIX, simulatedRoad } from './simulated-road.ts';
import type { SimulatedRoad } from './simulated-road.ts';
import { until } from '../until.ts';

jest.setTimeout(240_000);

interface CatchUp { readonly notes: readonly { readonly done?: boolean; readonly records?: number; readonly note: { readonly contract: string; readonly records: number; readonly reason: string } }[] }

let app: Deployed;
let road: SimulatedRoad;

beforeAll(async () => {
  app = await deployed();
  await shortenGiveUp(app, 3);
  road = simulatedRoad(app, { seed: 52, shipments: 120 });
});
afterAll(() => app.stop());

describe('a table that refuses for longer than track-shipments waits', () => {
  it('does not stop the stream: positions are noted, the events are in bronze, and state lacks them', async () => {
    await road.putNext(400);
    await road.caughtUp();
    await expectWhole(road);

    await app.waybillJson('break', 'consumer');
    await road.putNext(500);
    await until(async () => (await road.keys(PREFIX.notes)).length > 0, 'positions are noted', 90_000);
    await road.caughtUp();

    const { notes } = await app.waybillJson<CatchUp>('catch-up', '--dry-run');
    expect(notes.reduce((sum, { note }) => sum + note.records, 0)).toBe(500);
    expect(notes[0]?.note.contract).toBe('shipment-event');
    expect(notes[0]?.note.reason).toContain('refused');
    expect((await road.wrongShipments()).length).toBeGreaterThan(0);
  });

  it('stays caught up for what comes after healing, before the older events are folded in', async () => {
    expect(await app.waybillJson<{ healed: string[] }>('heal')).toEqual({ healed: ['consumer'] });
    await road.putNext(300);
    await road.caughtUp();
    expect((await road.wrongShipments()).length).toBeGreaterThan(0);
  });

  it('catch-up that meets a refusal says so, ends with 1 and keeps its notes', async () => {
    const before = await road.keys(PREFIX.notes);
    await road.setFaults({ id: 'still', service: 'dynamodb', operation: 'BatchExecuteStatement', caller: await app.platform.output('ingest', OUTPUTS.catchUpFunction), action: 'throttle' });
    const { code, out, err } = await app.waybill('catch-up');
    await road.setFaults();
    expect(code).toBe(1);
    expect(out).toContain('NOT DONE');
    expect(err).toContain('run waybill catch-up again');
    expect(await road.keys(PREFIX.notes)).toEqual(before);
  });

  it('catch-up folds the noted positions: every shipment equals the truth', async () => {
    const { notes } = await app.waybillJson<CatchUp>('catch-up');
    expect(notes.length).toBeGreaterThan(0);
    expect(notes.filter((each) => each.done !== true)).toEqual([]);
    expect(await road.keys(PREFIX.notes)).toEqual([]);
    await expectWhole(road);
  });

  it('catch-up again finds nothing left', async () => {
    expect(await app.waybillJson('catch-up')).toEqual({ notes: [] });
    expect(await app.waybill('catch-up')).toEqual({ code: 0, err: '', out: 'There are no noted positions: track-shipments gave nothing up.\n' });
  });
});

/** As an operator may on AWS, for a while: the template's own value is an hour. */
async function shortenGiveUp({ platform }: Deployed, seconds: number): Promise<void> {
  const client = new LambdaClient(platform.client);
  const FunctionName = await platform.output('ingest', OUTPUTS.trackShipmentsFunction);
  const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const before = Environment?.Variables?.[TRACK_SHIPMENTS_ENV.giveUpAfterMinutes];
  expect(before).toBe('60');
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: { ...Environment?.Variables, [TRACK_SHIPMENTS_ENV.giveUpAfterMinutes]: String(seconds / 60) } } }));
  client.destroy();
}
