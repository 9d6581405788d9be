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

  it('leads to the overview when it says nothing that the page knows', () => {
    expect(parseRoute('#/nowhere/x')).toEqual({ view: 'overview', id: null, query: {} });
    expect(parseRoute('')).toEqual({ view: 'overview', id: null, query: {} });
  });

  it('reads broken percent-encoding as it stands', () => {
    expect(parseRoute('#/shipment/100%').id).toBe('100%');
  });

  it('keeps the place of the map, and refuses one that is nowhere', () => {
    expect(parsePlace(formatPlace({ lat: 51.234, lon: -5.6, scale: 2600.4 }))).toEqual({ lat: 51.23, lon: -5.6, scale: 2600 });
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
