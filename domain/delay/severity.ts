/** How much an alert matters, 1 (somebody acts now) to 5 (somebody reads it some time). */
import type { AlertKind } from '../shipment/index.ts';
import { levelOf } from './grace.ts';

export type AlertSeverity = 1 | 2 | 3 | 4 | 5;

export interface SeverityInput {
  readonly kind: AlertKind;
  /** `type|place`. */
  readonly subject: string;
  /** Of LATE: 1 from the grace on, 2 from four hours, 3 from a day. */
  readonly level: number;
  /** As the order says; '' = not stated. */
  readonly serviceLevel: string;
  /** 1 (most urgent) to 5; 0 = not stated. */
  readonly priority: number;
}

/** A shipment of standard service and usual priority. */
const LATE_BY_LEVEL: Readonly<Record<number, number>> = { 1: 4, 2: 3, 3: 2 };
const EXCEPTION_BY_TYPE: Readonly<Record<string, number>> = { LOST: 1, DAMAGED: 2, REFUSED: 3 };
const BY_KIND: Readonly<Record<Exclude<AlertKind, 'LATE' | 'EXCEPTION'>, number>> = { SENSOR: 2, HOLD: 3, SILENT: 4, MISSED: 5 };

/** What the order adds to that. */
const BY_SERVICE = { EXPRESS: -1, STANDARD: 0, ECONOMY: 1 } as const;
const BY_PRIORITY: Readonly<Record<number, number>> = { 1: -1, 5: 1 };

export function severityOf({ kind, subject, level, serviceLevel, priority }: SeverityInput): AlertSeverity {
  const changed = usual(kind, subject, level) + BY_SERVICE[levelOf(serviceLevel)] + (BY_PRIORITY[priority] ?? 0);
  return Math.min(5, Math.max(1, changed)) as AlertSeverity;
}

function usual(kind: AlertKind, subject: string, level: number): number {
  if (kind === 'LATE') return LATE_BY_LEVEL[Math.min(level, 3)] ?? 4;
  if (kind === 'EXCEPTION') return EXCEPTION_BY_TYPE[subject.slice(0, subject.indexOf('|'))] ?? 3;
  return BY_KIND[kind];
}
