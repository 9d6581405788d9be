/** A backfill as people see it: a line per day as it ends, and on a terminal one line that says how far it is. */
import type { Io } from '../output/io.ts';
import { count, paint, table } from '../output/style.ts';
import { duration, timeOfDay } from '../output/times.ts';
import { isDone } from './days.ts';
import type { EndedDay } from './days.ts';

const BAR = 20;

export interface Progress {
  readonly add: (ended: readonly EndedDay[]) => void;
  /** Days that were compared, before any is built: shown, not counted. */
  readonly compared: (ended: readonly EndedDay[]) => void;
  /** Takes the moving line away. */
  readonly end: () => void;
  readonly counts: () => { readonly done: number; readonly changed: number; readonly failed: readonly EndedDay[] };
}

export function progress(io: Io, { run, total, startedAt }: { readonly run: string; readonly total: number; readonly startedAt: number }): Progress {
  const days = new Map<string, EndedDay>();
  let before = 0;
  const clear = (): void => { if (io.interactive) io.out('\r\u001b[2K'); };
  const counts = (): ReturnType<Progress['counts']> => {
    const all = [...days.values()];
    return { done: all.filter(isDone).length, changed: all.filter(({ state }) => state === 'published').length, failed: all.filter((day) => !isDone(day)) };
  };
  return {
    add: (ended) => {
      clear();
      for (const day of ended) {
        // A day that failed and is done by now stays done, whichever note is read first.
        if (days.has(day.day) && !isDone(day)) continue;
        days.set(day.day, day);
        if (day.at < startedAt) before += 1;
        else io.out(dayLine(io, day));
      }
      const { done, failed } = counts();
      if (io.interactive) io.out(barLine({ run, total, done, failed: failed.length, eta: eta(done - before, total - done, io.now() - startedAt) }));
    },
    compared: (ended) => {
      if (ended.length > 0) clear();
      for (const day of ended) if (day.at >= startedAt) io.out(dayLine(io, day.state === 'staged' ? { ...day, state: 'compared' } : day));
    },
    end: clear,
    counts,
  };
}

function dayLine(io: Io, day: EndedDay): string {
  const mark = isDone(day) || day.state === 'compared' ? paint(io, 'green', '✔') : paint(io, 'red', '✖');
  return table([[`${mark} ${day.day}`, day.state.padEnd(10), day.state === 'published' ? count(day.rows, 'row') : '', timeOfDay(day.at), [...difference(day), ...day.broken, ...day.held].join('; ')]], '  ');
}

const difference = ({ compared, held }: EndedDay): string[] => (compared === undefined || held.length > 0 ? [] : [`${compared.differ} of ${count(compared.rows, 'row')} differ from before`]);

/** Ms until the end, by the pace so far; undefined before anything ended. */
export const eta = (done: number, left: number, elapsed: number): number | undefined => (done <= 0 ? undefined : (elapsed / done) * left);

export function barLine({ run, total, done, failed, eta: left }: { readonly run: string; readonly total: number; readonly done: number; readonly failed: number; readonly eta: number | undefined }): string {
  const filled = total === 0 ? BAR : Math.floor((done / total) * BAR);
  return `${run}  ${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}  ${done}/${total} days   ${failed} failed${left === undefined ? '' : `   eta ${duration(left)}`}`;
}
