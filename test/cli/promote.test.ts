import { going } from '../../cli/logic/older-runs.ts';
import { waybill } from './cli-harness.ts';

it.each([
  [['promote', 'v9'], 'There is no logic version "v9"; allowed: v1, v2, or shares such as v1:90,v2:10. Example: npx waybill promote v2'],
  [['promote', 'v1:90,v2:20'], 'The shares of "v1:90,v2:20" are not of different versions and 100 together'],
])('refuses %j before it looks for a platform', async (args, message) => {
  const { code, err } = await waybill(args);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

it('knows which runs are going', () => {
  const run = (Id: string, JobRunState: 'RUNNING' | 'SUCCEEDED' | 'STOPPING' | 'WAITING' | 'TIMEOUT'): object => ({ Id, JobRunState, Arguments: { '--dates': '2026-10-01' } });
  const runs = [run('a', 'RUNNING'), run('b', 'SUCCEEDED'), run('c', 'STOPPING'), run('d', 'WAITING'), run('e', 'TIMEOUT')];
  expect(going('build-gold', runs)).toEqual(['a', 'c', 'd'].map((id) => ({ job: 'build-gold', id, days: '2026-10-01' })));
});
