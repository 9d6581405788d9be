import fc from 'fast-check';
import { parsePattern } from '../../../contracts/generate/decoder/pattern-parts.ts';
import { patternTable } from '../../../contracts/generate/decoder/pattern-table.ts';
import { matchToken } from '../../../contracts/generate/decoder/token-match.ts';
import { CHECKS } from '../../../contracts/validation/checks.ts';
import { DATE_TIME } from '../../../contracts/validation/date-time.ts';
import { instant } from '../../../contracts/validation/in-place/instant.ts';
import { number } from '../../../contracts/validation/in-place/number.ts';
import { N } from '../../../contracts/validation/in-place/state.ts';
import { matching } from '../../../contracts/validation/in-place/text.ts';

const RUNS = Number(process.env['RUNS'] ?? 2_000);
const bytes = (text: string): Buffer => Buffer.concat([Buffer.from(text), Buffer.alloc(64)]);

describe('A number read where it lies', () => {
  const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
  const written = fc.tuple(fc.constantFrom('', '-'), digits(20), fc.option(digits(20)), fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e-', 'E+'), digits(3)))).map(
    ([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : exponent.join('')}`,
  );

  it('has to the bit the value that JSON.parse gives, or is left alone', () => {
    fc.assert(
      fc.property(fc.oneof(written, fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value))), (text) => {
        let parsed: unknown;
        try {
          parsed = JSON.parse(text);
        } catch {
          parsed = undefined;
        }
        const end = number(bytes(`${text},`), 0, 1);
        const expected = typeof parsed === 'number' && Number.isFinite(parsed) ? [text.length, parsed] : [-1, undefined];
        expect([end, end === -1 ? undefined : N[1]]).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('An instant read where it lies', () => {
  const two = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'));
  const written = fc
    .tuple(fc.integer({ min: 0, max: 9999 }), two(13), two(32), two(24), two(60), two(60), fc.stringMatching(/^(\.[0-9]{0,10})?$/), fc.oneof(fc.constantFrom('Z', 'z', '', '+14:00', '-14:00', '+14:01'), fc.tuple(fc.constantFrom('+', '-'), two(15), two(60)).map(([sign, hours, minutes]) => `${sign}${hours}:${minutes}`)))
    .map(([year, month, day, hour, minute, second, fraction, offset]) => `${String(year).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}${fraction}${offset}`);

  it('is the one that the rule accepts and that Date.parse gives, from 1000 to 2999', () => {
    fc.assert(
      fc.property(written, (text) => {
        const end = instant(bytes(`"${text}"`), 0, 3, 1);
        const fits = DATE_TIME.test(text) && text >= '1000' && text < '3000';
        expect([end, end === -1 ? undefined : N[1]]).toEqual(fits ? [text.length + 2, Date.parse(text)] : [-1, undefined]);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('A pattern as a table', () => {
  const patterns = [
    '^1\\.(0|[1-9]\\d{0,3})$', '^[A-Z][A-Z0-9_]{1,19}:[A-Za-z0-9][A-Za-z0-9._-]{0,39}$', '^[A-Z]{2}[A-Z2-9]{3}$', '^\\d{7}$', '^2\\.', 'b+$', 'ab', '^(?:a|bc)*d?$', '^[^:]+$', '^\\w+\\s\\S{2,}$', '^(a{2,3}|b){1,2}$', '^$', '^a.c$', '^[\\d-]+$', '^a\\/b$', '^x{0}y$', '^(a|b|)c$',
  ];

  it.each(patterns)('accepts what the expression accepts: %s', (pattern) => {
    const table = patternTable(pattern);
    const expression = new RegExp(pattern, 'u');
    const near = fc.oneof(fc.stringMatching(expression, { maxLength: 60 }), fc.string({ maxLength: 12 }), fc.stringMatching(/^[abcdxyA-Z0-9.:_/ -]{0,8}$/)).filter((text) => /^[ !#-[\]-~]*$/.test(text));
    const compiled = { classes: Uint8Array.from(table?.classes ?? []), moves: Uint8Array.from(table?.moves ?? []), width: table?.width ?? 0 };
    fc.assert(
      fc.property(near, (text) => {
        expect(matching(bytes(`"${text}"`), 0, compiled, 3)).toBe(expression.test(text) ? text.length + 2 : -1);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['^a|b', 'a(?=b)', '\\bword', '^a+?$', '(a)\\1', '^é$', '\\p{L}', 'a$b', 'a{300}'])('is not made of what tables cannot say: %s', (pattern) => {
    expect(parsePattern(pattern)).toBeUndefined();
  });

  it('refuses every other byte', () => {
    const table = patternTable('^.*$');
    const compiled = { classes: Uint8Array.from(table?.classes ?? []), moves: Uint8Array.from(table?.moves ?? []), width: table?.width ?? 0 };

    for (const text of ['a\\n', 'é', 'a\u0001', 'a\n']) expect(matching(bytes(`"${text}"`), 0, compiled, 3)).toBe(-1);
  });
});

describe('Known texts told apart', () => {
  /** Runs the generated code: the number of the token at the beginning of a text, and where it ends. */
  function finder(tokens: readonly string[]): (text: string) => readonly [number, number] {
    const code = matchToken(tokens.map((token, index) => ({ bytes: Buffer.from(token), action: `found = ${index};` })), 'k', '');
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code is what is tested
    const find = new Function('b', 'v', `let p = 0; let found = -1; ${code} return [found, p];`) as (b: Buffer, v: DataView) => [number, number];
    return (text) => {
      const b = bytes(text);
      return find(b, new DataView(b.buffer, b.byteOffset, b.length));
    };
  }

  it('finds each of any set, and nothing else', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-c]{0,7}[a-z]{0,3}$/), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(names, fc.stringMatching(/^[a-c]{0,7}$/), (texts, other) => {
        const tokens = texts.map((text) => `${text}":`);
        const find = finder(tokens);
        expect(tokens.map((token) => find(`${token}x`))).toEqual(tokens.map((token, index) => [index, Buffer.byteLength(token)]));
        const index = texts.indexOf(other);
        expect(find(`${other}":`)[0]).toBe(index);
        expect(find(`${other}" :`)[0]).toBe(-1);
      }),
      { numRuns: 300 },
    );
  });
});

