import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MODULE = join(import.meta.dirname, '../../../lambdas/track-shipments/short-lived.ts');

/** Fills one list after the other, so that what a list is made of is alive at nearly every collection of garbage. */
const FILLS_LISTS = `
const make = (at) => ({ at, words: [at, at + 1] });
let kept;
for (let list = 0; list < 60; list += 1) {
  const next = [];
  for (let at = 0; at < 40_000; at += 1) next.push(make(at));
  kept = next;
}
process.stdout.write('filled ' + kept.length);
`;

/** What V8 itself says of its decisions. It only decides for good when the young generation is as large as it may get: here at once. */
async function decisions(prelude: string): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, ['--max-semi-space-size=1', '--trace-pretenuring', '--trace-pretenuring-statistics', '--input-type=module', '-e', `${prelude}\n${FILLS_LISTS}`]);
}

const MADE_OLD = /=> tenure/;

describe('objects of a batch', () => {
  it('would be made old from birth', async () => {
    const { stdout } = await decisions('');
    expect(stdout).toContain('filled 40000');
    expect(stdout).toMatch(MADE_OLD);
  });

  it('are made young once the function has said so, in the V8 that it runs on', async () => {
    const { stdout, stderr } = await decisions(`import { expectShortLives } from ${JSON.stringify(MODULE)};\nexpectShortLives();`);
    expect(stdout).toContain('filled 40000');
    expect(stdout).not.toMatch(MADE_OLD);
    // V8 complains here of a flag that it does not know.
    expect(stderr).not.toContain('flag');
  });
});
