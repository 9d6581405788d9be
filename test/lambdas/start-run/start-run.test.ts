import { createHandler } from '../../../lambdas/start-run/create-handler.ts';
import type { StartAnswer, StartRequest } from '../../../lambdas/start-run/create-handler.ts';

const started: { machine: string; name: string; input: string }[] = [];

function run(request: StartRequest, now: string): Promise<StartAnswer> {
  return createHandler({
    machines: { 'publish-day': 'arn:publish' },
    businessTimeZone: 'Europe/Berlin',
    now: () => Date.parse(now),
    start: (each) => {
      const known = started.some(({ name }) => name === each.name);
      if (!known) started.push(each);
      return Promise.resolve({ execution: `arn:run:${each.name}`, started: !known });
    },
  })(request);
}

beforeEach(() => started.splice(0));

describe('start-run', () => {
  it('names the run by the business day that ended last', async () => {
    expect(await run({ machine: 'publish-day' }, '2026-11-21T01:00:00Z')).toEqual({ name: 'publish-day-2026-11-20', day: '2026-11-20', execution: 'arn:run:publish-day-2026-11-20', started: true });
    expect(started).toEqual([{ machine: 'arn:publish', name: 'publish-day-2026-11-20', input: '{"day":"2026-11-20","run":"publish-day-2026-11-20"}' }]);
  });

  it('starts one run for the two schedules of a night, also when a local hour comes twice', async () => {
    const answers = [await run({ machine: 'publish-day' }, '2026-10-25T00:00:00Z'), await run({ machine: 'publish-day' }, '2026-10-25T01:00:00Z'), await run({ machine: 'publish-day' }, '2026-10-25T02:00:00Z')];
    expect(answers.map(({ name, started: was }) => [name, was])).toEqual([['publish-day-2026-10-24', true], ['publish-day-2026-10-24', false], ['publish-day-2026-10-24', false]]);
  });

  it('starts another run of the day when a person asks for one', async () => {
    await run({ machine: 'publish-day', day: '2026-11-20' }, '2026-11-21T09:00:00Z');
    const { name, started: was } = await run({ machine: 'publish-day', day: '2026-11-20', again: 'h7f3a', input: { size: 'larger' } }, '2026-11-21T09:00:00Z');
    expect([name, was]).toEqual(['publish-day-2026-11-20-h7f3a', true]);
    expect(JSON.parse(started[1]?.input ?? '')).toEqual({ size: 'larger', day: '2026-11-20', run: 'publish-day-2026-11-20-h7f3a' });
  });

  it.each([
    [{ machine: 'publish' }, 'machine: got "publish"; allowed: publish-day'],
    [{ machine: 'publish-day', day: '2026-02-30' }, 'day: got "2026-02-30"; allowed: a day of the calendar'],
    [{ machine: 'publish-day', again: 'a b' }, 'again: got "a b"'],
  ])('refuses %j in words', async (request, message) => {
    await expect(run(request, '2026-11-21T01:00:00Z')).rejects.toThrow(message);
    expect(started).toEqual([]);
  });
});
