/** When a shipment is late, and how much that matters. The table and its reasons: docs/alerts.md. */
import type { DeriveContext } from '../shipment/index.ts';
import { graceFor, silenceFor } from './grace.ts';

export { GRACE, graceFor, levelOf, SERVICE_LEVELS, SILENCE_HOURS, silenceFor, USUAL_LEVEL } from './grace.ts';
export type { GraceRow, ServiceLevel } from './grace.ts';
export { laneTimes, plannedRest } from './lane-times.ts';
export type { Lane } from './lane-times.ts';
export { severityOf } from './severity.ts';
export type { AlertSeverity, SeverityInput } from './severity.ts';

/** What every writer and reader of live state derives with: one context, so that all of them see the same. */
export const LIVE_CONTEXT: DeriveContext = { graceFor, silenceFor };
