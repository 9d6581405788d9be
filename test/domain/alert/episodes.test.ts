import fc from 'fast-check';
import { alertId, NEWS_LIFE_MS } from '../../../domain/alert/index.ts';
import type { ImageChange } from '../../../domain/alert/index.ts';
import { severityOf } from '../../../domain/delay/index.ts';
import type { Alert } from '../../../domain/shipment/index.ts';
import { ABOUT, deliveries, HOUR, lives, NOW, RowTable, RUNS } from './generators.ts';

const LATE: Alert = { kind: 'LATE', subject: 'ARRIVED|NLRTM', level: 1, members: [], since: NOW - HOUR, planned: NOW - 2 * HOUR };
const HOLD: Alert = { kind: 'HOLD', subject: 'CUSTOMS_HOLD|NLRTM', level: 1, members: ['a1'], since: NOW - HOUR };
const ID = alertId('SHP-1', LATE);

/** Records of a life told as lists of open alerts. */
function recordsOf(...images: (readonly Alert[])[]): ImageChange[] {
  const all = images.map((alerts, index) => ({ version: 1 + index, alerts, about: ABOUT }));
  return all.map((after, index) => ({ shipmentId: 'SHP-1', before: all[index - 1], after, at: NOW, catchingUp: false }));
}

function tableAfter(records: readonly ImageChange[], seenAt = NOW): RowTable {
  const table = new RowTable();
  for (const record of records) table.take(record, { seenAt });
  return table;
}

const openIn = (alerts: readonly Alert[]): unknown[] =>
  alerts.map((alert) => ({ id: alertId('SHP-1', alert), level: alert.level, severity: severityOf({ ...alert, serviceLevel: 'STANDARD', priority: 3 }) })).sort((a, b) => (a.id < b.id ? -1 : 1));

describe('rows of alerts', () => {
  it('say what the last image says, whatever the order and however often records come', () => {
    fc.assert(fc.property(deliveries, ({ life, arrivals }) => {
      expect(tableAfter(arrivals).open()).toStrictEqual(openIn(life.images.at(-1)?.alerts ?? []));
    }), RUNS);
  });

  it('tell nothing twice', () => {
    fc.assert(fc.property(deliveries, ({ arrivals }) => {
      const { told } = tableAfter(arrivals);
      expect(told).toStrictEqual([...new Set(told)]);
    }), RUNS);
  });

  it('have told each alert that is still open, at its level', () => {
    fc.assert(fc.property(deliveries, ({ life, arrivals }) => {
      const { rows, told } = tableAfter(arrivals);
      for (const alert of life.images.at(-1)?.alerts ?? []) {
        const row = rows.get(alertId('SHP-1', alert));
        expect(row?.toldLevel).toBeGreaterThanOrEqual(alert.level);
        expect(row?.covered).toStrictEqual(expect.arrayContaining([...alert.members]));
        expect(told).toContain(row?.notice?.key);
      }
    }), RUNS);
  });

  it('are as without a crash when the writer dies between any two rows and the records come again', () => {
    fc.assert(fc.property(lives, fc.array(fc.nat(3)), ({ images, records }, deaths) => {
      const table = new RowTable();
      const left = [...deaths];
      for (const record of records) while (!table.take(record, { writes: left.pop() ?? Infinity }));
      const calm = tableAfter(records);
      expect(table.open()).toStrictEqual(openIn(images.at(-1)?.alerts ?? []));
      expect([...table.rows]).toStrictEqual(expect.arrayContaining([...calm.rows]));
      expect(table.told.toSorted()).toStrictEqual(calm.told.toSorted());
    }), RUNS);
  });

  it('are equal after the last record of a skipped row of images as after all of them', () => {
    const [, , last] = recordsOf([LATE], [LATE, HOLD], [{ ...LATE, level: 2 }, HOLD]);
    const table = tableAfter([last as ImageChange]);
    expect(table.open()).toStrictEqual(openIn([{ ...LATE, level: 2 }, HOLD]));
    expect(table.told).toHaveLength(2);
  });

  it('raise no second alert for 1,000 repeats of a record', () => {
    const [record] = recordsOf([LATE]);
    const table = tableAfter(Array.from({ length: 1_000 }, () => record as ImageChange));
    expect(table.rows.size).toBe(1);
    expect(table.told).toStrictEqual([`${ID}|1|`]);
  });
});

