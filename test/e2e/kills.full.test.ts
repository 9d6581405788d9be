/**
 * Death and lost answers at every seam of the road, on the deployed app: after a put and before its answer, between object
 * and ledger row, between state write and answer. After each, nothing is lost and nothing is counted twice.
 */
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { deployed } from './deployed.ts';
import type { Deployed } from './deployed.ts';
import { expectWhole, identitiesIn, simulatedRoad } from './simulated-road.ts';
import type { LakeObject, Rule, SimulatedRoad } from './simulated-road.ts';

jest.setTimeout(240_000);

const PIECE = 300;
/** Tries of one call by the functions' own AWS client: so many lost answers are a call that is given up. */
const TRIES = 3;
/** More than the calls that one invocation makes before it gives up: the next invocation meets the fault too. */
const SEVERAL = 8;

let app: Deployed;
let road: SimulatedRoad;
let archive: string;
let track: string;
let bronze: string;

beforeAll(async () => {
  app = await deployed();
  road = simulatedRoad(app, { seed: 41, shipments: 220 });
  archive = await app.platform.output('ingest', OUTPUTS.archiveEventsFunction('shipment-event'));
  track = await app.platform.output('ingest', OUTPUTS.trackShipmentsFunction);
  bronze = await app.platform.bronzeBucket();
});
afterEach(() => road.setFaults());
afterAll(() => app.stop());

/** Of objects of either bucket. */
const anyPut = (): Pick<Rule, 'service' | 'operation' | 'caller'> => ({ service: 's3', operation: 'PutObject', caller: archive });
const objectPut = (): ReturnType<typeof anyPut> & Pick<Rule, 'match'> => ({ ...anyPut(), match: bronze });
const rowPut = (): Pick<Rule, 'service' | 'operation' | 'caller'> => ({ service: 'dynamodb', operation: 'PutItem', caller: archive });
/** The write that makes an announced row new: the only one under this condition. */
const rowConfirmed = (): ReturnType<typeof rowPut> & Pick<Rule, 'match'> => ({ ...rowPut(), match: 'OR #state = :announced' });
const stateWrite = (): Pick<Rule, 'service' | 'operation' | 'caller'> => ({ service: 'dynamodb', operation: 'BatchExecuteStatement', caller: track });

/** Puts the next piece under these rules, waits until each has hit as often as it may, then until all is worked off. */
async function putUnder(rules: readonly Rule[], records = PIECE): Promise<void> {
  await road.setFaults(...rules);
  await road.putNext(records);
  for (const { id, count = 1 } of rules) await road.isHit(id, count);
  await road.caughtUp();
}

describe('archive-events', () => {
  it('killed after its put took effect and before the answer: every identity is there, and no cut twice', async () => {
    await putUnder([{ id: 'put', ...objectPut(), action: 'kill-caller', when: 'after', count: 2 }]);
    await expectWhole(road);
  });

  it('killed after the put of a batch of one, which cannot come again with another cut: one object, with its row', async () => {
    const keys = async (): Promise<LakeObject[]> => Object.values(await road.lake()).flat();
    const before = new Set((await keys()).map((each) => each.key));
    await putUnder([{ id: 'put-one', ...anyPut(), action: 'kill-caller', when: 'after', count: 2 }], 1);
    const added = (await keys()).filter((each) => !before.has(each.key));
    expect(added).toMatchObject([{ hasRow: true }]);
    expect(identitiesIn(added).size).toBe(1);
    await expectWhole(road);
  });

  it('killed after an object was announced, before its row is confirmed, and right after that', async () => {
    await putUnder([{ id: 'announced', ...rowPut(), action: 'kill-caller', when: 'after', count: 1 }]);
    await putUnder([
      { id: 'before-row', ...rowConfirmed(), action: 'kill-caller', when: 'before', count: 1 },
      { id: 'after-row', ...rowConfirmed(), action: 'kill-caller', when: 'after', count: 1 },
    ]);
    await expectWhole(road);
  });

  it('puts that take effect and answer 500, or not at all: the repeat meets its own object', async () => {
    await putUnder([
      { id: 'lost', ...objectPut(), action: 'error', status: 500, when: 'after', count: SEVERAL },
      { id: 'reset', ...objectPut(), action: 'reset', when: 'after', count: 2 },
    ]);
    await expectWhole(road);
  });

  it('an outage of S3 over several tries: nothing lost, nothing given up, no batch cut', async () => {
    const rule: Rule = { id: 'outage', ...anyPut(), action: 'error', status: 503 };
    const before = await road.lake();
    await road.setFaults(rule);
    await road.putNext(PIECE);
    await road.isHit(rule.id, 3 * SEVERAL);
    expect(identitiesIn((await road.lake()).bronze).size).toBe(identitiesIn(before.bronze).size);
    await road.setFaults();
    await road.caughtUp();
    await expectWhole(road);
    const lines = (await road.lake()).bronze.filter((each) => !before.bronze.some(({ key }) => key === each.key)).flatMap((each) => each.identities);
    expect(new Set(lines).size).toBe(lines.length);
  });
});

describe('track-shipments', () => {
  it('killed between a state write and its answer: state is the truth, nothing doubled', async () => {
    await putUnder([{ id: 'write', ...stateWrite(), action: 'kill-caller', when: 'after', count: 2 }]);
    await expectWhole(road);
  });

  it('killed before a state write', async () => {
    await putUnder([{ id: 'early', ...stateWrite(), action: 'kill-caller', when: 'before', count: 2 }]);
    await expectWhole(road);
  });

  it('state writes that take effect and answer 500: the repeat meets its own version', async () => {
    await putUnder([{ id: 'lost-write', ...stateWrite(), action: 'error', status: 500, when: 'after', count: TRIES }]);
    await expectWhole(road);
  });
});
