import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { createFleetHolder } from '../../../lambdas/fleet-api/fleet-holder.ts';
import type { Fleet } from '../../../lambdas/fleet-api/fleet.ts';

const [REFRESH_MS, BOUND_MS] = [5_000, 12_000];

it('a reading is urgent while an answer waits for it, and only then', async () => {
  let now = 0;
  const readings: { readonly asOf: number; readonly isUrgent: () => boolean; readonly end: () => void }[] = [];
  const read = (asOf: number, isUrgent: () => boolean): Promise<Fleet> => new Promise((resolve) => readings.push({ asOf, isUrgent, end: () => resolve({ asOf } as Fleet) }));
  const holder = createFleetHolder({ read, now: () => now, refreshMs: REFRESH_MS, boundMs: BOUND_MS, log: createLogger({ fields: {}, write: () => undefined }) });
  const first = holder.get();
  expect(readings[0]?.isUrgent()).toBe(true);
  readings[0]?.end();
  await first;
  now = REFRESH_MS + 1;
  await holder.get();
  expect([readings.length, readings[1]?.isUrgent()]).toEqual([2, false]);
  now = BOUND_MS + 1;
  const late = holder.get();
  expect([readings.length, readings[1]?.isUrgent()]).toEqual([2, true]);
  readings[1]?.end();
  expect((await late).fleet.asOf).toBe(REFRESH_MS + 1);
  expect(readings[1]?.isUrgent()).toBe(false);
});
