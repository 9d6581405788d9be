import { bucketOf } from '../../../lambdas/track-shipments/list-keys.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { N, numberOf, S, stringOf } from '../../../lambdas/_shared/marshall.ts';
import { createDynamoBatches } from '../../../lambdas/track-shipments/dynamo-batches.ts';
import { createStateStore } from '../../../lambdas/track-shipments/state-store.ts';
import { BOUNDS, createHandler } from '../../../lambdas/watch-stalls/create-handler.ts';
import type { WatchStallsAnswer } from '../../../lambdas/watch-stalls/create-handler.ts';
import { readDue } from '../../../lambdas/watch-stalls/due-index.ts';
import type { DueShipment } from '../../../lambdas/watch-stalls/due-index.ts';
import { createFakeAws } from '../track-shipments/fake-aws.ts';
import type { FakeAws } from '../track-shipments/fake-aws.ts';
import { createTracker, HORIZON_MS, TABLE, wireEvent } from '../track-shipments/tracker.ts';

const T0 = Date.parse('2026-11-20T11:00:00Z');
const HOUR = 3_600_000;
const planned = (shipmentId: string): Readonly<Record<string, unknown>> => wireEvent({ shipmentId, eventId: 'plan', eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: '2026-11-20T11:00:00Z' });

interface Watch {
  readonly lines: string[];
  readonly run: () => Promise<WatchStallsAnswer>;
}

/** Over the table itself in place of its index, which follows at once. */
function createWatch(aws: FakeAws, now: number | (() => number), due?: () => DueShipment[]): Watch {
  const lines: string[] = [];
  const log = createLogger({ fields: {}, write: (line) => void lines.push(line) });
  const wait = async (): Promise<void> => Promise.resolve();
  const handler = createHandler({
    readDue: async ({ now: until, perBucket }) => {
      const all = due?.() ?? aws.items(TABLE).flatMap((item) => ((numberOf(item['reviewAt']) ?? Infinity) <= until ? [{ shipmentId: stringOf(item['pk']) ?? '', reviewAt: numberOf(item['reviewAt']) ?? 0 }] : []));
      return Promise.resolve({ shipments: all.slice(0, perBucket), hasMore: all.length > perBucket });
    },
    store: createStateStore({ batches: createDynamoBatches({ aws, table: TABLE, pause: wait, log }), table: TABLE, horizonMs: HORIZON_MS, log, pause: wait }),
    closeStorms: async () => Promise.resolve(0),
    log,
    metricNamespace: 'Waybill/test',
    print: (line) => void lines.push(line),
    now: typeof now === 'number' ? () => now : now,
  });
  return { lines, run: handler };
}

const alertsOf = (aws: FakeAws, shipmentId: string): string | undefined => stringOf(aws.items(TABLE).find((item) => stringOf(item['pk']) === shipmentId)?.['alerts']);

describe('watch-stalls', () => {
  it('opens an alert that only the clock opens, by a state write, and goes on level by level', async () => {
    const aws = createFakeAws();
    await createTracker(aws, { now: () => T0 }).send(planned('SHP-1'));
    expect(await createWatch(aws, T0 + HOUR - 1).run()).toStrictEqual({ written: 0, unchanged: 0, failed: 0, hasMore: false });
    expect(alertsOf(aws, 'SHP-1')).toBeUndefined();
    expect(await createWatch(aws, T0 + HOUR).run()).toMatchObject({ written: 1 });
    expect(alertsOf(aws, 'SHP-1')).toContain('"LATE","ARRIVED|NLRTM",1');
    await createWatch(aws, T0 + 4 * HOUR).run();
    expect(alertsOf(aws, 'SHP-1')).toContain('"LATE","ARRIVED|NLRTM",2');
    await createWatch(aws, T0 + 13 * HOUR).run();
    expect(alertsOf(aws, 'SHP-1')).toContain('"SILENT","ARRIVED|NLRTM",1');
    await createWatch(aws, T0 + 25 * HOUR).run();
    expect(aws.items(TABLE)[0]).not.toHaveProperty('reviewAt');
  });

  it('writes nothing for what another writer has done already, nor for a shipment that is gone', async () => {
    const aws = createFakeAws();
    await createTracker(aws, { now: () => T0 }).send(planned('SHP-1'));
    await createWatch(aws, T0 + HOUR).run();
    const writes = aws.writes(TABLE);
    const stale = createWatch(aws, T0 + HOUR, () => [{ shipmentId: 'SHP-1', reviewAt: T0 }, { shipmentId: 'GONE', reviewAt: T0 }]);
    expect(await stale.run()).toMatchObject({ written: 0, unchanged: 2, failed: 0 });
    expect(aws.writes(TABLE)).toBe(writes);
    expect(aws.items(TABLE)).toHaveLength(1);
  });

  it('takes round after round until nothing is due, and stops in time for the next run', async () => {
    const aws = createFakeAws();
    const count = BOUNDS.perBucket * 2 + 10;
    await createTracker(aws, { now: () => T0 }).send(...Array.from({ length: count }, (_, index) => planned(`SHP-${index}`)));
    expect(await createWatch(aws, T0 + HOUR).run()).toMatchObject({ written: count, hasMore: false });
    let clock = T0 + 4 * HOUR - BOUNDS.roundsUntilMs;
    const slow = createWatch(aws, () => (clock += BOUNDS.roundsUntilMs / 2));
    expect(await slow.run()).toMatchObject({ written: BOUNDS.perBucket, hasMore: true });
  });

  it('says how late the oldest review is, and tries again what was refused', async () => {
    const aws = createFakeAws();
    await createTracker(aws, { now: () => T0 }).send(planned('SHP-1'));
    aws.hooks = { refuse: () => 'ThrottlingError' };
    const watch = createWatch(aws, T0 + 3 * HOUR);
    expect(await watch.run()).toMatchObject({ written: 0, failed: 1 });
    expect(watch.lines.join('\n')).toContain(`"ReviewDelay":${2 * HOUR}`);
    aws.hooks = {};
    expect(await createWatch(aws, T0 + 3 * HOUR).run()).toMatchObject({ written: 1 });
  });
});

describe('the due index', () => {
  it('is asked bucket by bucket, with a bound', async () => {
    const asked: Record<string, unknown>[] = [];
    const dynamo = async (_: string, input: object): Promise<Record<string, unknown>> => {
      asked.push(input as Record<string, unknown>);
      return Promise.resolve(asked.length === 3 ? { Items: [{ pk: S('SHP-1'), reviewAt: N(5) }], LastEvaluatedKey: { pk: S('SHP-1') } } : { Items: [] });
    };
    expect(await readDue({ aws: { dynamo }, table: 'shipments' }, { now: 7, perBucket: 1 })).toStrictEqual({ shipments: [{ shipmentId: 'SHP-1', reviewAt: 5 }], hasMore: true });
    const buckets = asked.map(({ ExpressionAttributeValues: values }) => stringOf((values as Record<string, unknown>)[':pk']));
    const used = new Set(Array.from({ length: 500 }, (_, index) => String(bucketOf(`SHP-${index}`)).padStart(2, '0')));
    expect([...used].sort()).toStrictEqual(buckets.sort());
    expect(asked[0]).toMatchObject({ IndexName: 'due', Limit: 1, KeyConditionExpression: '#bucket = :pk AND reviewAt <= :now' });
  });
});
