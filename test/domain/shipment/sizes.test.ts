import { lifeOf, meanUnits, sizesOf } from '../../../bench/shipment-sizes.ts';
import { entriesOf, fold } from '../../../domain/shipment/index.ts';

describe('the size of a shipment item', () => {
  it('is at most 1 KB at 15 events and 2 KB at 40, order and derived attributes included', () => {
    expect(entriesOf(fold(lifeOf(15)))).toHaveLength(15);
    expect(sizesOf(15).item).toBeLessThanOrEqual(1024);
    expect(entriesOf(fold(lifeOf(40)))).toHaveLength(40);
    expect(sizesOf(40).item).toBeLessThanOrEqual(2048);
  });

  it('grows by 34 bytes an entry', () => {
    expect(sizesOf(30).packed - sizesOf(29).packed).toBe(34);
  });

  it('keeps the mean write under 1.7 units over a life of 40 events, texts included', () => {
    expect(meanUnits(15)).toBeLessThanOrEqual(1.25);
    expect(meanUnits(40)).toBeLessThanOrEqual(1.7);
  });
});
