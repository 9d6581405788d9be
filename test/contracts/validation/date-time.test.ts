import fc from 'fast-check';
import { DATE_TIME, explainDateTime } from '../../../contracts/validation/date-time.ts';

const RUNS = Number(process.env['RUNS'] ?? 1_000);
const two = (value: number): string => String(value).padStart(2, '0');

/** Whether the calendar has the day, by a second way: a date that does not exist moves when it is made. */
function exists(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

describe('date and time on the wire', () => {
  it.each([
    '2026-11-05T22:17:00Z', '2026-11-05T22:17:00.1Z', '2026-11-05T22:17:00.123456789Z', '2026-11-05T22:17:00+01:00', '2026-11-05T22:17:00-09:30', '2026-11-05T22:17:00+14:00',
    '2026-11-05T22:17:00-14:00', '2024-02-29T00:00:00Z', '2000-02-29T23:59:59Z', '2026-11-05T22:17:00+08:45', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z',
  ])('accepts %s', (text) => {
    expect(DATE_TIME.test(text)).toBe(true);
  });

  it.each([
    ['2026-02-30T10:00:00Z', 'is not a calendar date'],
    ['2026-02-29T10:00:00Z', 'is not a calendar date'],
    ['1900-02-29T10:00:00Z', 'is not a calendar date'],
    ['2026-04-31T10:00:00Z', 'is not a calendar date'],
    ['2026-13-01T10:00:00Z', 'is not a calendar date'],
    ['2026-19-39T10:00:00Z', 'is not a calendar date'],
    ['2026-00-10T10:00:00Z', 'is not a calendar date'],
    ['2026-11-05T22:17:00', 'has no offset'],
    ['2026-12-31T23:59:60Z', 'leap second'],
    ['2026-11-05T24:00:00Z', 'is not a time of day'],
    ['2026-11-05T22:60:00Z', 'is not a time of day'],
    ['2026-11-05T22:17:00+14:01', 'from -14:00 to +14:00'],
    ['2026-11-05T22:17:00+15:00', 'from -14:00 to +14:00'],
    ['2026-11-05T22:17:00+0100', 'no valid offset'],
    ['2026-11-05T22:17:00.Z', 'no valid offset'],
    ['2026-11-05', 'a date without a time'],
    ['2026-11-05 22:17:00Z', 'is not a date and time'],
    ['2026-11-05t22:17:00Z', 'write T'],
    ['2026-11-05T22:17:00z', 'no valid offset'],
    ['2026-11-05T22:17:00.1234567891Z', 'nine digits'],
    ['2026-11-05T22:17Z', 'is not a date and time'],
    ['20261105T221700Z', 'is not a date and time'],
    ['1762377420', 'is not a date and time'],
    ['', 'is not a date and time'],
    ['2026-11-05T22:17:00Z\n', 'is not a date and time'],
  ])('refuses %j: %s', (text, why) => {
    expect(DATE_TIME.test(text)).toBe(false);
    expect(explainDateTime(text)).toContain(why);
  });

  it('accepts exactly the days that the calendar has', () => {
    const day = fc.tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }));
    fc.assert(
      fc.property(day, ([year, month, date]) => {
        const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}T12:00:00Z`;
        expect(DATE_TIME.test(text)).toBe(exists(year, month, date));
      }),
      { numRuns: RUNS },
    );
  });

  it('accepts only what Date.parse reads as the same day', () => {
    const text = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }).map((date) => date.toISOString());
    fc.assert(fc.property(text, (iso) => DATE_TIME.test(iso) && new Date(Date.parse(iso)).toISOString() === iso), { numRuns: RUNS });
  });
});
