/** What is computed on a shorter way must be what the long way says. */
import fc from 'fast-check';
import { entriesOf, entryCount, factOf, fold, foldFacts, greatestTime, hasContent, pack, parseInstant } from '../../../domain/shipment/index.ts';
import { compareText } from '../../../domain/shipment/entry.ts';
import { events, RUNS } from './generators.ts';

const MANY = { numRuns: RUNS.numRuns * 3 };
const sign = (value: number): number => Math.sign(value);

/** Letters of one to four bytes, on both sides of the surrogates: where UTF-16 and UTF-8 disagree about the order. */
const text = fc.array(fc.constantFrom('a', 'b', 'ń', '中', '\uE000', '\uFFFD', '𝄞', '𝄟'), { maxLength: 4 }).map((letters) => letters.join(''));

describe('short cuts', () => {
  it('compare texts as their UTF-8 bytes compare', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      MANY,
    );
  });

  it('read the usual form of a time as the same moment with an offset, and with more digits', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2199-12-31T23:59:59Z'), noInvalidDate: true }), (date) => {
        const usual = date.toISOString();
        expect(parseInstant(usual)).toBe(date.getTime());
        expect(parseInstant(usual.replace('Z', '+00:00'))).toBe(date.getTime());
        expect(parseInstant(usual.replace('Z', '999Z'))).toBe(date.getTime());
      }),
      MANY,
    );
  });

  it('read no other text of that length as a time', () => {
    const usual = '2026-11-05T22:17:00.123Z';
    for (let at = 0; at < usual.length; at += 1) {
      for (const wrong of ['x', ' ', '/', ':', '𝄞'.charAt(0)]) {
        if (usual.charAt(at) === wrong) continue;
        expect(parseInstant(usual.slice(0, at) + wrong + usual.slice(at + 1))).toBeUndefined();
      }
    }
    expect(parseInstant('2026-11-05T22:17:0+01:00')).toBeUndefined();
    expect(parseInstant('2026-11-05T22:1700+01:00')).toBeUndefined();
  });

  it('count, find and date entries as their list does', () => {
    fc.assert(
      fc.property(events, events, (some, others) => {
        const set = fold(some);
        const list = entriesOf(set);
        expect(entryCount(set)).toBe(list.length);
        const times = list.flatMap(({ eventTime, published }) => [eventTime, published]);
        expect(greatestTime(set) ?? 0).toBe(Math.max(0, set.order?.published ?? 0, ...times));
        for (const entry of [...list, ...entriesOf(fold(others))]) {
          expect(hasContent(set, entry)).toBe(list.some(({ id, hash }) => id === entry.id && hash === entry.hash));
        }
      }),
      RUNS,
    );
  });

  it('fold facts, in parts, to the bytes that the events give', () => {
    fc.assert(
      fc.property(events, events, (first, second) => {
        const inParts = foldFacts(second.map(factOf), foldFacts(first.map(factOf)));
        expect(pack(inParts).equals(pack(fold([...first, ...second])))).toBe(true);
      }),
      RUNS,
    );
  });
});
