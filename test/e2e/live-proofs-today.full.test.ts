/**
 * What must never happen to live operations, shown on one deployed app: what is old is told to nobody; a repeat tells nothing twice; a
 * death at any step between a state write and its notice loses none; regional numbers equal a recount whatever happened, and while
 * events and positions flow; whoever asks too much is told so.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { AlertList } from '../../contracts/api/answers.ts';
import { OUTPUTS, tableName } from '../../contracts/platform-names.ts';
import { createWorld, history, live } from '../../simulator/index.ts';
import type { SimulatedRecord, SimulatedWorld } from '../../simulator/index.ts';
import { derivedParts, recountEntries, recountTruth, storedCounts, trueParts } from './live-proofs-recount.ts';
import { lateShipment, liveProofs, PATIENCE } from './live-proofs.ts';
import type { LiveProofs, LoggedRequest } from './live-proofs.ts';
import type { Rule } from './simulated-road.ts';
import { until } from '../until.ts';

jest.setTimeout(600_000);

const DAY = 86_400_000;
const WORLD = { seed: 45, days: 35, shipments: 600, shares: { duplicates: 0.1, disorder: 0.2, late: 0.05, conflicts: 0.02, retractions: 0.03, corrections: 0.03, corrupt: 0.02 } };

let proofs: LiveProofs;
let world: SimulatedWorld;
let lived: number;
let names: Readonly<Record<'track' | 'raise' | 'notify' | 'watch' | 'count', string>>;

beforeAll(async () => {
  proofs = await liveProofs();
  const { platform } = proofs.app;
  const [track, raise, notify, watch, count] = await Promise.all([
    ...[OUTPUTS.trackShipmentsFunction, OUTPUTS.raiseAlertsFunction, OUTPUTS.notifyFunction, OUTPUTS.watchStallsFunction].map((output) => platform.output('ingest', output)),
    platform.output('serving', OUTPUTS.countRegionsFunction),
  ]) as [string, string, string, string, string];
  names = { track, raise, notify, watch, count };
  lived = Date.now();
  world = createWorld({ ...WORLD, now: lived });
});
afterEach(() => proofs.setFaults());
afterAll(() => proofs.stop());

describe('35 days of history until now', () => {
  it('send no notice of what began more than a day ago, and a fresh delay right after them is told', async () => {
    await proofs.put(history(world));
    await proofs.settled();
    // What only the clock can say of the past is said by the next review.
    await proofs.invoke(names.watch);
    await proofs.settled();
    const { alerts } = (await proofs.api('/v1/alerts?state=open&limit=200')).body as AlertList;
    expect(alerts.filter(({ openedAt }) => Date.now() - Date.parse(openedAt) > DAY).length).toBeGreaterThan(5);
    expect(proofs.told().filter(({ at, openedAt }) => Date.parse(at) - Date.parse(openedAt) > DAY)).toEqual([]);

    await proofs.put(lateShipment('SHP-PROOF-D', 'NLRTM'));
    await until(() => proofs.told('SHP-PROOF-D').length > 0, 'the notice of a fresh delay', PATIENCE);
    await proofs.settled();
    expect(proofs.told('SHP-PROOF-D')).toMatchObject([{ turn: 'opens' }]);
  });
});

describe('1,000 repeated deliveries', () => {
  it('of the same events, and of the same changes of their state, raise no second alert and send no second notice', async () => {
    const records = lateShipment('SHP-PROOF-R', 'DEHAM');
    const changes = await changesWhile(async () => {
      await proofs.put(records);
      await until(() => proofs.told('SHP-PROOF-R').length > 0, 'the notice of SHP-PROOF-R', PATIENCE);
      await proofs.settled();
    }, 'SHP-PROOF-R');
    const before = await proofs.alertsOf('SHP-PROOF-R');
    expect(before).toMatchObject([{ kind: 'LATE', shipmentId: 'SHP-PROOF-R' }]);
    expect(changes.length).toBeGreaterThan(0);

    await proofs.put(Array.from({ length: 500 }, () => records).flat());
    for (let times = 0; times < 20; times += 1) await proofs.invoke(names.raise, { Records: Array.from({ length: 50 }, () => changes).flat() });
    await proofs.settled();
    expect(await proofs.alertsOf('SHP-PROOF-R')).toEqual(before);
    expect(proofs.told('SHP-PROOF-R')).toHaveLength(1);
  });
});

/** Records of the shipments' stream about this shipment that were written meanwhile. */
async function changesWhile(work: () => Promise<void>, shipmentId: string): Promise<Change[]> {
  const call = (operation: string, body: object): Promise<Record<string, unknown>> => proofs.awsJson(`DynamoDBStreams_20120810.${operation}`, body);
  const { Streams: streams } = (await call('ListStreams', { TableName: tableName('local', 'shipments') })) as { Streams: { StreamArn: string }[] };
  const StreamArn = streams[0]?.StreamArn ?? '';
  const { StreamDescription: description } = (await call('DescribeStream', { StreamArn })) as { StreamDescription: { Shards: { ShardId: string }[] } };
  let { ShardIterator: iterator } = (await call('GetShardIterator', { StreamArn, ShardId: description.Shards[0]?.ShardId, ShardIteratorType: 'LATEST' })) as { ShardIterator: string };
  const found: Change[] = [];
  let isDone = false;
  const working = work().finally(() => (isDone = true));
  // Read as they come: what every event source has read is forgotten with the next snapshot.
  for (let isLast = false; !isLast; await wait(100)) {
    isLast = isDone;
    const { Records: records, NextShardIterator: next } = (await call('GetRecords', { ShardIterator: iterator, Limit: 1_000 })) as { Records: Change[]; NextShardIterator: string };
    found.push(...records);
    iterator = next;
  }
  await working;
  return found.filter(({ dynamodb }) => dynamodb.Keys.pk.S === shipmentId);
}

