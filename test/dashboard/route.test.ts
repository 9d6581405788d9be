import fc from 'fast-check';
import { filterOf, queryOf } from '../../dashboard/model/alerts.ts';
import { formatPlace, formatRoute, parsePlace, parseRoute } from '../../dashboard/model/route.ts';
import { listQuery } from '../../dashboard/model/shipment-list.ts';

describe('the address', () => {
  it('gives back every id and filter that was put into it, whatever characters they have', () => {
    fc.assert(fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (id, value) => {
      const route = parseRoute(formatRoute({ view: 'alerts', id, query: { region: value } }));
      expect(route).toEqual({ view: 'alerts', id, query: { region: value } });
    }));
  });

  it.each([
    ['#/shipments/SHP-7Q2M4', '#/shipment/SHP-7Q2M4'],
    ['#/shipment/SHP-7Q2M4', '#/shipment/SHP-7Q2M4'],
    ['#/track/SHP-7Q2M4/', '#/shipment/SHP-7Q2M4'],
    ['#/shipment', '#/shipments'],
    ['#/Alerts/LATE%7Cx?state=mine', '#/alerts/LATE%7Cx?state=mine'],
    ['#/alert/a/b', '#/alerts/a%2Fb'],
    ['#/regions/benelux', '#/region/benelux'],
    ['#/regions', '#/overview'],
    ['#/vehicles/TRK-1', '#/overview?vehicle=TRK-1'],
    ['#/vehicle/TRK-1?at=1,2,300', '#/overview?at=1,2,300&vehicle=TRK-1'],
    ['#/vehicles', '#/overview'],
    ['#/data-health', '#/health'],
    ['', '#/overview'],
    ['#/?vehicle=TRK-1', '#/overview?vehicle=TRK-1'],
  ])('leads where a person means: %s is %s', (guess, canonical) => {
    expect(formatRoute(parseRoute(guess))).toBe(canonical);
    expect(parseRoute(canonical)).toEqual(parseRoute(guess));
  });

  it.each(['#/nowhere/x', '#/overview/x', '#/health/x', '#/toString', '#/%3Cb%3E'])('says of %s that it leads nowhere, and keeps it as it is', (hash) => {
    const route = parseRoute(hash);
    expect(route.view).toBe('unknown');
    expect(formatRoute(route)).toBe(hash);
  });

  it('reads broken percent-encoding as it stands', () => {
    expect(parseRoute('#/shipment/100%').id).toBe('100%');
  });

  it('keeps the place of the map, and refuses one that is nowhere', () => {
    expect(parsePlace(formatPlace({ lat: 51.234, lon: -5.6, scale: 2600.4 }))).toEqual({ lat: 51.23, lon: -5.6, scale: 2600 });
    expect(parsePlace(formatPlace({ lat: 51.234567, lon: -5.6, scale: 2_000_000 }))).toEqual({ lat: 51.23457, lon: -5.6, scale: 2_000_000 });
    expect([parsePlace('91,0,500'), parsePlace('0,0'), parsePlace('0,0,1'), parsePlace('a,b,c'), parsePlace(undefined), parsePlace('1,2,300,4')]).toEqual([null, null, null, null, null, null]);
  });

  it('restores the filters of the alerts, and drops what no filter is', () => {
    const filter = { state: 'closed', severity: 2, kind: 'LATE', region: 'benelux', customer: 'Ames & Vane' } as const;
    const query = parseRoute(formatRoute({ view: 'alerts', query: queryOf(filter) })).query;
    expect(filterOf(query)).toEqual(filter);
    expect(filterOf({ state: 'x', severity: '9', kind: 'toString' })).toEqual({ state: 'open', severity: null, kind: null, region: null, customer: null });
  });

  it('asks for a list of shipments by its filters only', () => {
    expect(listQuery({ customer: 'A&B', status: 'IN_TRANSIT', at: '1,2,3' })).toBe('?status=IN_TRANSIT&customer=A%26B');
    expect(listQuery({})).toBe('');
  });
});
