import { age, clockSeconds, counted, dateWords, duration, instantOf, moment, percent, signed } from '../../dashboard/model/time.ts';

const NOON = Date.UTC(2026, 10, 18, 12, 0, 7);

describe('times and amounts in the words of the page', () => {
  it.each([[0, '0 min'], [59.4, '59 min'], [60, '1 h'], [200, '3 h 20 min'], [24 * 60, '1 d'], [27 * 60 + 5, '1 d 3 h'], [-5, '0 min']])('%s minutes are %s', (minutes, words) => {
    expect(duration(minutes)).toBe(words);
  });

  it.each([[6, '6 s'], [89, '89 s'], [90, '2 min'], [5_000, '83 min'], [5_400, '1 h 30 min']])('%s seconds are %s', (seconds, words) => {
    expect(age(seconds)).toBe(words);
  });

  it('writes a deviation with its sign, early with a minus and not a hyphen', () => {
    expect([signed(200), signed(-19), signed(0)]).toEqual(['+3 h 20 min', '−19 min', '+0 min']);
  });

  it('names the day only of another day', () => {
    expect([moment(NOON - 3_600_000, NOON), moment(NOON - 86_400_000, NOON), clockSeconds(NOON)]).toEqual(['11:00Z', 'Nov 17 12:00Z', '12:00:07Z']);
  });

  it('reads no time where there is none', () => {
    expect([instantOf(null), instantOf(undefined), instantOf('soon')]).toEqual([null, null, null]);
    expect([dateWords('2026-11-17'), dateWords('soon')]).toEqual(['Nov 17', 'soon']);
  });

  it('counts in words', () => {
    expect([counted(1, 'shipment'), counted(12_480, 'shipment'), percent(0.284)]).toEqual(['1 shipment', '12,480 shipments', '28 %']);
  });
});