describe('an episode', () => {
  const turnsOf = (...images: (readonly Alert[])[]): [number, number, number][] => {
    const table = new RowTable();
    return recordsOf(...images).map((record) => {
      table.take(record);
      const row = table.rows.get(ID);
      return [row?.level ?? -1, row?.toldLevel ?? -1, table.told.length];
    });
  };

  it('opens, worsens, eases, closes: told when it opens and when it is worse than ever told, silent while it flaps', () => {
    const [one, two] = [LATE, { ...LATE, level: 2 }];
    expect(turnsOf([one], [two], [one], [], [one], [two], [{ ...LATE, level: 3 }])).toStrictEqual([[1, 1, 1], [2, 2, 2], [1, 2, 2], [0, 2, 2], [1, 2, 2], [2, 2, 2], [3, 3, 3]]);
  });

  it('of events is told again only when none of them was told before', () => {
    const table = new RowTable();
    const held = (...members: string[]): Alert => ({ ...HOLD, members });
    const told = recordsOf([held('b2')], [held('a1', 'b2')], [], [held('a1')], [], [held('c3')]).map((record) => {
      table.take(record);
      return table.told.length;
    });
    // An earlier hold that comes late joins; what comes back after a retracted release is known; a hold after a release is news.
    expect(told).toStrictEqual([1, 1, 1, 1, 1, 2]);
  });

  it('that began more than a day before it was seen is recorded, and nobody is told, now or later', () => {
    const old = { ...LATE, since: NOW - NEWS_LIFE_MS - 1 };
    const table = tableAfter(recordsOf([old], [old], [], [old]));
    expect(table.rows.get(ID)).toMatchObject({ level: 1, toldLevel: 1 });
    expect(table.told).toStrictEqual([]);
    expect(tableAfter(recordsOf([{ ...LATE, since: NOW - NEWS_LIFE_MS }])).told).toHaveLength(1);
  });

  it('that only the clock saw while old events were still coming is recorded; what an event opened is told', () => {
    const catchingUp = recordsOf([LATE, HOLD]).map((record) => ({ ...record, catchingUp: true }));
    expect(tableAfter(catchingUp).told).toStrictEqual([`${alertId('SHP-1', HOLD)}|1|a1`]);
  });

  it('leaves a closed row even where none was open, so that an older image cannot open it for ever', () => {
    const [first, second] = recordsOf([LATE], []);
    const table = tableAfter([second as ImageChange]);
    expect(table.rows.get(ID)).toMatchObject({ level: 0, stateVersion: 2 });
    table.take(first as ImageChange);
    expect(table.open()).toStrictEqual([]);
    expect(table.told).toStrictEqual([]);
  });

  it('counts its age from when it began, and keeps it through a worse level', () => {
    const table = tableAfter(recordsOf([LATE], [{ ...LATE, level: 2, since: NOW }]), NOW + 5);
    expect(table.rows.get(ID)).toMatchObject({ openedAt: NOW - HOUR, changedAt: NOW + 5, planned: NOW - 2 * HOUR });
  });
});

describe('an alert id', () => {
  it('tells any two alerts apart, whatever stands in places and shipment ids', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '|', ':', '%', '7', 'é'), maxLength: 4 });
    const named = fc.record({ place: text, shipment: text });
    fc.assert(fc.property(named, named, (a, b) => {
      const idOf = ({ place, shipment }: typeof a): string => alertId(shipment, { kind: 'LATE', subject: `ARRIVED|${place}` });
      expect(idOf(a) === idOf(b)).toBe(a.place === b.place && a.shipment === b.shipment);
    }), RUNS);
  });
});
