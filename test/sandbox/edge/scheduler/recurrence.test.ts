import { readRecurrence } from '../../../../sandbox/edge/scheduler/recurrence.ts';

/** The next `count` due times after a moment, as ISO 8601. */
function due(expression: string, { after, timeZone = 'UTC', count = 3, base = '2026-01-01T00:00:00Z' }: { after: string; timeZone?: string; count?: number; base?: string }): string[] {
  const recurrence = readRecurrence(expression, { timeZone, base: Date.parse(base) });
  const found: string[] = [];
  for (let at = recurrence.next(Date.parse(after)); at !== undefined && found.length < count; at = recurrence.next(at)) found.push(new Date(at).toISOString().replace(':00.000Z', 'Z'));
  return found;
}

describe('the local hour that the clocks skip or repeat', () => {
  it('skips a time that does not exist in spring', () => {
    expect(due('cron(30 2 * * ? *)', { after: '2027-03-26T12:00:00Z', timeZone: 'Europe/Berlin' })).toEqual(['2027-03-27T01:30Z', '2027-03-29T00:30Z', '2027-03-30T00:30Z']);
  });

  it('is due once, the first time, when the clocks show it twice in autumn', () => {
    expect(due('cron(30 2 * * ? *)', { after: '2026-10-23T12:00:00Z', timeZone: 'Europe/Berlin' })).toEqual(['2026-10-24T00:30Z', '2026-10-25T00:30Z', '2026-10-26T01:30Z']);
  });

  it('treats every quarter of an hour the same way: skipped in spring, once in autumn', () => {
    expect(due('cron(0/30 * * * ? *)', { after: '2027-03-28T00:45:00Z', timeZone: 'Europe/Berlin', count: 2 })).toEqual(['2027-03-28T01:00Z', '2027-03-28T01:30Z']);
    expect(due('cron(0/30 1-3 * * ? *)', { after: '2026-10-24T23:45:00Z', timeZone: 'Europe/Berlin', count: 4 })).toEqual(['2026-10-25T00:00Z', '2026-10-25T00:30Z', '2026-10-25T02:00Z', '2026-10-25T02:30Z']);
  });

  it('knows zones that change by half an hour, and those of the other half of the world', () => {
    expect(due('cron(15 2 * * ? *)', { after: '2026-10-02T12:00:00Z', timeZone: 'Australia/Lord_Howe', count: 2 })).toEqual(['2026-10-02T15:45Z', '2026-10-04T15:15Z']);
    expect(due('cron(0 2 * * ? *)', { after: '2026-03-07T12:00:00Z', timeZone: 'America/New_York', count: 1 })).toEqual(['2026-03-09T06:00Z']);
  });
});

describe("AWS's cron", () => {
  it.each([
    ['cron(0 10 * * ? *)', ['2026-11-21T10:00Z', '2026-11-22T10:00Z', '2026-11-23T10:00Z']],
    ['cron(0/15 8 ? * MON-FRI *)', ['2026-11-23T08:00Z', '2026-11-23T08:15Z', '2026-11-23T08:30Z']],
    ['cron(0 2 ? * 1 *)', ['2026-11-22T02:00Z', '2026-11-29T02:00Z', '2026-12-06T02:00Z']],
    ['cron(0 2 ? * 6L *)', ['2026-11-27T02:00Z', '2026-12-25T02:00Z', '2027-01-29T02:00Z']],
    ['cron(0 2 ? * L *)', ['2026-11-21T02:00Z', '2026-11-28T02:00Z', '2026-12-05T02:00Z']],
    ['cron(0 2 ? * 3#2 *)', ['2026-12-08T02:00Z', '2027-01-12T02:00Z', '2027-02-09T02:00Z']],
    ['cron(0 2 L * ? *)', ['2026-11-30T02:00Z', '2026-12-31T02:00Z', '2027-01-31T02:00Z']],
    ['cron(0 2 15W * ? *)', ['2026-12-15T02:00Z', '2027-01-15T02:00Z', '2027-02-15T02:00Z']],
    ['cron(0 12 1 JAN,jul ? 2027-2028)', ['2027-01-01T12:00Z', '2027-07-01T12:00Z', '2028-01-01T12:00Z']],
    ['cron(0 12 1/10 12 ? *)', ['2026-12-01T12:00Z', '2026-12-11T12:00Z', '2026-12-21T12:00Z']],
    ['cron(0 2 1 1 ? 2020)', []],
  ])('%s', (expression, expected) => {
    expect(due(expression, { after: '2026-11-21T00:00:00Z' })).toEqual(expected);
  });

  it.each([
    ['cron(0 10 * * *)', 'has 5 fields'],
    ['cron(0 10 * * * *)', 'exactly one of day-of-month and day-of-week must be ?'],
    ['cron(0 10 ? * ? *)', 'exactly one of day-of-month and day-of-week must be ?'],
    ['cron(? 10 * * ? *)', 'not for minutes'],
    ['cron(61 10 * * ? *)', 'cannot be read'],
    ['cron(0 10 ? * FRY *)', "'FRY' is nothing that day-of-week may be"],
    ['cron(0/0 10 ? * FRI *)', "'0/0' is nothing that minutes may be"],
    ['cron(@daily)', 'has 1 fields'],
    ['rate(0 minutes)', 'is no rate'],
    ['rate(5 fortnights)', 'is no rate'],
    ['at(tomorrow)', 'is no time'],
    ['every(day)', 'is no schedule expression'],
  ])('%s is refused', (expression, words) => {
    expect(() => readRecurrence(expression, { timeZone: 'UTC', base: 0 })).toThrow(words);
  });

  it('names a time zone that does not exist', () => {
    expect(() => readRecurrence('rate(1 day)', { timeZone: 'Europe/Atlantis', base: 0 })).toThrow("'Europe/Atlantis' is no time zone");
  });
});

describe('rates and single times', () => {
  it('begins a rate at its base and keeps its step, whatever the clocks do', () => {
    expect(due('rate(6 hours)', { after: '2026-10-24T20:00:00Z', base: '2026-10-24T21:10:00Z', timeZone: 'Europe/Berlin' })).toEqual(['2026-10-24T21:10Z', '2026-10-25T03:10Z', '2026-10-25T09:10Z']);
    expect(due('rate(1 minute)', { after: '2026-10-24T21:10:00Z', base: '2026-10-24T21:10:00Z', count: 1 })).toEqual(['2026-10-24T21:11Z']);
  });

  it('fires a single time once, in its zone, and never when the clocks skip it', () => {
    expect(due('at(2026-12-24T18:00:00)', { after: '2026-11-01T00:00:00Z', timeZone: 'America/New_York' })).toEqual(['2026-12-24T23:00Z']);
    expect(due('at(2027-03-28T02:30:00)', { after: '2026-11-01T00:00:00Z', timeZone: 'Europe/Berlin' })).toEqual([]);
  });
});
