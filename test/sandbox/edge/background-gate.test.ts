import { createBackgroundGate } from '../../../sandbox/edge/background-gate.ts';

/** Calls in the order in which they began; each ends when told. */
function gated(): { call: (name: string, from: { service: string; worker: string }) => Promise<string>; begun: string[]; end: (name: string) => Promise<void> } {
  const gate = createBackgroundGate((worker) => worker.startsWith('batch'));
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    call: (name, from) =>
      gate.pass(from, () => {
        begun.push(name);
        return new Promise((resolve, reject) => ends.set(name, () => (name.startsWith('bad') ? reject(new Error(name)) : resolve(name))));
      }),
    end: async (name) => {
      ends.get(name)?.();
      await new Promise(setImmediate);
    },
  };
}
const BATCH = { service: 'dynamodb', worker: 'batch-1' };

describe('calls of functions for which nobody waits', () => {
  it('go on two at a time, in their order, also after one that failed', async () => {
    const { call, begun, end } = gated();
    const all = ['a', 'bad', 'c', 'd'].map((name) => call(name, BATCH).catch((error: unknown) => String(error)));
    expect(begun).toEqual(['a', 'bad']);
    await end('bad');
    expect(begun).toEqual(['a', 'bad', 'c']);
    await end('a');
    await end('c');
    await end('d');
    expect(await Promise.all(all)).toEqual(['a', 'Error: bad', 'c', 'd']);
    void call('e', BATCH);
    void call('f', BATCH);
    void call('g', BATCH);
    expect(begun.slice(4)).toEqual(['e', 'f']);
  });

  it('hold up nobody else: no function that answers somebody, no user, no service whose calls may wait inside', () => {
    const { call, begun } = gated();
    for (const name of ['a', 'b', 'c']) void call(name, BATCH);
    void call('answering', { service: 'dynamodb', worker: 'answer-1' });
    void call('user', { service: 'dynamodb', worker: '' });
    void call('queue', { service: 'sqs', worker: 'batch-1' });
    expect(begun).toEqual(['a', 'b', 'answering', 'user', 'queue']);
  });
});
