/** What a run writes down as it goes, so that it can go on after the edge was killed: events of its history, and its frames. */
import type { FrameData } from './frame.ts';

export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly type: string;
  readonly [details: string]: unknown;
}

export interface RunJournal {
  event(event: HistoryEvent): void;
  /** The frame at this path is this; frames inside it are gone. */
  frame(path: string, data: FrameData): void;
  /** Fields of the frame at this path changed. */
  patch(path: string, part: Partial<FrameData>): void;
  /** What was written is on disk when it returns: called before anything happens in the outside world. */
  flush(): void;
}

/** Keeps nothing: for runs that nobody will continue. */
export const noJournal: RunJournal = { event: () => undefined, frame: () => undefined, patch: () => undefined, flush: () => undefined };
