import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

type Listener = (text: string) => void;
const listeners = new Set<Listener>();

/** Says what was done, for people who look and people who listen. */
export function say(text: string): void {
  for (const listener of listeners) listener(text);
}

const SHOWN_MS = 3_000;

export function Toast(): JSX.Element {
  const [text, setText] = useState('');
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listener = (said: string): void => {
      setText(said);
      setOn(true);
      clearTimeout(timer);
      timer = setTimeout(() => setOn(false), SHOWN_MS);
    };
    listeners.add(listener);
    return () => {
      clearTimeout(timer);
      listeners.delete(listener);
    };
  }, []);
  return <div class={isOn ? 'toast on' : 'toast'} role="status">{text}</div>;
}
