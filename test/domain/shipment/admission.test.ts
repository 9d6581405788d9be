import fc from 'fast-check';
import { admission } from '../../../domain/shipment/index.ts';
import { actual, DAY, event, HORIZON, retract, RUNS, T0 } from './generators.ts';

const times = { arrivalTime: T0, horizonMs: HORIZON };

describe('admission to live state', () => {
  it('takes an event as old as the horizon and leaves an older one to the lake', () => {
    expect(admission(actual({ eventTime: T0 - HORIZON }), times)).toBe('ADMIT');
    expect(admission(actual({ eventTime: T0 - HORIZON - 1 }), times)).toBe('TOO_OLD');
  });

  it('judges the age of a retraction by its publishedTime', () => {
    expect(admission(retract('x', { publishedTime: T0 - HORIZON }), times)).toBe('ADMIT');
    expect(admission(retract('x', { publishedTime: T0 - HORIZON - 1 }), times)).toBe('TOO_OLD');
  });

  it('refuses a publishedTime more than 24 hours ahead: it would win its slot for ever', () => {
    expect(admission(actual({ publishedTime: T0 + DAY }), times)).toBe('ADMIT');
    expect(admission(actual({ publishedTime: T0 + DAY + 1 }), times)).toBe('CLOCK');
    expect(admission(retract('x', { publishedTime: T0 + DAY + 1 }), times)).toBe('CLOCK');
  });

  it('refuses an eventTime more than 400 days ahead', () => {
    expect(admission(actual({ eventTime: T0 + 400 * DAY }), times)).toBe('ADMIT');
    expect(admission(actual({ eventTime: T0 + 400 * DAY + 1 }), times)).toBe('CLOCK');
  });

  it('calls a wrong clock wrong even when the event is also too old', () => {
    expect(admission(actual({ eventTime: T0 - 2 * HORIZON, publishedTime: T0 + 2 * DAY }), times)).toBe('CLOCK');
  });

  it('looks at the record alone: the same record at the same arrival is always judged the same', () => {
    fc.assert(fc.property(event, fc.integer({ min: -500, max: 100 }), (one, days) => {
      const at = { arrivalTime: T0 + days * DAY, horizonMs: HORIZON };
      expect(admission(structuredClone(one), at)).toBe(admission(one, at));
    }), RUNS);
    // The arrival and the record are all it is given.
    expect(admission).toHaveLength(2);
  });
});
