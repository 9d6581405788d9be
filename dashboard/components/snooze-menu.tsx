import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { clock, MINUTE } from '../model/time.ts';

const CHOICES = [{ minutes: 30, text: '30 min' }, { minutes: 120, text: '2 h' }, { minutes: 480, text: '8 h' }] as const;
/** A week. */
const LONGEST = 7 * 24 * 60;

interface SnoozeProps {
  readonly now: number;
  readonly onSnooze: (minutes: number) => void;
  /** Of what is snoozed already: wakes it. */
  readonly onEnd?: (() => void) | undefined;
  readonly label: string;
  readonly class: string;
  readonly children: JSX.Element | string;
  /** So that a key can open it. */
  readonly name?: string;
}

/** A button that opens the choice of how long; what is snoozed can be woken there too. */
export function Snooze({ now, onSnooze, onEnd, label, class: name, children, name: handle }: SnoozeProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const choose = (minutes: number): void => {
    close();
    onSnooze(minutes);
  };
  const end = onEnd === undefined ? undefined : (): void => {
    close();
    onEnd();
  };
  return (
    <>
      <button ref={button} class={name} type="button" aria-label={label} title="Snooze (s)" aria-haspopup="menu" aria-expanded={isOpen} data-name={handle} onClick={() => setOpen(!isOpen)}>{children}</button>
      {isOpen ? <Menu now={now} anchor={button.current} onChoose={choose} onEnd={end} onClose={close} /> : null}
    </>
  );
}

interface MenuProps {
  readonly now: number;
  readonly anchor: HTMLElement | null;
  readonly onChoose: (minutes: number) => void;
  readonly onEnd: (() => void) | undefined;
  readonly onClose: () => void;
}

function Menu({ now, anchor, onChoose, onEnd, onClose }: MenuProps): JSX.Element {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (menu.current !== null && anchor !== null) place(menu.current, anchor);
    menu.current?.querySelector('button')?.focus();
  }, []);
  useEffect(() => {
    const onOutside = (event: Event): void => {
      const target = event.target as Node;
      if (menu.current?.contains(target) !== true && anchor?.contains(target) !== true) onClose();
    };
    document.addEventListener('pointerdown', onOutside);
    return () => document.removeEventListener('pointerdown', onOutside);
  }, []);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const minutes = Number(new FormData(event.currentTarget as HTMLFormElement).get('minutes'));
    if (Number.isInteger(minutes) && minutes >= 1 && minutes <= LONGEST) onChoose(minutes);
  };
  return (
    <div ref={menu} class="menu" role="group" aria-label="Snooze for" onKeyDown={(event) => onKey(event, menu.current, onClose)}>
      {onEnd === undefined ? null : <button type="button" onClick={onEnd}>End snooze</button>}
      {CHOICES.map(({ minutes, text }) => <button key={minutes} type="button" onClick={() => onChoose(minutes)}>{text}, until {clock(now + minutes * MINUTE)}</button>)}
      <form onSubmit={submit}>
        <input class="field" name="minutes" type="number" min="1" max={LONGEST} required aria-label="Minutes" /> min
        <button class="btn" type="submit">Snooze</button>
      </form>
    </div>
  );
}

function onKey(event: KeyboardEvent, menu: HTMLElement | null, onClose: () => void): void {
  if (event.key === 'Escape') {
    event.stopPropagation();
    onClose();
  }
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || menu === null) return;
  event.preventDefault();
  const buttons = [...menu.querySelectorAll<HTMLElement>('button, input')];
  const index = buttons.indexOf(document.activeElement as HTMLElement);
  buttons[(index + step + buttons.length) % buttons.length]?.focus();
}

/** Under its button, within the window. The position is set by script, which the policy allows; markup has no styles. */
function place(menu: HTMLElement, anchor: HTMLElement): void {
  const button = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  menu.style.left = `${Math.max(8, Math.min(innerWidth - width - 8, button.right - width))}px`;
  menu.style.top = `${Math.max(8, Math.min(button.bottom, innerHeight - height - 8))}px`;
}