interface Change { readonly dynamodb: { readonly Keys: { readonly pk: { readonly S: string } } } }

describe('death between a state write and its notice', () => {
  /** A place for each, lest they become one storm. */
  const PLACES = ['BEANR', 'DEBRV', 'DEHAJ', 'DEDUI', 'DECGN', 'DEFRA'];

  it('of a worker, before and after every kind of call that it makes: each episode is told, as one alert', async () => {
    const steps = await stepsOf('SHP-PROOF-S', 'PLWAW');
    expect(steps).toEqual(expect.arrayContaining([
      { caller: names.track, service: 'dynamodb', operation: 'BatchExecuteStatement' },
      { caller: names.raise, service: 'dynamodb', operation: 'BatchExecuteStatement' },
      { caller: names.notify, service: 'sns', operation: 'Publish' },
    ]));
    const deaths = steps.flatMap((step) => (['before', 'after'] as const).map((when): Rule => ({ id: Object.values({ ...step, when }).join(' '), ...step, when, action: 'kill-caller', count: 1 })));
    await proofs.setFaults(...deaths);
    const episodes = PLACES.map((place, index) => ({ shipmentId: `SHP-PROOF-K${index}`, place }));
    await proofs.put(episodes.flatMap(({ shipmentId, place }) => lateShipment(shipmentId, place)));
    await until(async () => Object.values(await proofs.hits()).every((hits) => hits === 1), 'every death was died', PATIENCE);
    await proofs.settled();
    await expectToldOnceAsOne(episodes.map(({ shipmentId }) => shipmentId));
  });

  it('of the edge with all its workers, while a state write, a row of an alert and a notice are under way', async () => {
    const writes: readonly Pick<Rule, 'caller' | 'operation'>[] = [{ caller: names.track, operation: 'BatchExecuteStatement' }, { caller: names.raise, operation: 'BatchExecuteStatement' }, { caller: names.notify, operation: 'Publish' }];
    for (const [index, write] of writes.entries()) {
      const shipmentId = `SHP-PROOF-E${index}`;
      await proofs.setFaults({ id: shipmentId, ...write, action: 'delay', delayMs: 20_000, when: 'after', count: 1, match: shipmentId });
      await proofs.put(lateShipment(shipmentId, ['SEGOT', 'DKCPH', 'PTLIS'][index] ?? ''));
      await proofs.isHit(shipmentId);
      await proofs.app.sandbox.kill('edge');
      await until(async () => (await fetch(`${proofs.app.sandbox.endpoint}/_waybill/health`).catch(() => undefined))?.ok === true, 'the edge answers again', PATIENCE);
      await proofs.settled();
    }
    await expectToldOnceAsOne(writes.map((_, index) => `SHP-PROOF-E${index}`));
  });

  type Step = Pick<LoggedRequest, 'service' | 'operation'> & { readonly caller: string; readonly match?: string };

  /** The kinds of calls that an undisturbed episode makes from its state write to its notice; those about storms are kinds of their own. */
  async function stepsOf(shipmentId: string, place: string): Promise<Step[]> {
    const since = Date.now();
    const aboutStorms = ['BatchGetItem', 'BatchWriteItem', 'Query', 'BatchExecuteStatement'].map((operation): Rule => ({ id: operation, caller: names.raise, service: 'dynamodb', operation, match: 'STORM:', action: 'delay', delayMs: 1 }));
    await proofs.setFaults(...aboutStorms);
    await proofs.put(lateShipment(shipmentId, place));
    await until(() => proofs.told(shipmentId).length > 0, `the notice of ${shipmentId}`, PATIENCE);
    await proofs.settled();
    const hits = await proofs.hits();
    const steps = await Promise.all([names.track, names.raise, names.notify].map(async (caller) => {
      const calls = await proofs.requestsOf(caller, since);
      return [...new Map(calls.map(({ service, operation }) => [`${service} ${operation}`, { caller, service, operation }])).values()];
    }));
    return [...steps.flat(), ...Object.keys(hits).filter((operation) => (hits[operation] ?? 0) > 0).map((operation) => ({ caller: names.raise, service: 'dynamodb', operation, match: 'STORM:' }))];
  }

  async function expectToldOnceAsOne(shipmentIds: readonly string[]): Promise<void> {
    const seen = await Promise.all(shipmentIds.map(async (shipmentId) => {
      const alerts = await proofs.alertsOf(shipmentId);
      const told = proofs.told(shipmentId);
      // At least once, with the alert's id, and whatever comes again comes under the key by which to drop it.
      return { shipmentId, alerts: alerts.length, isTold: told.length > 0 && told.every(({ alertId }) => alertId === alerts[0]?.alertId), keys: new Set(told.map(({ key }) => key)).size };
    }));
    expect(seen).toEqual(shipmentIds.map((shipmentId) => ({ shipmentId, alerts: 1, isTold: true, keys: 1 })));
  }
});

