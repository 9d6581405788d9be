/** Numbers with the check digits that the contract asks for. */
import type { Chance } from './random.ts';

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ID_BITS = 25;
const ID_SPACE = 2 ** ID_BITS;

/** `SHP-7Q2M4`: five characters without I, L, O and U. Different numbers below 2^25 give different ids. */
export function shipmentId(number: number): string {
  let rest = number % ID_SPACE;
  let text = '';
  for (let place = 0; place < 5; place += 1) {
    text = `${LETTERS[rest % 32]}${text}`;
    rest = Math.floor(rest / 32);
  }
  return `SHP-${text}`;
}

/** The number behind an id. */
export const shipmentNumber = (id: string): number => [...id.slice(4)].reduce((sum, letter) => sum * 32 + LETTERS.indexOf(letter), 0);

/** Spreads 0, 1, 2 … over all ids so that neighbours look unrelated: an odd factor permutes the numbers below 2^25. */
export const scattered = (index: number, seed: number): number => Number((BigInt(index) * 20_858_037n + BigInt(seed) * 7_919n + 12_345n) % BigInt(ID_SPACE));

/** ISO 6346: letters count from 10, leaving out multiples of 11. */
export function containerNumber(chance: Chance): string {
  const text = `${chance.pick(['MSKU', 'HLXU', 'CMAU', 'TGHU', 'CSQU'])}${String(chance.whole(0, 999_999)).padStart(6, '0')}`;
  const sum = [...text].reduce((total, letter, index) => total + valueOf6346(letter) * 2 ** index, 0);
  return `${text}${(sum % 11) % 10}`;
}

function valueOf6346(letter: string): number {
  if (letter >= '0' && letter <= '9') return Number(letter);
  const plain = letter.charCodeAt(0) - 55;
  return plain + Math.floor((plain - 1) / 10);
}

/** IMO: the first six digits times 7 to 2; the last digit of the sum is the seventh. */
export function imoNumber(chance: Chance): string {
  const digits = String(chance.whole(900_000, 999_999));
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (7 - index), 0);
  return `${digits}${sum % 10}`;
}

/** AWB: three digits of the airline, seven of the shipment, and these modulo 7. */
export function airWaybill(chance: Chance): string {
  const serial = chance.whole(1_000_000, 9_999_999);
  return `020${serial}${serial % 7}`;
}
