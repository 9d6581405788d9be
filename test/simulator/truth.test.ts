import { isDeepStrictEqual } from 'node:util';
import { derive, fold, fromContract, type ContractShipmentEvent, type DerivedState, type ShipmentEvent } from '../../domain/shipment/index.ts';
import { createTruth, createWorld, FEATURED_ID, history, NO_DISTURBANCE, type ShipmentTruth, type SimulatedRecord, type Truth } from '../../simulator/index.ts';

const NOW = Date.parse('2026-11-21T09:45:00Z');
const ROUGH = { duplicates: 0.1, disorder: 0.2, late: 0.05, conflicts: 0.05, retractions: 0.04, corrections: 0.05, corrupt: 0.01 };
const LATER = NOW + 60 * 24 * 3_600_000;

const truthOf = (records: Iterable<Pick<SimulatedRecord, 'contract' | 'partitionKey' | 'data'>>): Truth => {
  const truth = createTruth();
  for (const record of records) truth.add(record);
  return truth;
};

const records = [...history(createWorld({ seed: 11, now: NOW, shipments: 800, shares: ROUGH }))];
const truth = truthOf(records);

describe('the truth', () => {
  it('is that of the platform: status, milestones and conflicts of every shipment equal the merge, which shares no code with it', () => {
    const events = new Map<string, ShipmentEvent[]>();
    for (const { kind, partitionKey, data } of records) {
      if (kind === 'corrupt') continue;
      const event = fromContract(JSON.parse(data.toString()) as ContractShipmentEvent, 1);
      if (event !== undefined) events.set(partitionKey, [...(events.get(partitionKey) ?? []), event]);
    }
    const wrong = [...events].filter(([id, list]) => !isDeepStrictEqual(comparable(truth.shipment(id, NOW)), comparableState(id, derive(fold(list), NOW))));
    const [first] = wrong;
    expect(first && comparable(truth.shipment(first[0], NOW))).toEqual(first && comparableState(first[0], derive(fold(first[1]), NOW)));
    expect(wrong).toEqual([]);
    expect(events.size).toBe(truth.shipmentIds().length);
  });

  it('does not depend on order or repeats', () => {
    const shuffled = truthOf([...records, ...records.slice(0, 500)].toSorted((a, b) => (String(a.data).slice(20, 90) < String(b.data).slice(20, 90) ? -1 : 1)));
    expect(shuffled.report(NOW).shipments).toEqual(truth.report(NOW).shipments);
  });

  it('names exactly the corrupt records for quarantine', () => {
    const corrupt = records.filter(({ kind }) => kind === 'corrupt').map(({ data }) => data);
    expect(truth.mustQuarantine()).toEqual(corrupt);
    expect(truth.report(NOW)).toMatchObject({ records: records.length, quarantined: corrupt.length, positions: 0 });
  });

  it('has every shipment delivered in the end, with the steps of its journey, whatever went wrong on the way', () => {
    const booked = LATER - 55 * 24 * 3_600_000;
    const all = [...history(createWorld({ seed: 11, now: LATER, days: 95, shipments: 300, shares: ROUGH }))];
    const report = truthOf(all).report(LATER);
    const old = new Set(all.filter(({ at }) => at < booked).map(({ partitionKey }) => partitionKey));
    const open = report.shipments.filter(({ shipmentId, status }) => old.has(shipmentId) && status !== 'DELIVERED');
    expect(open).toEqual([]);
    expect(old.size).toBeGreaterThan(100);
  });

  it('of a disturbed world without mistakes is that of the clean one', () => {
    const settings = { seed: 3, now: LATER, days: 95, shipments: 200 };
    const clean = truthOf(history(createWorld({ ...settings, shares: NO_DISTURBANCE })));
    const noisy = truthOf(history(createWorld({ ...settings, shares: { ...NO_DISTURBANCE, duplicates: 0.2, disorder: 0.3, corrupt: 0.05 } })));
    const settled = clean.report(LATER).shipments.filter(({ status }) => status === 'DELIVERED');
    expect(settled.map(({ shipmentId }) => noisy.shipment(shipmentId, LATER))).toEqual(settled);
    expect(settled.length).toBeGreaterThan(100);
  });

  it('of the featured shipment is the story of the docs: under way from Rotterdam to Chicago, late, told twice about loading', () => {
    const world = createWorld({ seed: 7, now: NOW, shipments: 50 });
    const story = truthOf([...history(world)].filter(({ partitionKey }) => partitionKey === FEATURED_ID)).shipment(FEATURED_ID, NOW);
    const arrived = story?.milestones.find(({ type }) => type === 'ARRIVED');
    expect(story).toMatchObject({ status: 'IN_TRANSIT', conflicts: [expect.any(String)] });
    expect(arrived).toMatchObject({ place: 'USCHI' });
    expect(arrived?.actual).toBeUndefined();
    expect((arrived?.estimated ?? 0) - (arrived?.planned ?? 0)).toBeGreaterThan(2.5 * 3_600_000);
  });
});

interface Comparable {
  readonly shipmentId: string;
  readonly status: string;
  readonly milestones: readonly object[];
  readonly conflicts: number;
}

const defined = (milestone: object): object => Object.fromEntries(Object.entries(milestone).filter(([, value]) => value !== undefined));

function comparable(shipment: ShipmentTruth | undefined): Comparable | undefined {
  return shipment && { shipmentId: shipment.shipmentId, status: shipment.status, milestones: shipment.milestones.map(defined), conflicts: shipment.conflicts.length };
}

function comparableState(shipmentId: string, state: DerivedState): Comparable {
  const milestones = state.milestones.map(({ type, place, planned, estimated, actual }) => ({ type, place, planned, estimated, actual })).sort((a, b) => (`${a.type} ${a.place}` < `${b.type} ${b.place}` ? -1 : 1));
  return { shipmentId, status: state.status, milestones: milestones.map(defined), conflicts: state.conflicts.length };
}
