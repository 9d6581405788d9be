import fc from 'fast-check';
import { addDays, businessDay, isDay, localTime, startOfDay, wallClock } from '../../../domain/time/business-day.ts';

const HOUR = 3_600_000;
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'America/Sao_Paulo'];
const day = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays('2000-01-01', days));

describe('a business day', () => {
  it.each([
    ['2026-11-20T22:59:59Z', 'Europe/Berlin', '2026-11-20', '23:59'],
    ['2026-11-20T23:00:00Z', 'Europe/Berlin', '2026-11-21', '00:00'],
    ['2026-07-20T22:00:00Z', 'Europe/Berlin', '2026-07-21', '00:00'],
    ['2026-11-20T04:59:59Z', 'America/New_York', '2026-11-19', '23:59'],
    ['2026-11-20T18:30:00Z', 'Asia/Kolkata', '2026-11-21', '00:00'],
  ])('%s is on the wall of %s the %s, %s', (instant, zone, date, time) => {
    expect(wallClock(Date.parse(instant), zone)).toEqual({ date, time });
  });

  it.each([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
    ['2026-11-20', 24],
  ])('%s has %i hours in Berlin', (date, hours) => {
    expect(startOfDay(addDays(date, 1), 'Europe/Berlin') - startOfDay(date, 'Europe/Berlin')).toBe(hours * HOUR);
  });

  it('begins at the first instant that belongs to it, in every zone', () => {
    fc.assert(fc.property(day, fc.constantFrom(...ZONES), (date, zone) => {
      const start = startOfDay(date, zone);
      // A zone that jumped over a whole day (Kiritimati, 1995) lies outside these years.
      expect(businessDay(start, zone)).toBe(date);
      expect(businessDay(start - 1_000, zone)).toBe(addDays(date, -1));
    }), { numRuns: 300 });
  });

  it.each([['2026-02-29', false], ['2028-02-29', true], ['2026-13-01', false], ['2026-1-1', false], ['20261120', false], ['2026-11-20', true]])('%s is a day of the calendar: %s', (text, expected) => {
    expect(isDay(text)).toBe(expected);
  });

  it.each([
    ['2026-11-20', '05:30', '2026-11-20T04:30:00.000Z'],
    ['2026-07-20', '05:30', '2026-07-20T03:30:00.000Z'],
    ['2026-03-29', '05:30', '2026-03-29T03:30:00.000Z'],
    ['2026-10-25', '05:30', '2026-10-25T04:30:00.000Z'],
    ['2026-03-29', '01:30', '2026-03-29T00:30:00.000Z'],
    ['2026-03-29', '02:30', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25', '02:30', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25', '23:59', '2026-10-25T22:59:00.000Z'],
  ])('%s %s in Berlin is %s, also where the clocks change', (date, time, instant) => {
    expect(new Date(localTime(date, time, 'Europe/Berlin')).toISOString()).toBe(instant);
  });
});