describe('regional numbers', () => {
  it('hold every shipment once while events and positions flow and workers die, and equal both recounts at rest', async () => {
    await proofs.setFaults(
      { id: 'state-after', caller: names.track, operation: 'BatchExecuteStatement', action: 'kill-caller', when: 'after', count: 1 },
      { id: 'state-before', caller: names.track, operation: 'BatchExecuteStatement', action: 'kill-caller', when: 'before', count: 1 },
    );
    const before = shipmentsIn(await freshCount());
    const flow = startFlow();
    const underLoad: number[] = [];
    // Repeats of what was put weeks ago: a replay.
    for (const slice of [0, 1_000, 2_000]) {
      await proofs.put(proofs.sent.slice(slice, slice + 1_000));
      underLoad.push(shipmentsIn(await freshCount()));
    }
    await flow.stop();
    await until(async () => Object.values(await proofs.hits()).every((hits) => hits === 1), 'both workers died', PATIENCE);
    await proofs.settled();
    const after = shipmentsIn(await freshCount());
    // Shipments only become more here: a count that met one twice, or not at all, would be outside.
    expect(underLoad.filter((counted) => counted < before || counted > after)).toEqual([]);
    expect(proofs.sent.filter(({ contract }) => contract === 'vehicle-position').length).toBeGreaterThan(1_000);
    await expectRecountsAgree();
  });

  it('equal both recounts after a count that died between its rows', async () => {
    await proofs.setFaults({ id: 'count', caller: names.count, operation: 'PutItem', action: 'kill-caller', when: 'after', count: 1 });
    await expect(proofs.invoke(names.count)).rejects.toThrow('failed');
    await proofs.setFaults();
    await expectRecountsAgree();
  });

  async function freshCount(): ReturnType<typeof storedCounts> {
    await proofs.invoke(names.count);
    return storedCounts(proofs);
  }

  const shipmentsIn = ({ regions }: Awaited<ReturnType<typeof storedCounts>>): number => Object.values(regions).flatMap(({ statuses }) => Object.values(statuses)).reduce((sum, count) => sum + count, 0);

  /**
   * At rest the only thing that moves is the clock: what it changes is written by the review, so both recounts are made for the
   * moment of a review and for that of the count after it. Where they differ something changed between the two, and it is done again.
   */
  async function expectRecountsAgree(tries = 5): Promise<void> {
    const reviewedAt = Date.now();
    await proofs.invoke(names.watch);
    await proofs.settled();
    const counts = await freshCount();
    const [then, now] = [await recountEntries(proofs, reviewedAt), await recountEntries(proofs, counts.countedAt)];
    const withoutTime = (regions: typeof now): object => Object.fromEntries(Object.entries(regions).map(([region, numbers]) => [region, { ...numbers, delayMs: 0 }]));
    if (JSON.stringify(withoutTime(then)) !== JSON.stringify(withoutTime(now)) && tries > 1) return expectRecountsAgree(tries - 1);
    expect(derivedParts(counts)).toEqual(now);
    expect(trueParts(counts)).toEqual(recountTruth(proofs, counts.countedAt));
  }

  /** The world lives on, about 60 positions a second, until it is stopped. */
  function startFlow(): { stop: () => Promise<void> } {
    let stopping = false;
    const flowing = (async () => {
      while (!stopping) {
        const now = Date.now();
        const records: SimulatedRecord[] = [...live(world, lived, now)];
        lived = now;
        await proofs.put(records);
        await wait(1_000);
      }
    })();
    return { stop: async () => {
      stopping = true;
      await flowing;
    } };
  }
});

