/** `.waybill/events.ndjson`: what ended by itself and what was lost with it. Shown by `status` and `doctor`. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { isObject, numberOf, textOf } from '../json.ts';
import type { SandboxPaths } from './paths.ts';

export type EventName = 'started' | 'stopped' | 'edge-restarted' | 'control-restarted' | 'unclean-end';

export interface SandboxEvent {
  /** ISO time. */
  readonly at: string;
  readonly event: EventName;
  /** Begin and end of what was lost, ISO times: state changed in between is gone. */
  readonly lostFrom?: string;
  readonly lostTo?: string;
  readonly lostSeconds?: number;
  readonly detail?: string;
}

export function recordEvent(paths: SandboxPaths, event: Omit<SandboxEvent, 'at'>): SandboxEvent {
  mkdirSync(paths.dir, { recursive: true });
  const whole: SandboxEvent = { at: new Date().toISOString(), ...event };
  appendFileSync(paths.eventsFile, `${JSON.stringify(whole)}\n`);
  return whole;
}

/** The fields of an event that name an interval. */
export function lostInterval(from: Date, to: Date): Pick<SandboxEvent, 'lostFrom' | 'lostTo' | 'lostSeconds'> {
  return { lostFrom: from.toISOString(), lostTo: to.toISOString(), lostSeconds: Math.max(0, Math.round((to.getTime() - from.getTime()) / 100) / 10) };
}

/** All events, oldest first. A torn last line (written at the moment of a kill) is left out. */
export function readEvents(paths: SandboxPaths): SandboxEvent[] {
  if (!existsSync(paths.eventsFile)) return [];
  return readFileSync(paths.eventsFile, 'utf8').split('\n').flatMap(parseEvent);
}

function parseEvent(line: string): SandboxEvent[] {
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value)) return [];
    const lost = typeof value['lostFrom'] === 'string'
      ? { lostFrom: value['lostFrom'], lostTo: textOf(value['lostTo']), lostSeconds: numberOf(value['lostSeconds']) }
      : {};
    const detail = typeof value['detail'] === 'string' ? { detail: value['detail'] } : {};
    return [{ at: textOf(value['at']), event: textOf(value['event']) as EventName, ...lost, ...detail }];
  } catch {
    return [];
  }
}
