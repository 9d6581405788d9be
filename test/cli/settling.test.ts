import fc from 'fast-check';
import { Settling } from '../../cli/world/settling.ts';
import type { Consumer } from '../../cli/world/settling.ts';

/** A chain of streams, each with one consumer that puts every record on the next stream, in a time of its own. */
class Chain {
  now = 1_000;
  readonly #streams: { waiting: number[]; working: { arrival: number; until: number }[]; readAt: number; readUpTo: number | null; finished: number }[];
  readonly #stages: readonly { readonly pollMs: number; readonly workMs: number }[];

  constructor(stages: readonly { readonly pollMs: number; readonly workMs: number }[]) {
    this.#stages = stages;
    this.#streams = stages.map(() => ({ waiting: [], working: [], readAt: 0, readUpTo: null, finished: 0 }));
  }

  put(stream = 0): void {
    this.#streams[stream]?.waiting.push(this.now);
  }

  /** One millisecond. */
  tick(): void {
    this.now += 1;
    for (const [index, stream] of this.#streams.entries()) {
      const { pollMs, workMs } = this.#stages[index] ?? { pollMs: 1, workMs: 1 };
      for (const done of stream.working.filter(({ until }) => until <= this.now)) {
        stream.working.splice(stream.working.indexOf(done), 1);
        stream.finished += 1;
        this.put(index + 1);
      }
      if (this.now < stream.readAt) continue;
      stream.working.push(...stream.waiting.splice(0).map((arrival) => ({ arrival, until: this.now + workMs })));
      stream.readUpTo = this.now;
      stream.readAt = this.now + pollMs;
    }
  }

  consumers(): Consumer[] {
    return this.#streams.map(({ working, readUpTo, finished }, index) => ({ uuid: String(index), stream: `stream-${index}`, shards: [{ lagMs: Math.max(0, ...working.map(({ arrival }) => this.now - arrival)), waiting: 0, inFlight: working.length, readUpTo, finished }] }));
  }

  /** Records on all streams of which one is this old or older. */
  underWay(before = Infinity): number {
    return this.#streams.flatMap(({ waiting, working }) => [...waiting, ...working.map(({ arrival }) => arrival)]).filter((arrival) => arrival < before).length;
  }
}

const stages = fc.array(fc.record({ pollMs: fc.integer({ min: 1, max: 40 }), workMs: fc.integer({ min: 1, max: 60 }) }), { minLength: 1, maxLength: 5 });

/** Looks every so many ms, each answer taking some; milliseconds until it was called at rest. */
function settle(chain: Chain, { everyMs, answerMs }: { everyMs: number; answerMs: number }, meanwhile: () => void = () => undefined): number {
  const begun = chain.now;
  const settling = new Settling(begun);
  const pass = (ms: number): void => {
    for (let at = 0; at < ms; at += 1) {
      meanwhile();
      chain.tick();
    }
  };
  for (;;) {
    const askedAt = chain.now;
    pass(answerMs);
    const consumers = chain.consumers();
    pass(answerMs);
    if (settling.look(consumers, { askedAt, answeredAt: chain.now })) return chain.now - begun;
    if (chain.now - begun > 60_000) throw new Error('never at rest');
    pass(everyMs);
  }
}

describe('settling', () => {
  it('is over only when nothing is under way on any stream of the chain', () => {
    fc.assert(fc.property(stages, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 3 }), (chainStages, records, everyMs, answerMs) => {
      const chain = new Chain(chainStages);
      for (let record = 0; record < records; record += 1) {
        chain.put();
        chain.tick();
      }
      settle(chain, { everyMs, answerMs });
      expect(chain.underWay()).toBe(0);
    }), { numRuns: 500 });
  });

  it('ends for what was there although others go on putting', () => {
    fc.assert(fc.property(stages, fc.integer({ min: 1, max: 5 }), (chainStages, every) => {
      const chain = new Chain(chainStages);
      chain.put();
      const first = chain.now;
      const longest = settle(chain, { everyMs: 10, answerMs: 1 }, () => { if (chain.now % every === 0) chain.put(); });
      // The first record has gone through every stage: a stage takes its poll, its work and a millisecond.
      expect(longest).toBeGreaterThanOrEqual(chainStages.reduce((sum, { workMs }) => sum + workMs, 0));
      expect(chain.underWay(first + 1)).toBe(0);
    }), { numRuns: 200 });
  });

  it('waits for consumers that do not run yet, and for shards that nobody reads', () => {
    const times = { askedAt: 20, answeredAt: 21 };
    const consumer = (shards: Consumer['shards']): Consumer => ({ uuid: 'a', stream: 's', shards });
    expect(new Settling(10).look([], times)).toBe(false);
    expect(new Settling(10).look([consumer([])], times)).toBe(false);
    const progress = { lagMs: 0, waiting: 0, inFlight: 0, finished: 0 };
    expect(new Settling(10).look([consumer([{ ...progress, readUpTo: null }])], times)).toBe(false);
    expect(new Settling(10).look([consumer([{ ...progress, readUpTo: 10 }])], times)).toBe(false);
    expect(new Settling(10).look([consumer([{ ...progress, readUpTo: 11, waiting: 1, lagMs: 10 }])], times)).toBe(false);
    expect(new Settling(10).look([consumer([{ ...progress, readUpTo: 11, waiting: 1, lagMs: 9 }])], times)).toBe(true);
    expect(new Settling(10).look([consumer([{ ...progress, readUpTo: 11 }])], times)).toBe(true);
  });
});
