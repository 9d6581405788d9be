import { LEAST_PATIENCE_MS, PUT_AGAIN_AFTER_MS, judgeDay, nextStep, shardsToMark } from '../../../domain/lake/day-gate.ts';
import type { GateInput, GateMarker, GateShard, Patience } from '../../../domain/lake/day-gate.ts';

const NOW = Date.parse('2026-11-21T01:00:00Z');
const shard = (name: string, more: Partial<GateShard> = {}): GateShard => ({ shard: name, open: true, startingHashKey: '0', parents: [], ...more });
const marker = (name: string, more: Partial<GateMarker> = {}): GateMarker => ({ shard: name, markerId: `m-${name}`, putAt: NOW - 60_000, seenSortKey: '050', ...more });
const by = (...markers: GateMarker[]): Map<string, GateMarker> => new Map(markers.map((each) => [each.shard, each]));
const COMPLETE: GateInput = { now: NOW, shards: [shard('s0'), shard('s1')], markers: by(marker('s0'), marker('s1')), loadedThrough: new Map([['s0', '050'], ['s1', '070']]), waitingClosed: [], onFailureObjects: 0 };

describe('a day', () => {
  it('is complete when every open shard is loaded up to its marker', () => {
    expect(judgeDay(COMPLETE)).toEqual({ complete: true });
  });

  it.each<[string, Partial<GateInput>, string[]]>([
    ['a shard has no marker', { markers: by(marker('s0')) }, ['s1: has no marker yet']],
    ['a marker has not arrived', { markers: by(marker('s0'), marker('s1', { seenSortKey: '' })) }, ['s1: its marker has not arrived in bronze']],
    ['a shard is not loaded up to its marker', { loadedThrough: new Map([['s0', '049'], ['s1', '070']]) }, ['s0: not loaded up to its marker']],
    ['a shard has never been loaded', { loadedThrough: new Map([['s0', '050']]) }, ['s1: not loaded up to its marker']],
    ['a closed shard waits', { shards: [...COMPLETE.shards, shard('s9', { open: false })], waitingClosed: ['s9'] }, ['s9: closed, and not loaded to its end']],
    ['Lambda gave up on a batch', { onFailureObjects: 1 }, ['1 batch waits in the on-failure prefix (waybill redrive)']],
  ])('is not complete when %s, and says so', (_, change, missing) => {
    expect(judgeDay({ ...COMPLETE, ...change })).toEqual({ complete: false, missing });
  });

  it('says all that is missing at once', () => {
    expect(judgeDay({ ...COMPLETE, markers: by(marker('s0', { seenSortKey: '' })), onFailureObjects: 2 })).toMatchObject({ missing: [expect.stringContaining('s1'), expect.stringContaining('s0'), expect.stringContaining('2 batches')] });
  });

  it('does not wait for a closed shard of which nothing waits, nor for one that the stream no longer knows', () => {
    expect(judgeDay({ ...COMPLETE, shards: [...COMPLETE.shards, shard('s9', { open: false })], waitingClosed: ['s8'] })).toEqual({ complete: true });
  });
});

describe('markers', () => {
  const names = (input: Partial<GateInput>): string[] => shardsToMark({ ...COMPLETE, ...input }).map((each) => each.shard);

  it('go to every open shard that has none', () => {
    expect(names({ markers: new Map() })).toEqual(['s0', 's1']);
    expect(names({ shards: [shard('s0'), shard('s1', { open: false })], markers: new Map() })).toEqual(['s0']);
  });

  it('do not go to the child of a marked shard, but to that of an unmarked one', () => {
    expect(names({ shards: [shard('s2', { parents: ['s0'] }), shard('s3', { parents: ['s7'] })] })).toEqual(['s3']);
  });

  it('go again where one went astray, not before five minutes, and never once it was seen', () => {
    const unseen = (age: number): string[] => names({ markers: by(marker('s0', { seenSortKey: '', putAt: NOW - age }), marker('s1', { putAt: 0 })) });
    expect(unseen(PUT_AGAIN_AFTER_MS - 1)).toEqual([]);
    expect(unseen(PUT_AGAIN_AFTER_MS)).toEqual(['s0']);
  });
});

describe('a run', () => {
  const HOUR = 3_600_000;
  const patience: Patience = { now: NOW, startedAt: NOW - HOUR, objective: NOW + 3 * HOUR, agreement: NOW + 4 * HOUR, buildMs: HOUR / 2, atAgreement: 'keep-previous', warned: false };
  const at = (change: Partial<Patience>): string => nextStep(false, { ...patience, ...change });

  it('publishes a complete day, whenever it is', () => {
    expect(nextStep(true, patience)).toBe('publish');
    expect(nextStep(true, { ...patience, now: patience.agreement + HOUR })).toBe('publish');
  });

  it('waits while the objective can still be met, warns once when it cannot, and waits on', () => {
    expect(at({})).toBe('wait');
    expect(at({ now: patience.objective - HOUR / 2 - 1 })).toBe('wait');
    expect(at({ now: patience.objective - HOUR / 2 })).toBe('warn');
    expect(at({ now: patience.objective - HOUR / 2, warned: true })).toBe('wait');
  });

  it('at the agreement, less the time of building, does what the environment chose', () => {
    expect(at({ now: patience.agreement - HOUR / 2 - 1, warned: true })).toBe('wait');
    expect(at({ now: patience.agreement - HOUR / 2, warned: true })).toBe('keep-previous');
    expect(at({ now: patience.agreement - HOUR / 2, warned: true, atAgreement: 'publish-flagged' })).toBe('publish-flagged');
  });

  it('that a person starts for an old day gives its markers ten minutes, and warns nobody', () => {
    const old = { now: patience.agreement + 30 * HOUR, startedAt: patience.agreement + 30 * HOUR };
    expect(at(old)).toBe('wait');
    expect(at({ ...old, now: old.now + LEAST_PATIENCE_MS })).toBe('keep-previous');
  });
});
