import { createHandler } from '../../../lambdas/day-gate/create-handler.ts';
import type { GateAnswer, GatePorts, GateRequest } from '../../../lambdas/day-gate/create-handler.ts';
import type { GateMarker, GateShard } from '../../../domain/lake/day-gate.ts';
import { parseMarker } from '../../../lambdas/_shared/decode/marker.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';

const AFTER_MIDNIGHT = Date.parse('2026-11-20T23:05:00Z');
const shard = (name: string, startingHashKey: string): GateShard => ({ shard: name, open: true, startingHashKey, parents: [] });

/** A stream of two shards and its ledger, in memory. */
function gate(change: Partial<GatePorts> = {}) {
  const markers = new Map<string, GateMarker>();
  const loaded = new Map<string, string>();
  const puts: { hashKey: string; text: string }[] = [];
  const clock = { now: AFTER_MIDNIGHT };
  const ask = createHandler({
    contracts: ['shipment-event'],
    shards: () => Promise.resolve([shard('s0', '0'), shard('s1', '500')]),
    put: (_, { hashKey, data }) => {
      puts.push({ hashKey, text: Buffer.from(data).toString() });
      return Promise.resolve({ shard: hashKey === '0' ? 's0' : 's1', sequence: String(puts.length) });
    },
    ledger: {
      markers: () => Promise.resolve([...markers.values()]),
      notePut: ({ shard: name, markerId, putAt }) => Promise.resolve(void markers.set(name, { shard: name, markerId, putAt, seenSortKey: '' })),
      loadedThrough: () => Promise.resolve(loaded),
      waits: () => Promise.resolve(false),
    },
    onFailureObjects: () => Promise.resolve(0),
    settings: { businessTimeZone: 'Europe/Berlin', objective: '05:30', agreement: '06:00', atAgreement: 'keep-previous' },
    now: () => clock.now,
    log: createLogger({ fields: {}, write: () => undefined }),
    ...change,
  });
  const request: GateRequest = { day: '2026-11-20', startedAt: new Date(AFTER_MIDNIGHT).toISOString(), warned: false, buildMinutes: 10, restateMinutes: 40 };
  return { ask: (more: Partial<GateRequest> = {}): Promise<GateAnswer> => ask({ ...request, ...more }), markers, loaded, puts, clock };
}

describe('day-gate', () => {
  it('puts one marker to each open shard, that archive-events knows as one', async () => {
    const { ask, puts } = gate();
    expect(await ask()).toMatchObject({ step: 'wait', summary: 'shipment-event: s0: its marker has not arrived in bronze; s1: its marker has not arrived in bronze' });
    expect(puts.map(({ hashKey }) => hashKey)).toEqual(['0', '500']);
    expect(puts[1]?.text.slice(0, 4)).toBe('WBM1');
    expect(parseMarker(Buffer.from(puts[1]?.text ?? ''))).toEqual({ markerId: 'shipment-event#2026-11-20#s1', contract: 'shipment-event', day: '2026-11-20', putAt: '2026-11-20T23:05:00.000Z' });
  });

  it('puts none again while they may still arrive', async () => {
    const { ask, puts, clock } = gate();
    await ask();
    clock.now += 60_000;
    await ask();
    expect(puts).toHaveLength(2);
    clock.now += 300_000;
    await ask();
    expect(puts).toHaveLength(4);
  });

  it('lets the day be published once silver has every shard up to its marker', async () => {
    const { ask, markers, loaded } = gate();
    await ask();
    for (const [name, marker] of markers) markers.set(name, { ...marker, seenSortKey: '007' });
    loaded.set('s0', '009').set('s1', '007');
    expect(await ask()).toEqual({ step: 'publish', missing: {}, summary: '', objective: '2026-11-21T04:30:00.000Z', agreement: '2026-11-21T05:00:00.000Z', estimate: '2026-11-20T23:15:00.000Z', late: false, hurry: false });
  });

  it('notes the shard that took the marker, when a resharding came between', async () => {
    const { ask, markers } = gate({ shards: () => Promise.resolve([shard('s0', '0')]), put: () => Promise.resolve({ shard: 's7', sequence: '1' }) });
    await ask();
    expect([...markers.keys()]).toEqual(['s7']);
  });

  it('puts nothing before the day has ended in its time zone', async () => {
    const { ask, puts, clock } = gate();
    clock.now = Date.parse('2026-11-20T22:59:59Z');
    expect(await ask()).toMatchObject({ step: 'wait', missing: { 'shipment-event': ['the day has not ended'] } });
    expect(puts).toEqual([]);
  });

  it('warns before the objective is missed, and keeps the previous day at the agreement', async () => {
    const { ask, clock } = gate();
    clock.now = Date.parse('2026-11-21T04:20:00Z');
    expect(await ask()).toMatchObject({ step: 'warn' });
    expect(await ask({ warned: true })).toMatchObject({ step: 'wait' });
    clock.now = Date.parse('2026-11-21T04:50:00Z');
    expect(await ask({ warned: true })).toMatchObject({ step: 'keep-previous' });
  });

  it('says when there is no time for days that can wait, and when the day itself will be late', async () => {
    const { ask, clock } = gate();
    clock.now = Date.parse('2026-11-21T03:50:00Z');
    expect(await ask()).toMatchObject({ hurry: true, late: false, estimate: '2026-11-21T04:00:00.000Z' });
    clock.now = Date.parse('2026-11-21T04:20:00Z');
    expect(await ask()).toMatchObject({ hurry: true, late: true, estimate: '2026-11-21T04:30:00.000Z' });
    // A person wants a day of before: no clock runs.
    clock.now = Date.parse('2026-11-23T12:00:00Z');
    expect(await ask({ startedAt: new Date(clock.now).toISOString() })).toMatchObject({ hurry: false, late: false });
  });

  it('refuses what is no day', async () => {
    await expect(gate().ask({ day: '20.11.2026' })).rejects.toThrow('day: got "20.11.2026"');
  });
});
