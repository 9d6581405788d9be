import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { failureWords, moodOf } from '../model/feed.ts';
import { age, clockSeconds, instantOf } from '../model/time.ts';
import type { LiveFeed } from '../data/use-feed.ts';

interface PanelProps {
  readonly title: ComponentChildren;
  readonly right?: ComponentChildren;
  /** The right side speaks of old data. */
  readonly isOld?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}

export function Panel({ title, right, isOld = false, class: name = '', children }: PanelProps): JSX.Element {
  const id = useId();
  return (
    <section class={`panel ${name}`} aria-labelledby={id}>
      <div class="head"><h2 id={id}>{title}</h2>{right === undefined || right === null ? null : <div class={isOld ? 'right warn' : 'right'}>{right}</div>}</div>
      {children}
    </section>
  );
}

export function Box({ title, children, action }: { readonly title: string; readonly children?: ComponentChildren; readonly action?: ComponentChildren }): JSX.Element {
  return <div class="box"><b>{title}</b>{children === undefined ? null : <span>{children}</span>}{action}</div>;
}

export function Skeleton({ rows }: { readonly rows: number }): JSX.Element {
  return <div aria-busy="true"><span class="vh">Loading</span>{Array.from({ length: rows }, (_, index) => <span key={index} class={`sk w${1 + (index % 3)}`} />)}</div>;
}

interface FeedBodyProps<T> {
  readonly feed: LiveFeed<T>;
  readonly now: number;
  /** Grey bars while nothing is known. */
  readonly rows?: number;
  readonly isEmpty?: (data: T) => boolean;
  readonly empty?: ComponentChildren;
  readonly children: (data: T) => ComponentChildren;
}

/** Rows, grey bars, why there are none, or who answered what: the states of every list. */
export function FeedBody<T>({ feed, now, rows = 6, isEmpty, empty, children }: FeedBodyProps<T>): JSX.Element {
  if (feed.data === null) return moodOf(feed) === 'loading' ? <Skeleton rows={rows} /> : <NotLoaded feed={feed} now={now} />;
  if (isEmpty?.(feed.data) === true) return <>{empty}</>;
  return <>{children(feed.data)}</>;
}

export function NotLoaded({ feed, now, title = 'Not loaded' }: { readonly feed: LiveFeed<unknown>; readonly now: number; readonly title?: string }): JSX.Element {
  return <Box title={title} action={<button class="btn" type="button" onClick={feed.retry}>Try now</button>}>{failureWords(feed, now, clockSeconds)}{feed.failure?.detail === null || feed.failure?.detail === undefined ? '' : ` ${feed.failure.detail}`}</Box>;
}

/** "6 s old", and since when once it is older than it should be. */
export function ageWords(asOf: string | null | undefined, now: number): string {
  const at = instantOf(asOf);
  if (at === null) return '';
  const seconds = (now - at) / 1000;
  return seconds > 120 ? `as of ${clockSeconds(at)}, ${age(seconds)} old` : `${age(seconds)} old`;
}

export const isOld = (feed: LiveFeed<{ readonly as_of: string }>, now: number): boolean => {
  const at = instantOf(feed.data?.as_of);
  return moodOf(feed) === 'stale' || (at !== null && now - at > 120_000);
};
