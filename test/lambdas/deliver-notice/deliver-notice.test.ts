import type { AlertNotice } from '../../../domain/alert/index.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { createHandler } from '../../../lambdas/deliver-notice/create-handler.ts';
import type { DeliverNoticePorts } from '../../../lambdas/deliver-notice/create-handler.ts';
import type { Verdict } from '../../../lambdas/deliver-notice/judge-answer.ts';
import { DELIVER_NOTICE } from '../../../lambdas/deliver-notice/names.ts';
import type { Delivery } from '../../../lambdas/deliver-notice/names.ts';
import { NOTICES } from '../../fixtures/alert-notices/notices.ts';
import { FakeQueue } from './fake-queue.ts';

const LATE = NOTICES['late'] as AlertNotice;
const NOW = Date.parse(LATE.at) + 60_000;
const DELIVERED: Verdict = { kind: 'delivered' };
const again = (more: { waitSeconds?: number; everybody?: boolean } = {}): Verdict => ({ kind: 'again', reason: 'HTTP 500', waitSeconds: 0, everybody: false, ...more });
const NEVER: Verdict = { kind: 'never', reason: 'HTTP 404: no_service' };

const noticeOf = (name: string, at = LATE.at): AlertNotice => ({ ...LATE, alertId: name, key: `${name}|1|`, at });

interface World {
  readonly queue: FakeQueue;
  /** Alert ids in the order of their tries. */
  readonly tried: string[];
  readonly lines: string[];
  now: number;
  /** Hands over everything that is visible, as Lambda does, until nothing is. */
  readonly drain: () => Promise<void>;
}

function createWorld({ verdictOf, channel = 'slack', ports = {} }: { verdictOf: (notice: AlertNotice, time: number) => Verdict; channel?: Delivery['channel']; ports?: Partial<DeliverNoticePorts> }): World {
  const times = new Map<string, number>();
  const world: World = {
    queue: new FakeQueue(() => world.now),
    tried: [],
    lines: [],
    now: NOW,
    drain: async () => {
      for (let batch = world.queue.receive(DELIVER_NOTICE.batchSize); batch.length > 0; batch = world.queue.receive(DELIVER_NOTICE.batchSize)) {
        world.queue.settle(batch, await handler({ Records: batch }));
      }
    },
  };
  const handler = createHandler({
    delivery: { name: 'team', channel, plainHttp: false },
    deliver: async (notice) => {
      world.tried.push(notice.alertId);
      const time = (times.get(notice.key) ?? 0) + 1;
      times.set(notice.key, time);
      return Promise.resolve(verdictOf(notice, time));
    },
    putBack: async (record, seconds) => Promise.resolve(world.queue.hide(record, seconds)),
    giveUp: async (record, reason) => Promise.resolve(world.queue.giveUp(record, reason)),
    log: createLogger({ fields: {}, write: (line) => void world.lines.push(line) }),
    metricNamespace: 'Waybill/test',
    print: (line) => void world.lines.push(line),
    now: () => world.now,
    ...ports,
  });
  return world;
}

/** Until the queue is empty, second by second as time passes. */
async function live(world: World, hours: number): Promise<void> {
  const end = world.now + hours * 3_600_000;
  for (; world.now < end && world.queue.waiting > 0; world.now += 1_000) await world.drain();
}

const metricOf = (world: World, name: string): number => world.lines.map((line) => (JSON.parse(line) as Record<string, unknown>)[name]).reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0);

