import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface Said {
  readonly text: string;
  /** Takes back what was done. */
  readonly undo: (() => void) | null;
}

type Listener = (said: Said) => void;
const listeners = new Set<Listener>();

/** Says what was done, for people who look and people who listen; with a way back where there is one. */
export function say(text: string, undo: (() => void) | null = null): void {
  for (const listener of listeners) listener({ text, undo });
}

const SHOWN_MS = 3_000;
/** Long enough to read it and to reach the button. */
const SHOWN_WITH_UNDO_MS = 8_000;

export function Toast(): JSX.Element {
  const [said, setSaid] = useState<Said>({ text: '', undo: null });
  const { text, undo } = said;
  const [isOn, setOn] = useState(false);
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    const listener = (next: Said): void => {
      setSaid(next);
      setOn(true);
      setHeld(false);
    };
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  useEffect(() => {
    if (!isOn || isHeld) return undefined;
    const timer = setTimeout(() => setOn(false), undo === null ? SHOWN_MS : SHOWN_WITH_UNDO_MS);
    return () => clearTimeout(timer);
  }, [isOn, isHeld, said]);
  const takeBack = (): void => {
    setOn(false);
    undo?.();
  };
  return (
    <div class={isOn ? 'toast on' : 'toast'} onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)} onFocusIn={() => setHeld(true)} onFocusOut={() => setHeld(false)}>
      <span role="status">{text}</span>
      {isOn && undo !== null ? <button type="button" data-name="undo" title="Undo (z)" onClick={takeBack}>Undo</button> : null}
    </div>
  );
}
