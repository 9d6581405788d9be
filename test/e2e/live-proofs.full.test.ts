/** A past of 35 days that ended a week ago, put at once on the deployed app: all of it is recorded, and nobody is told anything of it. */
import type { AlertList } from '../../contracts/api/answers.ts';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { createWorld, history } from '../../simulator/index.ts';
import { lateShipment, liveProofs, PATIENCE } from './live-proofs.ts';
import type { LiveProofs } from './live-proofs.ts';
import { until } from '../until.ts';

jest.setTimeout(600_000);

const DAY = 86_400_000;
/** All of it within the horizon of live state. */
const PAST = { seed: 44, days: 35, shipments: 600, endedDaysAgo: 8, shares: { duplicates: 0.1, disorder: 0.2, late: 0.05, conflicts: 0.02, retractions: 0.03, corrections: 0.03, corrupt: 0.02 } };

let proofs: LiveProofs;

beforeAll(async () => {
  proofs = await liveProofs();
});
afterAll(() => proofs.stop());

it('sends 0 notices, and a fresh delay right after it sends one', async () => {
  const { seed, days, shipments, shares, endedDaysAgo } = PAST;
  await proofs.put(history(createWorld({ seed, days, shipments, shares, now: Date.now() - endedDaysAgo * DAY })));
  await proofs.settled();
  await proofs.invoke(await proofs.app.platform.output('ingest', OUTPUTS.watchStallsFunction));
  await proofs.settled();
  const { alerts } = (await proofs.api('/v1/alerts?state=open&limit=200')).body as AlertList;
  expect(alerts.length).toBeGreaterThan(10);
  expect(proofs.told()).toEqual([]);

  await proofs.put(lateShipment('SHP-PROOF-P', 'NLRTM'));
  await until(() => proofs.told().length > 0, 'the notice of a fresh delay', PATIENCE);
  await proofs.settled();
  expect(proofs.told()).toMatchObject([{ shipmentId: 'SHP-PROOF-P', turn: 'opens' }]);
});
