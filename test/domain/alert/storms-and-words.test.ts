import fc from 'fast-check';
import { causeIn, causesOf, duration, isStorm, minutesLate, packAlerts, STORM, STORM_CAUSES, stormId, stormLevel, stormWords, unpackAlerts, wordsOf } from '../../../domain/alert/index.ts';
import type { Spoken, StormMember } from '../../../domain/alert/index.ts';
import { fold, derive } from '../../../domain/shipment/index.ts';
import type { AlertKind } from '../../../domain/shipment/index.ts';
import { events, NOW as LATER } from '../shipment/generators.ts';
import { HOUR, NOW, RUNS } from './generators.ts';

const MINUTE = 60_000;
const members = (count: number, everyMs: number): StormMember[] => Array.from({ length: count }, (_, index) => ({ alertId: `A${index}`, at: NOW + index * everyMs }));

describe('a storm', () => {
  it('is there from the twentieth alert within 30 minutes on, however often one of them is counted', () => {
    const nineteen = members(19, MINUTE);
    expect(isStorm([...nineteen, ...nineteen, ...nineteen], NOW + 18 * MINUTE)).toBe(false);
    expect(isStorm(members(20, MINUTE), NOW + 19 * MINUTE)).toBe(true);
  });

  it('is none when the alerts lie further apart, wherever a clock\'s half hour begins', () => {
    expect(isStorm(members(20, 2 * MINUTE), NOW + 38 * MINUTE)).toBe(false);
    for (const start of [0, 7, 19, 29]) {
      const shifted = members(20, 1_000).map(({ alertId, at }) => ({ alertId, at: at + start * MINUTE }));
      expect(isStorm(shifted, NOW + start * MINUTE + 19_000)).toBe(true);
    }
  });

  it.each<[AlertKind, string, { voyage?: string; vehicle?: string }, string[]]>([
    ['LATE', 'ARRIVED|NLRTM', {}, ['STORM:LATE:place:NLRTM']],
    ['LATE', 'ARRIVED|', {}, []],
    ['SILENT', 'ARRIVED|NLRTM', { voyage: '9321483/245W' }, ['STORM:SILENT:place:NLRTM', 'STORM:SILENT:voyage:9321483%2F245W']],
    ['LATE', 'ARRIVED|', { voyage: 'MAEU/245W', vehicle: 'TRK-0412' }, ['STORM:LATE:voyage:MAEU%2F245W', 'STORM:LATE:vehicle:TRK-0412']],
    ['EXCEPTION', 'DAMAGED|NLRTM', { vehicle: 'TRK-0412' }, ['STORM:EXCEPTION:place:NLRTM', 'STORM:EXCEPTION:vehicle:TRK-0412']],
    ['LATE', 'ARRIVED|NLRTM', { voyage: '', vehicle: '' }, ['STORM:LATE:place:NLRTM']],
    ['SENSOR', 'SENSOR|', { voyage: '9321483/245W', vehicle: 'TRK-0412' }, []],
  ])('has one name for a kind of trouble (%s %s %j) at a place, on a voyage, on a vehicle: %j', (kind, subject, about, names) => {
    expect(causesOf({ kind, subject, about }).map(stormId)).toStrictEqual(names);
  });

  it('says in its name what it is counted by, whatever the senders call their voyages', () => {
    fc.assert(fc.property(fc.constantFrom(...STORM_CAUSES), fc.string({ minLength: 1, unit: 'grapheme' }), fc.constantFrom('LATE', 'MISSED'), (by, value, reason) => {
      expect(causeIn(stormId({ by, value, reason }))).toStrictEqual({ by, value, reason });
    }), RUNS);
    expect([causeIn('LATE:ARRIVED:NLRTM:SHP-1'), causeIn('STORM:LATE:moon:1'), causeIn('')]).toStrictEqual([undefined, undefined, undefined]);
  });

  it('rises with its size', () => {
    expect([0, 19, STORM.from, 99, 100, 500].map(stormLevel)).toStrictEqual([0, 0, 1, 1, 2, 3]);
    expect((['place', 'voyage', 'vehicle'] as const).map((by) => stormWords(23, { by, reason: 'LATE', value: 'X1' }))).toStrictEqual(['23 delays at X1', '23 delays on voyage X1', '23 delays on vehicle X1']);
    expect(stormWords(20, { by: 'place', reason: 'DAMAGED', value: 'X1' })).toBe('20 alerts of kind DAMAGED at X1');
  });
});

describe('the words of an alert', () => {
  const late: Spoken = { kind: 'LATE', subject: 'ARRIVED|NLRTM', openedAt: NOW, planned: NOW - 2 * HOUR };

  it.each([
    [late, 'Arrival at NLRTM is 2 h late'],
    [{ ...late, estimated: NOW + 3 * HOUR }, 'Arrival at NLRTM is 5 h late'],
    [{ ...late, subject: 'CUSTOMS_SUBMITTED|' }, 'Customs submitted is 2 h late'],
    [{ ...late, kind: 'MISSED' }, 'Arrival at NLRTM was never reported, a later step was'],
    [{ ...late, kind: 'SILENT' }, 'No news for 2 h past the time of: Arrival at NLRTM'],
    [{ ...late, kind: 'HOLD', subject: 'CUSTOMS_HOLD|USNYC' }, 'Customs hold at USNYC'],
    [{ ...late, kind: 'EXCEPTION', subject: 'DAMAGED|USNYC' }, 'Damaged at USNYC'],
    [{ ...late, kind: 'SENSOR', subject: 'SENSOR|' }, 'A sensor reports an alarm'],
  ] as const)('%j', (alert, words) => {
    expect(wordsOf(alert, NOW)).toBe(words);
  });

  it('say durations as people do', () => {
    expect([0, 59, 60, 130, 2_879, 2_880, 4_500].map(duration)).toStrictEqual(['0 min', '59 min', '1 h', '2 h 10 min', '47 h 59 min', '2 d', '3 d 3 h']);
    expect(minutesLate({ kind: 'HOLD' }, NOW)).toBeUndefined();
    expect(minutesLate({ kind: 'LATE', planned: NOW + HOUR }, NOW)).toBe(0);
  });
});

describe('stored alerts', () => {
  it('are read as they were written', () => {
    fc.assert(fc.property(events, (list) => {
      const { alerts } = derive(fold(list), LATER);
      expect(unpackAlerts(packAlerts(alerts))).toStrictEqual(alerts);
    }), RUNS);
  });

  it('of a newer release are read as far as they are known; what is no list of alerts is not', () => {
    expect(unpackAlerts('[["LATE","ARRIVED|X",1,[],5,6,7,"more"],["EARLY","ARRIVED|X",1,[],5,6,7]]')).toStrictEqual([{ kind: 'LATE', subject: 'ARRIVED|X', level: 1, members: [], since: 5, planned: 6, estimated: 7 }]);
    for (const text of ['', '{}', '[1]', '"x"']) expect(unpackAlerts(text)).toBeUndefined();
  });
});