describe('deliver-notice', () => {
  it('delivers each notice once where all goes well', async () => {
    const world = createWorld({ verdictOf: () => DELIVERED });
    world.queue.send(...['A', 'B', 'C'].map((name) => noticeOf(name)));
    await world.drain();
    expect([world.tried, world.queue.waiting, world.queue.undelivered]).toEqual([['A', 'B', 'C'], 0, []]);
    expect(metricOf(world, 'NoticesDelivered')).toBe(3);
    expect(JSON.parse(world.lines.at(-1) ?? '')).toMatchObject({ Listener: 'team', _aws: { CloudWatchMetrics: [{ Namespace: 'Waybill/test', Dimensions: [['Listener']] }] } });
  });

  it('tries a notice again that failed, after 5 and 10 seconds, and not the others of its batch', async () => {
    const at: number[] = [];
    const world: World = createWorld({
      verdictOf: ({ alertId }, time) => {
        if (alertId === 'B') at.push((world.now - NOW) / 1_000);
        return alertId === 'B' && time < 3 ? again() : DELIVERED;
      },
    });
    world.queue.send(...['A', 'B', 'C'].map((name) => noticeOf(name)));
    await live(world, 1);
    expect(world.tried).toEqual(['A', 'B', 'C', 'B', 'B']);
    expect(at).toEqual([0, 5, 15]);
  });

  it('waits as long as the listener asks, and spares it the rest of the batch meanwhile', async () => {
    const world = createWorld({ verdictOf: (_, time) => (time === 1 && world.now === NOW ? again({ waitSeconds: 60, everybody: true }) : DELIVERED) });
    world.queue.send(...['A', 'B', 'C'].map((name) => noticeOf(name)));
    await world.drain();
    expect(world.tried).toEqual(['A']);
    world.now += 59_000;
    await world.drain();
    expect(world.tried).toEqual(['A']);
    world.now += 1_000;
    await world.drain();
    expect(world.tried).toEqual(['A', 'A', 'B', 'C']);
  });

  it('gives up what will never work, with the reason and the message as it was, and goes on', async () => {
    const world = createWorld({ verdictOf: ({ alertId }) => (alertId === 'A' ? NEVER : DELIVERED) });
    world.queue.send(noticeOf('A'), noticeOf('B'));
    await world.drain();
    expect(world.queue.undelivered).toEqual([{ body: JSON.stringify(noticeOf('A')), reason: 'HTTP 404: no_service' }]);
    expect([world.tried, world.queue.waiting]).toEqual([['A', 'B'], 0]);
    expect(world.lines.join('\n')).toMatch(/"level":"ERROR","message":"given up".*"alertId":"A".*no_service/);
  });

  it('gives up after fifty tries and three hours', async () => {
    const world = createWorld({ verdictOf: () => again() });
    world.queue.send(noticeOf('A'));
    await live(world, 5);
    expect(world.tried).toHaveLength(50);
    expect((world.now - NOW) / 3_600_000).toBeCloseTo(2.95, 1);
    expect(world.queue.undelivered).toEqual([{ body: JSON.stringify(noticeOf('A')), reason: 'tried 50 times; at last: HTTP 500' }]);
    // In every five minutes of the alarm there is a try that says so.
    expect(metricOf(world, 'NoticesOverdue')).toBeGreaterThan(170 / 5);
  });

  it('tells of a notice that is ten minutes late, not before', async () => {
    const world = createWorld({ verdictOf: () => again() });
    world.queue.send(noticeOf('A'));
    await live(world, 9.9 / 60);
    expect(metricOf(world, 'NoticesOverdue')).toBe(0);
    await live(world, 5 / 60);
    expect(metricOf(world, 'NoticesOverdue')).toBeGreaterThan(0);
  });

  it.each([['no JSON', 'hello'], ['another schema', '{"schema":"waybill.alert-notice/9"}'], ['half a notice', '{"schema":"waybill.alert-notice/1","key":"one"}'], ['a list', '[]']])('puts a message that is %s among the undelivered', async (_, body) => {
    const world = createWorld({ verdictOf: () => DELIVERED });
    world.queue.sendText(body);
    await world.drain();
    expect(world.queue.undelivered).toEqual([{ body, reason: 'the message is no notice of schema waybill.alert-notice/1' }]);
    expect(world.tried).toEqual([]);
  });

  it.each([['pagerduty', []], ['slack', []], ['webhook', ['A']]] as const)('after a day tells people (%s) nothing any more, machines still', async (channel, tried) => {
    const world = createWorld({ verdictOf: () => DELIVERED, channel });
    world.queue.send(noticeOf('A', new Date(NOW - 25 * 3_600_000).toISOString()));
    await world.drain();
    expect([world.tried, world.queue.waiting, world.queue.undelivered]).toEqual([tried, 0, []]);
  });

  it('begins no further notice when its time is nearly up', async () => {
    const world: World = createWorld({
      verdictOf: () => {
        world.now += 15_000;
        return DELIVERED;
      },
    });
    world.queue.send(...['A', 'B', 'C', 'D', 'E'].map((name) => noticeOf(name)));
    await world.drain();
    expect(world.tried).toEqual(['A', 'B', 'C']);
    world.now += 5_000;
    await world.drain();
    expect([world.tried, world.queue.waiting]).toEqual([['A', 'B', 'C', 'D', 'E'], 0]);
  });
});

describe('a crash of deliver-notice', () => {
  const CRASH = new Error('killed');

  it.each(['before', 'after'] as const)('%s a notice was delivered loses none; what was out comes again under its key', async (when) => {
    const out: AlertNotice[] = [];
    let crashed = false;
    const world = createWorld({
      verdictOf: () => DELIVERED,
      ports: {
        deliver: async (notice) => {
          const isHit = notice.alertId === 'B' && !crashed;
          if (isHit) crashed = true;
          if (isHit && when === 'before') throw CRASH;
          out.push(notice);
          if (isHit) throw CRASH;
          return Promise.resolve(DELIVERED);
        },
      },
    });
    world.queue.send(...['A', 'B', 'C'].map((name) => noticeOf(name)));
    await expect(world.drain()).rejects.toThrow('killed');
    // Nobody answered for the batch: all of it is seen again after the visibility timeout.
    world.now += DELIVER_NOTICE.visibilitySeconds * 1_000;
    await world.drain();
    expect([...new Set(out.map(({ key }) => key))].sort()).toEqual(['A|1|', 'B|1|', 'C|1|']);
    expect(out).toHaveLength(when === 'before' ? 4 : 5);
    expect(world.queue.waiting).toBe(0);
  });

  it('between the undelivered and its answer leaves two copies there, none lost', async () => {
    let crashed = false;
    const world: World = createWorld({
      verdictOf: () => NEVER,
      ports: {
        giveUp: async (record, reason) => {
          world.queue.giveUp(record, reason);
          if (crashed) return Promise.resolve();
          crashed = true;
          throw CRASH;
        },
      },
    });
    world.queue.send(noticeOf('A'));
    await live(world, 1);
    expect(world.queue.undelivered.map(({ body }) => (JSON.parse(body) as AlertNotice).key)).toEqual(['A|1|', 'A|1|']);
    expect(world.queue.waiting).toBe(0);
  });

  it('or of the queue, when a wait is set, lets the message come after its visibility timeout', async () => {
    const world = createWorld({ verdictOf: (_, time) => (time === 1 ? again() : DELIVERED), ports: { putBack: async () => Promise.reject(CRASH) } });
    world.queue.send(noticeOf('A'));
    await live(world, 1);
    expect(world.tried).toEqual(['A', 'A']);
    expect((world.now - NOW) / 1_000).toBeGreaterThanOrEqual(DELIVER_NOTICE.visibilitySeconds);
  });
});
