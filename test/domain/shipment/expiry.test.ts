import fc from 'fast-check';
import { expiresAt, fold, storedUntil } from '../../../domain/shipment/index.ts';
import { actual, DAY, deliveries, HORIZON, HOUR, retract, RUNS, T0 } from './generators.ts';

const rule = { horizonMs: HORIZON, otherwise: T0 };

describe('the life of a shipment', () => {
  it('ends two horizons after the greatest time in its set, event or published', () => {
    expect(expiresAt(fold([actual({ eventTime: T0 + HOUR, publishedTime: T0 })]), rule)).toBe(T0 + HOUR + 90 * DAY);
    expect(expiresAt(fold([actual({ eventTime: T0, publishedTime: T0 + HOUR })]), rule)).toBe(T0 + HOUR + 90 * DAY);
  });

  it('does not depend on the order of arrival', () => {
    fc.assert(fc.property(deliveries, ({ told, arrivals }) => {
      expect(expiresAt(fold(arrivals), rule)).toBe(expiresAt(fold(told), rule));
    }), RUNS);
  });

  it('of a set of nothing but retractions goes by the record that made it', () => {
    expect(expiresAt(fold([retract('x')]), { ...rule, otherwise: T0 + HOUR })).toBe(T0 + HOUR + 90 * DAY);
  });

  it('stores pages beyond the shipment and its main item beyond its pages, so that no page is ever orphaned', () => {
    const until = storedUntil(T0, { horizonMs: HORIZON, hasPages: true });
    expect(until.pageAtLeast).toBe(T0 / 1000);
    expect(until.page).toBeGreaterThan(until.pageAtLeast);
    expect(until.main).toBeGreaterThan(until.page);
  });

  it('stores a shipment without pages, in whole seconds, until it expires', () => {
    expect(storedUntil(T0 + 1, { horizonMs: HORIZON, hasPages: false }).main).toBe(T0 / 1000 + 1);
  });
});
