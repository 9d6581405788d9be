import fc from 'fast-check';
import { joinTransports, transportOf } from '../../../domain/shipment/index.ts';
import type { Transport } from '../../../domain/shipment/index.ts';

const AT_TEN = Date.UTC(2026, 10, 20, 10);
const EVENT = { source: 'DCSA:MAEU', eventTime: AT_TEN };

/** Few values, so that the same ones meet. */
const transports = fc.record({ told: fc.nat(3), voyage: fc.constantFrom('', 'A/1', 'B/1'), vehicle: fc.constantFrom('', 'TRK-1', 'TRK-2', '\u{1f69a}') }, { noNullPrototype: true });

describe('what carries a shipment', () => {
  it.each([
    [{ vesselImo: '9321483', voyage: '245W' }, { voyage: '9321483/245W', vehicle: '' }],
    [{ voyage: '245W' }, { voyage: 'MAEU/245W', vehicle: '' }],
    [{ vesselImo: '9321483' }, { voyage: '', vehicle: 'IMO 9321483' }],
    [{ vehicleId: 'TRK-0412' }, { voyage: '', vehicle: 'TRK-0412' }],
    [{ vehicleId: 'TRK-0412', voyage: '7', vesselImo: '9321483' }, { voyage: '9321483/7', vehicle: 'TRK-0412' }],
    [{ voyage: 245, vehicleId: 'T'.repeat(65), vesselImo: '9321483' }, { voyage: '', vehicle: 'IMO 9321483' }],
  ])('%j is %j', (transport, expected) => {
    expect(transportOf(transport, EVENT)).toStrictEqual({ told: AT_TEN, ...expected });
  });

  it.each([[undefined], [null], ['TRK-1'], [[]], [{}], [{ trainId: 'X', licencePlate: 'B-AB 1' }], [{ voyage: '' }]])('%j says nothing', (transport) => {
    expect(transportOf(transport, EVENT)).toBeUndefined();
  });

  it('counts from when it was published, where that is said', () => {
    expect(transportOf({ vehicleId: 'T' }, { ...EVENT, publishedTime: AT_TEN + 1 })?.told).toBe(AT_TEN + 1);
    expect(transportOf({ vehicleId: 'T' }, { ...EVENT, eventTime: -1 })?.told).toBe(0);
  });

  it('is what was told last, in whatever order and however often it comes', () => {
    const joined = (all: readonly Transport[]): Transport | undefined => all.reduce<Transport | undefined>(joinTransports, undefined);
    fc.assert(fc.property(fc.array(transports, { maxLength: 6 }), fc.array(fc.nat(5), { maxLength: 12 }), (all, picks) => {
      const again = [...picks.flatMap((pick) => all[pick] ?? []), ...[...all].reverse()];
      expect(joined(again)).toStrictEqual(joined(all));
      for (const one of all) expect(joined(all)?.told).toBeGreaterThanOrEqual(one.told);
    }), { numRuns: 500 });
    fc.assert(fc.property(transports, transports, transports, (a, b, c) => {
      expect(joinTransports(a, b)).toStrictEqual(joinTransports(b, a));
      expect(joinTransports(joinTransports(a, b), c)).toStrictEqual(joinTransports(a, joinTransports(b, c)));
      expect(joinTransports(a, a)).toStrictEqual(a);
    }), { numRuns: 500 });
  });
});
