import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GRACE, graceFor, LIVE_CONTEXT, SERVICE_LEVELS, severityOf, SILENCE_HOURS, silenceFor } from '../../../domain/delay/index.ts';
import { EVENT_TYPES } from '../../../domain/shipment/index.ts';

const ROOT = join(import.meta.dirname, '../../..');
const MINUTE = 60_000;

describe('the table of grace', () => {
  it('has each event type once, and a source for each number', () => {
    expect(GRACE.flatMap(({ types }) => types).sort()).toStrictEqual([...EVENT_TYPES].sort());
    for (const { source, minutes } of GRACE) {
      expect(source.length).toBeGreaterThan(40);
      for (const level of SERVICE_LEVELS) expect(minutes[level]).toBeGreaterThanOrEqual(15);
    }
  });

  it('takes the grace of a delivery from the reference file, as gold does', () => {
    const [header = '', ...rows] = readFileSync(join(ROOT, 'contracts/reference/service-levels.csv'), 'utf8').trim().split('\n');
    expect(header.split(',').slice(0, 3)).toStrictEqual(['level', 'promised_extra_hours', 'grace_minutes']);
    const stated = Object.fromEntries(rows.map((row) => row.split(',')).map(([level = '', , minutes]) => [level, Number(minutes) * MINUTE]));
    expect(Object.fromEntries(SERVICE_LEVELS.map((level) => [level, graceFor('DELIVERED', level)]))).toStrictEqual(stated);
  });

  it('never has less patience with a lower service level', () => {
    for (const { types } of GRACE) {
      for (const type of types) expect([graceFor(type, 'ECONOMY') >= graceFor(type, 'STANDARD'), graceFor(type, 'STANDARD') >= graceFor(type, 'EXPRESS')]).toStrictEqual([true, true]);
    }
    expect(SILENCE_HOURS.ECONOMY).toBeGreaterThan(SILENCE_HOURS.EXPRESS);
  });

  it('treats an order without a level, or with an unknown one, as standard', () => {
    for (const level of ['', 'PLATINUM', 'constructor']) {
      expect(graceFor('PICKED_UP', level)).toBe(30 * MINUTE);
      expect(silenceFor(level)).toBe(720 * MINUTE);
    }
    expect(LIVE_CONTEXT).toMatchObject({ graceFor, silenceFor });
  });

  it('stands in the documentation as it is', () => {
    const page = readFileSync(join(ROOT, 'docs/alerts.md'), 'utf8');
    for (const { types, minutes } of GRACE) expect(page).toContain(`| ${types.join(', ')} | ${minutes.ECONOMY} | ${minutes.STANDARD} | ${minutes.EXPRESS} |`);
    expect(page).toContain(`| silence, hours | ${SILENCE_HOURS.ECONOMY} | ${SILENCE_HOURS.STANDARD} | ${SILENCE_HOURS.EXPRESS} |`);
  });
});

describe('the severity of an alert', () => {
  const standard = { serviceLevel: 'STANDARD', priority: 3, level: 1 };

  it.each([
    ['LATE', 'ARRIVED|NLRTM', 1, 4],
    ['LATE', 'ARRIVED|NLRTM', 2, 3],
    ['LATE', 'ARRIVED|NLRTM', 3, 2],
    ['LATE', 'ARRIVED|NLRTM', 9, 2],
    ['SILENT', 'ARRIVED|NLRTM', 1, 4],
    ['MISSED', 'ARRIVED|NLRTM', 1, 5],
    ['HOLD', 'CUSTOMS_HOLD|NLRTM', 1, 3],
    ['EXCEPTION', 'LOST|NLRTM', 1, 1],
    ['EXCEPTION', 'DAMAGED|', 1, 2],
    ['EXCEPTION', 'REFUSED|', 1, 3],
    ['SENSOR', 'SENSOR|', 1, 2],
  ] as const)('%s of %s at level %i is %i for a standard shipment', (kind, subject, level, severity) => {
    expect(severityOf({ ...standard, kind, subject, level })).toBe(severity);
  });

  it('moves one step by service level and one by the customer\'s priority, and stays within 1 and 5', () => {
    const late = { kind: 'LATE', subject: 'ARRIVED|NLRTM', level: 2 } as const;
    const of = (serviceLevel: string, priority: number): number => severityOf({ ...late, serviceLevel, priority });
    expect([of('EXPRESS', 1), of('EXPRESS', 3), of('', 0), of('STANDARD', 5), of('ECONOMY', 5)]).toStrictEqual([1, 2, 3, 4, 5]);
    expect(severityOf({ kind: 'EXCEPTION', subject: 'LOST|', level: 1, serviceLevel: 'EXPRESS', priority: 1 })).toBe(1);
    expect(severityOf({ kind: 'MISSED', subject: 'ARRIVED|', level: 1, serviceLevel: 'ECONOMY', priority: 5 })).toBe(5);
  });
});
