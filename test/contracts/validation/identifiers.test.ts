import { hasGs1CheckDigit, isAirWaybill, isContainerNumber, isGln, isImoNumber, isSscc } from '../../../contracts/validation/identifiers.ts';
import { codePoints } from '../../../contracts/validation/code-points.ts';

/** Every text that differs from a number by one other digit at one place. */
const oneDigitOff = (number: string): string[] =>
  [...number].flatMap((character, at) => (/\d/.test(character) ? [...'0123456789'].filter((digit) => digit !== character).map((digit) => number.slice(0, at) + digit + number.slice(at + 1)) : []));

describe('check digits', () => {
  it.each(['CSQU3054383', 'CBHU3202732', 'APZU4812090', 'CMAU5127498', 'CXRU1255022', 'MSKU0000080'])('%s is a container number', (number) => {
    expect(isContainerNumber(number)).toBe(true);
  });

  it.each(['GMCU6094137', 'APNR7744962', 'ABCD1234567', 'csqu3054383', 'CSQU305438', ''])('%j is none', (number) => {
    expect(isContainerNumber(number)).toBe(false);
  });

  it.each(['9321483', '9074729', '9450612'])('%s is a vessel, and no text with one wrong last digit is', (number) => {
    expect(isImoNumber(number)).toBe(true);
    expect(oneDigitOff(number).filter((other) => other.startsWith(number.slice(0, 6))).some(isImoNumber)).toBe(false);
  });

  it('refuses the vessel number of a public sample that has a wrong check digit', () => {
    expect(isImoNumber('9330141')).toBe(false);
  });

  it.each(['370726206369762060', '340123450000000000'])('%s is an SSCC, and changing any digit is noticed', (number) => {
    expect(isSscc(number)).toBe(true);
    expect(oneDigitOff(number).some(isSscc)).toBe(false);
  });

  it('tells a GLN from a longer number with a right check digit', () => {
    expect(isGln('8712345000004')).toBe(true);
    expect(isGln('370726206369762060')).toBe(false);
    expect(hasGs1CheckDigit('4006381333931')).toBe(true);
  });

  it('checks the serial of an air waybill, with and without the dash', () => {
    expect(['020-12345675', '02012345675'].every(isAirWaybill)).toBe(true);
    expect(['020-12345674', '12345675', '020-1234567'].some(isAirWaybill)).toBe(false);
  });
});

describe('the length of a text', () => {
  it.each([['', 0], ['Göteborg', 8], ['📦📦', 2], ['a📦b', 3], ['\ud83d', 1], ['\ud83d\ud83d\udce6', 2], ['\udce6\ud83d', 2]])('of %j is %i code points, as an iterator counts', (text, length) => {
    expect(codePoints(text)).toBe(length);
    expect([...text]).toHaveLength(length);
  });
});
