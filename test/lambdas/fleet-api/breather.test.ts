import { createBreather, STRETCH_MS } from '../../../lambdas/fleet-api/breather.ts';

/** A breather by a clock of our own, and how often it has paused. */
function breatherAt(start: number): { breathe: () => Promise<void> | undefined; to: (time: number) => void; pauses: () => number } {
  let [time, pauses] = [start, 0];
  const breathe = createBreather({
    now: () => time,
    pause: () => {
      pauses += 1;
      // Others worked for as long.
      time += 100;
      return Promise.resolve();
    },
  });
  return { breathe, to: (next) => (time = next), pauses: () => pauses };
}

describe('a long work', () => {
  it('goes on without a pause until it has held others up for long enough', async () => {
    const { breathe, to, pauses } = breatherAt(7);
    to(7 + STRETCH_MS - 0.1);
    expect(breathe()).toBeUndefined();
    to(7 + STRETCH_MS);
    await breathe();
    expect(pauses()).toBe(1);
  });

  it('does not count what others did in its pause', async () => {
    const { breathe, to, pauses } = breatherAt(0);
    to(STRETCH_MS);
    await breathe();
    expect([breathe(), pauses()]).toEqual([undefined, 1]);
  });
});