describe('too many requests', () => {
  it('of one route are answered 429 in the gateway\'s words, those of others are not; who waits is answered', async () => {
    const url = await proofs.app.platform.output('serving', OUTPUTS.apiUrl);
    const stage = `/v2/apis/${url.split('/').at(-1)}/stages/$default`;
    const deployed = await proofs.aws('apigateway', stage, { method: 'GET' });
    expect(JSON.stringify(deployed['defaultRouteSettings']).toLowerCase()).toMatch(/(?=.*"throttlingratelimit":100)(?=.*"throttlingburstlimit":200)/);

    await proofs.aws('apigateway', stage, { method: 'PATCH', body: { routeSettings: { 'GET /v1/health': { throttlingRateLimit: 1, throttlingBurstLimit: 5 } } } });
    const answers = await Promise.all(Array.from({ length: 40 }, () => fetch(`${url}/v1/health`)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(5);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('content-type')).toBe('application/json');
    expect(await refused[0]?.json()).toEqual({ message: 'Too Many Requests' });
    expect((await fetch(`${url}/v1/overview`)).status).toBe(401);
    expect((await proofs.api('/v1/health')).status).toBe(200);
    await proofs.aws('apigateway', stage, { method: 'PATCH', body: { routeSettings: {} } });
  });
});
