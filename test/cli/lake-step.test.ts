import type { ChildProcess } from 'node:child_process';
import { bringLake } from '../../cli/start/lake-step.ts';
import type { Progress, SandboxRun } from '../../cli/platform/sandbox-program.ts';
import type { Io } from '../../cli/output/io.ts';

/** A set-up that says these lines, one a turn. */
function setUp(...lines: Progress[]): SandboxRun {
  async function* progress(): AsyncGenerator<Progress> {
    for (const line of lines) {
      await Promise.resolve();
      yield line;
    }
  }
  return { child: { pid: undefined, exitCode: 0 } as unknown as ChildProcess, progress: progress(), exit: Promise.resolve(0), complaint: () => '' };
}

async function screen(...lines: Progress[]): Promise<{ first: string; later: string }> {
  let later = '';
  const io = { out: (text: string) => { later += text; }, colour: false } as unknown as Io;
  const lake = bringLake(io, setUp(...lines));
  const first = await lake.firstLine;
  await lake.follow();
  return { first, later };
}

const BEGIN: Progress = { step: 'lake', state: 'start' };

describe('the step of the lake', () => {
  it('is done at once when Spark is there', async () => {
    expect(await screen(BEGIN, { step: 'lake', state: 'skip', seconds: 0, detail: 'Spark 3.5.6' })).toEqual({ first: expect.stringMatching(/✔ Spark, Iceberg, Athena +0 s {3}Spark 3\.5\.6\n/) as string, later: '' });
  });

  it('goes on in the background, says how much it brings, and says later that it is done', async () => {
    const { first, later } = await screen(BEGIN, { step: 'lake', state: 'start', detail: 'about 600 MB to download' }, { step: 'lake-python', state: 'done' }, { step: 'lake', state: 'done', seconds: 31.2, detail: 'Spark 3.5.6' });
    expect(first).toMatch(/◌ Spark, Iceberg, Athena +in the background; the stream road is already live \(about 600 MB to download\)/);
    expect(later).toMatch(/✔ Spark, Iceberg, Athena +31 s {3}Spark 3\.5\.6/);
  });

  it('fails without taking the stream road with it, and names the next step', async () => {
    const { first, later } = await screen(BEGIN, { step: 'lake', state: 'start', detail: 'about 600 MB' }, { step: 'lake', state: 'fail', detail: 'Python 3.11 was not found.', why: 'python3 is 3.13.1.', do: 'Install Python 3.11.' });
    expect(first).toContain('in the background');
    expect(later).toContain('✖ Spark, Iceberg, Athena: Python 3.11 was not found. python3 is 3.13.1.\n    The stream road works without it. Next: Install Python 3.11.');
  });

  it('says so when the set-up ends without a word', async () => {
    expect((await screen(BEGIN)).first).toContain('✖ Spark, Iceberg, Athena: its set-up ended without a word');
  });
});
