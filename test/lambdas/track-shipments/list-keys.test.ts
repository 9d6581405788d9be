import { carrierOf, UNKNOWN } from '../../../lambdas/track-shipments/list-keys.ts';

describe('the carrier of a source', () => {
  it.each([['DCSA:MAEU', 'MAEU'], ['X12_214:FDEG', 'FDEG'], ['GPS:DB', 'DB']])('of %s is %s', (source, carrier) => {
    expect(carrierOf(source)).toBe(carrier);
  });

  it.each(['APP:booking', 'CDC:orders', 'GPS:fleet-eu', 'X:TOOLONG', ''])('is unknown of %p: no SCAC', (source) => {
    expect(carrierOf(source)).toBe(UNKNOWN);
  });
});
