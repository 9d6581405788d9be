import { useEffect, useRef } from 'preact/hooks';
import { commandOf } from './keys.ts';
import type { Command } from './keys.ts';

/** Keys of the whole page; those of a view come to it by `onKeyCommand`. */
export function useKeys(onCommand: (command: Exclude<Command, null | 'prefix'>) => boolean): void {
  const latest = useRef(onCommand);
  latest.current = onCommand;
  useEffect(() => {
    let isPrefixed = false;
    const onKey = (event: KeyboardEvent): void => {
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event)) return;
      const command = commandOf(event.key, isPrefixed);
      isPrefixed = command === 'prefix';
      if (command !== null && command !== 'prefix' && latest.current(command)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

/** In a field a letter is a letter, and Enter on a link or a button is its own. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target === null) return false;
  if (target.matches('input, select, textarea')) {
    if (event.key === 'Escape') target.blur();
    return true;
  }
  return target.closest('dialog, .menu') !== null || (event.key === 'Enter' && target.matches('a, button'));
}

type ViewCommand = 'next' | 'previous' | 'acknowledge' | 'snooze' | 'open';
type ViewListener = (command: ViewCommand) => void;
let viewListener: ViewListener | null = null;

/** The view that is shown hears the keys of lists. */
export function useViewKeys(listener: ViewListener): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const own: ViewListener = (command) => latest.current(command);
    viewListener = own;
    return () => { if (viewListener === own) viewListener = null; };
  }, []);
}

export function tellView(command: ViewCommand): boolean {
  viewListener?.(command);
  return viewListener !== null && command !== 'open';
}
