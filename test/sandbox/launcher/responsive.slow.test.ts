/** What keeps the control plane's answers quick, at the launcher's own functions. */
import { runProbe } from './python.ts';

jest.setTimeout(60_000);

let found: Record<string, unknown>;

beforeAll(async () => {
  found = (await runProbe('responsive_probe.py')) as Record<string, unknown>;
});

it('a signature that was right is checked once for a token and a key, a wrong one each time', () => {
  expect(found['answers']).toEqual([true, true, false, false, false]);
  expect(found['asked']).toEqual(['a1 1', 'a2 1', 'a2 1', 'a1 2']);
});

it('tokens that were checked are not remembered without end', () => {
  expect(found['forgotten']).toEqual(['t01 1']);
});

it('what was loaded at the start is never looked through again for garbage', () => {
  expect(found['frozen']).toBe(true);
});
