import type { JSX } from 'preact';
import type { Tone } from '../model/tone.ts';

/** Status marks: shape and colour always go together, so neither is needed to read the other. */
const SHAPES: Readonly<Record<Tone | 'move' | 'idle', JSX.Element>> = {
  ok: <circle cx="5" cy="5" r="4" />,
  note: <rect x="1.5" y="1.5" width="7" height="7" rx="1" />,
  warn: <path d="M5 .6 9.8 9.4H.2z" />,
  bad: <path d="M5 0 10 5 5 10 0 5z" />,
  stale: <circle cx="5" cy="5" r="3.6" />,
  move: <path d="M5 .4 9 9.4 5 7.4 1 9.4z" />,
  idle: <rect x="2.4" y="2.4" width="5.2" height="5.2" />,
};

export function Glyph({ kind, tone = kind }: { readonly kind: keyof typeof SHAPES; readonly tone?: string }): JSX.Element {
  return <svg class={`g ${tone}${kind === 'stale' ? ' hollow' : ''}`} viewBox="0 0 10 10" aria-hidden="true">{SHAPES[kind]}</svg>;
}

const ICONS = {
  ack: 'm3 8.5 3.2 3.2L13 4.8',
  snooze: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M8 5v3.2l2.2 1.4',
  wake: 'M4.5 11.5h7V7.6a3.5 3.5 0 0 0-7 0zM3 11.5h10M7 13.6h2M8 2.6v1.2',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  fit: 'M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3',
  close: 'm4 4 8 8M12 4l-8 8',
  theme: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11',
  down: 'm5 6.5 3 3 3-3',
  right: 'm6.5 5 3 3-3 3',
  out: 'M9 3H4v10h5M7 8h6M11 5.5 13.5 8 11 10.5',
} as const;

export function Icon({ name }: { readonly name: keyof typeof ICONS }): JSX.Element {
  return <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d={ICONS[name]} />{name === 'theme' ? <path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor" /> : null}</svg>;
}

/** "From A to B" without a letter that looks like an arrow. */
export function To(): JSX.Element {
  return <><svg class="to" width="12" height="8" viewBox="0 0 12 8" aria-hidden="true"><path d="M1 4h9.5M7.5 1l3 3-3 3" /></svg><span class="vh"> to </span></>;
}

export function Chip({ tone, text }: { readonly tone: Tone; readonly text: string }): JSX.Element {
  return <span class={`chip ${tone}`}><Glyph kind={tone} /><span>{text}</span></span>;
}

export function Severity({ value }: { readonly value: number }): JSX.Element {
  return <span class={`sev sev${value}`} title={`Severity ${value} of 5`}><span class="vh">Severity </span>{value}</span>;
}
