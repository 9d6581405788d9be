import { applyRepair, readRepair, RepairError } from '../../../domain/repair/index.ts';

const repaired = (event: unknown, ...steps: object[]): unknown => applyRepair(readRepair({ name: 'r', steps }), event);

it.each<[string, unknown, object[], unknown]>([
  ['sets a field, with objects on the way', { a: 1 }, [{ set: '/b/c', value: [2] }], { a: 1, b: { c: [2] } }],
  ['sets a field over another value', { a: 1 }, [{ set: '/a', value: null }], { a: null }],
  ['sets a field only where there is none', { a: 1 }, [{ set: '/a', value: 2, onlyIfMissing: true }, { set: '/b', value: 2, onlyIfMissing: true }], { a: 1, b: 2 }],
  ['renames into another object', { a: { x: 1, y: 2 } }, [{ rename: '/a/x', to: '/b/z' }], { a: { y: 2 }, b: { z: 1 } }],
  ['renames nothing that is not there', { a: 1 }, [{ rename: '/x', to: '/a' }], { a: 1 }],
  ['reads escaped names and places in lists', { 'a/b': ['1', '2'] }, [{ convert: '/a~1b/1', to: 'number' }], { 'a/b': ['1', 2] }],
  ['takes steps in their order', { w: ' 12.5 ' }, [{ convert: '/w', to: 'number' }, { rename: '/w', to: '/weightKg' }], { weightKg: 12.5 }],
  ['replaces words that are listed and no others', { s: 'FINAL', t: 'X' }, [{ replace: '/s', values: { FINAL: 'ACTUAL' } }, { replace: '/t', values: { FINAL: 'ACTUAL' } }], { s: 'ACTUAL', t: 'X' }],
  ['removes a field inside another', { a: { x: 1, y: 2 } }, [{ remove: '/a/x' }, { remove: '/b' }], { a: { y: 2 } }],
  ['does not reach through a value that is no object', { a: 'text' }, [{ set: '/a/b', value: 1 }], { a: 'text' }],
])('%s', (_what, event, steps, expected) => {
  const before = structuredClone(event);
  expect(repaired(event, ...steps)).toEqual(expected);
  expect(event).toEqual(before);
});

it.each([
  ['number', '1e3', 1_000], ['number', '', ''], ['number', 'many', 'many'], ['number', true, true],
  ['text', 12, '12'], ['text', null, null], ['boolean', 'true', true], ['boolean', 'yes', 'yes'], ['trimmed', ' a ', 'a'], ['upper-case', 'nlrtm', 'NLRTM'],
  ['instant-from-seconds', 1_763_683_200, '2025-11-21T00:00:00.000Z'], ['instant-from-milliseconds', '1763683200500', '2025-11-21T00:00:00.500Z'], ['instant-from-seconds', 'soon', 'soon'], ['instant-from-seconds', 1e300, 1e300],
])('converted to %s, %j is %j', (to, value, expected) => {
  expect(repaired({ v: value }, { convert: '/v', to })).toEqual({ v: expected });
});

it.each([
  [[], 'a repair file is one JSON object'],
  [{ name: 'r', steps: [] }, 'steps: a list of at least one'],
  [{ name: 'R 1', steps: [{ remove: '/a' }] }, 'name: allowed are up to 40'],
  [{ name: 'r', steps: [{ remove: '/a' }], extra: 1 }, '"extra" is no field'],
  [{ name: 'r', steps: [{ remove: 'a' }] }, 'steps[0]: remove: got "a"; allowed: a JSON pointer'],
  [{ name: 'r', steps: [{ remove: '/a/__proto__' }] }, 'steps[0]: remove: got "/a/__proto__"'],
  [{ name: 'r', steps: [{ set: '/a' }, { set: '/a', rename: '/b' }] }, 'steps[0]: set needs a "value"; steps[1]: exactly one of set, rename'],
  [{ name: 'r', steps: [{ set: '/a', value: 1, when: 'x' }] }, 'steps[0]: "when" does not belong to set; allowed: value, onlyIfMissing'],
  [{ name: 'r', steps: [{ convert: '/a', to: 'date' }] }, 'steps[0]: convert: got "to" "date"; allowed: number'],
])('refuses %j in words', (document, message) => {
  expect(() => readRepair(document)).toThrow(RepairError);
  expect(() => readRepair(document)).toThrow(message);
});
