import { laneTimes, plannedRest } from '../../../domain/delay/index.ts';
import type { LastEvent } from '../../../domain/shipment/index.ts';

const HOUR = 3_600_000;
const departed: LastEvent = { type: 'DEPARTED', place: 'NLRTM', destination: 'DEHAM', eventTime: 0 };
const rest = laneTimes([
  { origin: 'NLRTM', destination: 'DEHAM', mode: 'ROAD', hours: 10 },
  { origin: 'CNSHA', destination: 'DEHAM', mode: 'OCEAN', hours: 600 },
  { origin: 'CNSHA', destination: 'DEHAM', mode: 'AIR', hours: 20 },
]);

describe('the standard times of lanes', () => {
  it('are transit and the hours behind it, from a departure on', () => {
    expect(rest(departed)).toBe(28 * HOUR);
    expect(rest({ ...departed, type: 'LOADED' })).toBeUndefined();
  });

  it('are unknown for a lane that is not listed, and for one with several modes', () => {
    expect(rest({ ...departed, destination: 'ESMAD' })).toBeUndefined();
    expect(rest({ ...departed, place: 'CNSHA' })).toBeUndefined();
  });

  it('at the destination are the hours to the delivery', () => {
    expect(rest({ ...departed, type: 'OUT_FOR_DELIVERY', place: 'DEHAM' })).toBe(4 * HOUR);
    expect(rest({ ...departed, type: 'HELD', place: 'DEHAM' })).toBeUndefined();
  });
});

describe('the rest of the plan', () => {
  it('moves the end by what the last step was late, and never before the plan', () => {
    expect(plannedRest({ ...departed, eventTime: 5 * HOUR, plannedRest: 20 * HOUR, plannedEnd: 23 * HOUR })).toBe(20 * HOUR);
    expect(plannedRest({ ...departed, eventTime: 2 * HOUR, plannedRest: 20 * HOUR, plannedEnd: 23 * HOUR })).toBe(21 * HOUR);
    expect(plannedRest(departed)).toBeUndefined();
  });
});
