import { waybill } from './cli-harness.ts';

const RANGE = ['--from', '2026-10-01', '--to', '2026-10-31'];

it.each([
  [['compare-logic', '--from', '2026-10-01', '--candidate', 'v2'], '--to is missing'],
  [['compare-logic', ...RANGE], '--candidate is missing: the logic in force would be compared with itself'],
  [['compare-logic', ...RANGE, '--candidate', 'v9'], '--candidate: there is no logic version "v9"; allowed: v1, v2'],
  [['compare-logic', ...RANGE, '--candidate', 'v2', '--against', 'yesterday'], '--against got "yesterday"; allowed: logic, published'],
  [['compare-logic', ...RANGE, '--candidate', 'v2', '--tolerances', 'no-such-file.json'], '--tolerances'],
  [['run', 'compare-logic'], 'npx waybill compare-logic --from <day>'],
])('refuses %j before it looks for a platform', async (args, message) => {
  const { code, err } = await waybill(args);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});
