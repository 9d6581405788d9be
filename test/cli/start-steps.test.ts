import type { Progress, SandboxRun } from '../../cli/platform/sandbox-program.ts';
import { progressBoard } from '../../cli/start/progress-board.ts';
import { notedWhileRunning } from '../../cli/start/steps.ts';

describe('a step of the start', () => {
  it('shows its notes while it runs, and none that comes after its end: a terminal list breaks on those', async () => {
    const shown: string[] = [];
    let late: (text: string) => void = () => undefined;
    const step = notedWhileRunning({ title: 'Python environment', run: (note) => { note('pip'); late = note; return Promise.resolve('Python 3.11'); } });
    expect(await step.run((text) => shown.push(text))).toBe('Python 3.11');
    late('edge');
    expect(shown).toEqual(['pip']);
  });
});

/** A child that says these lines and ends with code 1. */
function child(lines: readonly Progress[]): SandboxRun {
  async function* progress(): AsyncGenerator<Progress> { for (const each of lines) yield Promise.resolve(each); }
  return { progress: progress(), exit: Promise.resolve(1), complaint: () => '' } as unknown as SandboxRun;
}

describe('a start that fails', () => {
  it('says what happened, why, and what to do', async () => {
    const board = progressBoard(child([{ step: 'ports', title: 'Ports', state: 'fail', detail: 'A sandbox already runs in .waybill.', why: 'Its supervisor is process 7.', do: 'Stop it.' }]), 'The sandbox');
    await expect(board.ended('ready')).rejects.toMatchObject({ message: 'A sandbox already runs in .waybill. Its supervisor is process 7.', todo: 'Stop it.' });
  });

  it('names the step that gave no reason', async () => {
    const board = progressBoard(child([{ step: 'ports', title: 'Ports', state: 'fail' }]), 'The sandbox');
    await expect(board.ended('ready')).rejects.toThrow('Ports failed.');
  });
});
