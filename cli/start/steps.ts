/** The steps of `waybill start` on the screen: a spinner while one runs, its seconds and what it found when it is done. */
import { Listr } from 'listr2';
import type { Io } from '../output/io.ts';
import { paint } from '../output/style.ts';

export interface Step {
  readonly title: string;
  /** Does the step; what it answers stands behind its title. */
  readonly run: (note: (text: string) => void) => Promise<string>;
}

const TITLE_WIDTH = 32;
const SECONDS_WIDTH = 7;

export const doneLine = (title: string, ms: number, detail: string): string => `${title.padEnd(TITLE_WIDTH)}${`${Math.round(ms / 1000)} s`.padStart(SECONDS_WIDTH)}   ${detail}`.trimEnd();

/**
 * The same step, whose notes end with it. Progress of a child may come in late (it is read line by line, beside the step
 * that waited for it), and the terminal's list breaks when a finished step is given text.
 */
export const notedWhileRunning = (step: Step): Step => ({
  title: step.title,
  run: async (note) => {
    let running = true;
    try {
      return await step.run((text) => { if (running) note(text); });
    } finally {
      running = false;
    }
  },
});

/** Runs them in order; the first that fails ends the run with its error. */
export async function runSteps(io: Io, steps: readonly Step[]): Promise<void> {
  if (io.interactive) return runOnTerminal(steps.map(notedWhileRunning));
  for (const step of steps) {
    const begun = io.now();
    try {
      const detail = await step.run(() => undefined);
      io.out(`  ${paint(io, 'green', '✔')} ${doneLine(step.title, io.now() - begun, detail)}\n`);
    } catch (error) {
      io.out(`  ${paint(io, 'red', '✖')} ${step.title}\n`);
      throw error;
    }
  }
}

async function runOnTerminal(steps: readonly Step[]): Promise<void> {
  // Ctrl-C is ours: the list's own listener would end the process and leave the sandbox running.
  const list = new Listr(steps.map((step) => ({
    title: step.title,
    task: async (_: unknown, task: { title: string; output: string }): Promise<void> => {
      const begun = Date.now();
      const detail = await step.run((text) => { task.output = text; });
      task.title = doneLine(step.title, Date.now() - begun, detail);
    },
  })), { concurrent: false, exitOnError: true, registerSignalListeners: false, rendererOptions: { collapseErrors: false, showErrorMessage: false } });
  await list.run();
}