describe('A check that says when it matters', () => {
  const values = fc.constantFrom<unknown>(undefined, 'ACTUAL', 'PLANNED', 'CONTAINER', 'AWB', 'BKG', 'CSQU3054384', '', 0, 1, '2026-11-05T22:17:00Z', '2006-11-05T22:17:00Z', '2027-11-05T22:17:00Z', 'NL', 52, 4, null);
  const checks = Object.entries(CHECKS).filter(([, { onlyWhen }]) => onlyWhen !== undefined);

  it.each(checks)('%s passes wherever it says that it does not', (_name, { reads = [], onlyWhen = {}, passes }) => {
    fc.assert(
      fc.property(fc.array(values, { minLength: reads.length, maxLength: reads.length }), (given) => {
        const object: Record<string, unknown> = Object.fromEntries(reads.map((field, index) => [field, given[index]]));
        const matters = Object.entries(onlyWhen).every(([field, wanted]) => (wanted === 'given' ? object[field] !== undefined : wanted.includes(object[field] as string)));
        // Reading another field than it says would show as a verdict that depends on it.
        const seen = new Set<string>();
        const watched = new Proxy(object, { get: (target, field) => (seen.add(String(field)), target[String(field)]) });
        const verdict = passes(watched);
        expect([...seen].filter((field) => !reads.includes(field))).toEqual([]);
        expect(verdict || matters).toBe(true);
      }),
    );
  });

  it('knows of every check on an object what it reads', () => {
    expect(Object.values(CHECKS).filter(({ on, reads }) => on === 'object' && reads === undefined)).toEqual([]);
  });
});
