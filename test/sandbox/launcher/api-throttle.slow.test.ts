/** Throttling of HTTP APIs at the launcher's own functions, as AWS documents it: token buckets by the settings of stage and route. */
import { runProbe } from './python.ts';

jest.setTimeout(60_000);

/** The route was reached: it has no integration. */
const REACHED = 500;

let found: Record<string, unknown>;

beforeAll(async () => {
  found = (await runProbe('api_throttle_probe.py')) as Record<string, unknown>;
});

it('answers as many requests at once as the burst, then refuses as AWS does', () => {
  expect(found['burst']).toEqual([REACHED, REACHED, REACHED, 429, 429]);
  expect(found['answer']).toEqual([{ 'Content-Type': 'application/json' }, '{"message":"Too Many Requests"}']);
});

it('takes so many more in a second as the rate says, and never more at once than the burst', () => {
  expect(found['half a second later']).toEqual([REACHED, 429]);
  expect(found['long after']).toEqual([REACHED, REACHED, REACHED, 429]);
});

it('counts each route by itself, and what is no route not at all', () => {
  expect(found['other route']).toEqual([REACHED]);
  expect(found['unknown route']).toEqual(Array(5).fill(404));
  expect(found['preflight']).not.toContain(429);
});

it('goes by the settings of a route before those of the stage, from the moment at which they are changed', () => {
  expect(found['route of its own']).toEqual([[REACHED, 429], [429]]);
  expect(found['no limits']).toEqual(Array(10).fill(REACHED));
});
