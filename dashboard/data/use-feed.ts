import { useEffect, useRef, useState } from 'preact/hooks';
import type { Feed, Failure } from '../model/feed.ts';
import { answered, EMPTY_FEED, failed, pauseAfter } from '../model/feed.ts';
import { ApiError } from './client.ts';

export interface LiveFeed<T> extends Feed<T> {
  /** Asks now instead of at the next turn. */
  readonly retry: () => void;
}

interface Question<T> {
  /** Another key is another question; null asks nothing. */
  readonly key: string | null;
  readonly ask: () => Promise<T>;
  readonly everyMs: number;
  readonly now: () => number;
  /** Keeps the last answer on the screen until the new question is answered: a map that is moved. */
  readonly keep?: boolean;
}

/** Asks at once, then again and again while the page is seen, slower after failures. */
export function useFeed<T>({ key, ask, everyMs, now, keep = false }: Question<T>): LiveFeed<T> {
  const [feed, setFeed] = useState<Feed<T>>(EMPTY_FEED);
  const latest = useRef({ ask, now });
  latest.current = { ask, now };
  const again = useRef<() => void>(() => undefined);

  useEffect(() => {
    if (!keep) setFeed(EMPTY_FEED);
    if (key === null) return undefined;
    const loop = new Loop<T>({ ask: () => latest.current.ask(), now: () => latest.current.now(), everyMs, onChange: setFeed });
    again.current = () => loop.turn();
    const onSeen = (): void => { if (!document.hidden) loop.turn(); };
    document.addEventListener('visibilitychange', onSeen);
    loop.turn();
    return () => {
      document.removeEventListener('visibilitychange', onSeen);
      loop.stop();
    };
  }, [key, everyMs, keep]);

  return { ...feed, retry: () => again.current() };
}

type Change<T> = (change: (feed: Feed<T>) => Feed<T>) => void;

interface LoopOptions<T> {
  readonly ask: () => Promise<T>;
  readonly now: () => number;
  readonly everyMs: number;
  readonly onChange: Change<T>;
}

class Loop<T> {
  readonly #options: LoopOptions<T>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  #failures = 0;

  constructor(options: LoopOptions<T>) {
    this.#options = options;
  }

  turn(): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    void this.#ask(this.#turn);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#turn = -1;
  }

  async #ask(turn: number): Promise<void> {
    const { ask, now, onChange } = this.#options;
    try {
      const data = await ask();
      if (turn !== this.#turn) return;
      this.#failures = 0;
      onChange(() => answered(data, now()));
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#failures += 1;
      onChange((feed) => failed(feed, failureOf(error, now())));
    }
    this.#plan();
  }

  /** A hidden page asks nothing; it asks at once when it is seen again. */
  #plan(): void {
    if (document.hidden) return;
    const pause = pauseAfter(this.#failures, this.#options.everyMs);
    this.#options.onChange((feed) => ({ ...feed, nextTryAt: this.#options.now() + pause }));
    this.#timer = setTimeout(() => this.turn(), pause);
  }
}

function failureOf(error: unknown, at: number): Failure {
  if (error instanceof ApiError) return error.failure;
  return { endpoint: 'The page', status: null, detail: error instanceof Error ? error.message : String(error), at };
}
