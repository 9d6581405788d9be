import { createBreather, REST_MS, STRETCH_MS } from '../../../lambdas/fleet-api/breather.ts';

/** A breather by a clock of our own, and how often it has paused. */
function breatherAt(start: number, isUrgent = false): { breathe: () => Promise<void> | undefined; to: (time: number) => void; pauses: readonly number[] } {
  let time = start;
  const pauses: number[] = [];
  const breathe = createBreather({
    isUrgent: () => isUrgent,
    now: () => time,
    pause: (ms) => {
      pauses.push(ms);
      // Others worked for as long.
      time += 100;
      return Promise.resolve();
    },
  });
  return { breathe, to: (next) => (time = next), pauses };
}

describe('a long work', () => {
  it('goes on without a pause until it has held others up for long enough', async () => {
    const { breathe, to, pauses } = breatherAt(7);
    to(7 + STRETCH_MS - 0.1);
    expect(breathe()).toBeUndefined();
    to(7 + STRETCH_MS);
    await breathe();
    expect(pauses).toEqual([REST_MS]);
  });

  it('that somebody waits for lets others go first and then goes on at once', async () => {
    const { breathe, to, pauses } = breatherAt(0, true);
    to(STRETCH_MS);
    await breathe();
    expect(pauses).toEqual([0]);
  });

  it('does not count what others did in its pause', async () => {
    const { breathe, to, pauses } = breatherAt(0);
    to(STRETCH_MS);
    await breathe();
    expect([breathe(), pauses.length]).toEqual([undefined, 1]);
  });
});
