/** Check digits of the numbers that logistics is addressed by. Pure; each answers whether the text is a number of that kind with the right check digit. */

/** ISO 6346 letters by character code, from A: A is 10, multiples of 11 are skipped, Z is 38. */
const LETTER_VALUES: readonly number[] = Array.from({ length: 29 }, (_, index) => index + 10).filter((value) => value % 11 !== 0);

const CODE_OF_A = 65;
const CODE_OF_0 = 48;

const characterValue = (code: number): number => (code >= CODE_OF_A ? (LETTER_VALUES[code - CODE_OF_A] ?? 0) : code - CODE_OF_0);

/** ISO 6346 container number: owner (3 letters), category U, J or Z, six digits, check digit. */
export function isContainerNumber(text: string): boolean {
  if (!/^[A-Z]{3}[UJZ]\d{7}$/.test(text)) return false;
  let sum = 0;
  for (let index = 0; index < 10; index += 1) sum += characterValue(text.charCodeAt(index)) * (1 << index);
  return (sum % 11) % 10 === text.charCodeAt(10) - CODE_OF_0;
}

/** GS1 mod 10: weights 3 and 1 from the right, before the check digit. For GTIN, GLN (13 digits) and SSCC (18 digits). */
export function hasGs1CheckDigit(digits: string): boolean {
  if (!/^\d{2,}$/.test(digits)) return false;
  let sum = 0;
  for (let index = digits.length - 2, weight = 3; index >= 0; index -= 1, weight = 4 - weight) sum += Number(digits.charAt(index)) * weight;
  return (10 - (sum % 10)) % 10 === Number(digits.charAt(digits.length - 1));
}

export const isSscc = (text: string): boolean => text.length === 18 && hasGs1CheckDigit(text);
export const isGln = (text: string): boolean => text.length === 13 && hasGs1CheckDigit(text);

/** IMO number of a vessel: six digits weighted 7 to 2, the last digit of the sum follows. */
export function isImoNumber(text: string): boolean {
  if (!/^\d{7}$/.test(text)) return false;
  let sum = 0;
  for (let index = 0; index < 6; index += 1) sum += Number(text.charAt(index)) * (7 - index);
  return sum % 10 === Number(text.charAt(6));
}

/** Air waybill: three digits of the airline, a dash or none, seven digits, and these mod 7. */
export function isAirWaybill(text: string): boolean {
  const parts = /^\d{3}-?(\d{7})(\d)$/.exec(text);
  return parts !== null && Number(parts[1]) % 7 === Number(parts[2]);
}
