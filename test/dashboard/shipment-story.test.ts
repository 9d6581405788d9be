import { milestoneTable } from '../../dashboard/model/milestones.ts';
import { conflictsOf, delayWords, effectOf, lastSender, referencesOf, retractionsOf, roadOf } from '../../dashboard/model/story.ts';
import { story } from '../browser/fixture/shipments.ts';

const NOW = Date.UTC(2026, 10, 18, 12, 0, 7);
const shipment = story(NOW);

describe('plan against actual', () => {
  const table = milestoneTable(shipment, NOW);
  const row = (type: string): (typeof table.rows)[number] => { const found = table.rows.find((each) => each.type === type); if (found === undefined) throw new Error(type); return found; };

  it('measures what happened by its time, what should have happened by the clock, what is ahead by its estimate', () => {
    expect([row('BOOKED').delta, row('GATE_IN').delta, row('ARRIVED').delta, row('DELIVERED').delta]).toEqual([4, -19, 360, 70]);
    expect([row('BOOKED').tone, row('LOADED').tone, row('ARRIVED').tone, row('DELIVERED').tone]).toEqual(['ok', 'warn', 'bad', 'warn']);
  });

  it('draws deviations on a scale of their own: early left of zero, the greatest at the end', () => {
    expect(row('ARRIVED').bar).toEqual({ from: table.zeroAt, to: 1 });
    expect(row('GATE_IN').bar).toEqual({ from: 0, to: table.zeroAt });
    expect(table.zeroAt).toBeCloseTo(19 / 379);
  });

  it('marks what is overdue, told twice and taken back', () => {
    expect(row('ARRIVED').notes.map(({ text }) => text)).toEqual(['overdue']);
    expect(row('LOADED').notes.map(({ text }) => text)).toEqual(['conflict']);
    expect(row('GATE_OUT').notes.map(({ text }) => text)).toEqual(['retracted']);
  });

  it('keeps all marks on the axis, and survives a shipment without a plan', () => {
    const marks = table.rows.flatMap(({ plannedAt, mark }) => [plannedAt, mark?.at ?? null].filter((at) => at !== null));
    expect(marks.every((at) => at >= 0 && at <= 1)).toBe(true);
    expect(milestoneTable({ milestones: [], timeline: [] }, NOW).rows).toEqual([]);
    const bare = milestoneTable({ milestones: [{ type: 'DEPARTED', place: null, planned: null, estimated: null, actual: '2026-11-18T11:00:00Z', reports: 1, source: null }], timeline: [] }, NOW).rows[0];
    expect([bare?.delta, bare?.bar, bare?.tone]).toEqual([null, null, 'ok']);
  });
});

describe('the story of a shipment', () => {
  it('names both sides of a conflict, the one that counts first', () => {
    const [conflict, ...rest] = conflictsOf(shipment.timeline);
    expect(rest).toEqual([]);
    expect(conflict?.entries.map(({ standing }) => standing)).toEqual(['COUNTS', 'OUTVOTED']);
    expect(conflict?.entries.map((entry) => effectOf(entry).text)).toEqual(['counts', 'conflict, set aside']);
    expect(retractionsOf(shipment.timeline).map(({ type }) => type)).toEqual(['GATE_OUT']);
  });

  it('leads along the places reached and those ahead', () => {
    expect(roadOf(shipment)).toEqual({ done: ['NLRTM'], ahead: ['NLRTM', 'USNYC', 'USCHI'] });
  });

  it('knows the last sender and every reference once', () => {
    expect(lastSender(shipment.timeline)).toBe('MAEU');
    expect(referencesOf([...shipment.timeline, ...shipment.timeline])).toHaveLength(4);
  });

  it.each([[0, 'ok', 'on time'], [30, 'ok', '30 min late'], [45, 'warn', '45 min late'], [200, 'bad', '3 h 20 min late']])('says %s minutes as %s: %s', (minutes, tone, text) => {
    expect(delayWords(minutes)).toEqual({ tone, text });
  });
});
