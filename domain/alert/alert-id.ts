/** Names of alerts: what is wrong with whom, never when. */
import type { Alert } from '../shipment/index.ts';

/** `KIND:TYPE:PLACE:SHIPMENT`, each part percent-encoded: opaque to callers, readable in a log, and no two alerts share one. */
export const alertId = (shipmentId: string, { kind, subject }: Pick<Alert, 'kind' | 'subject'>): string => [kind, typeOf(subject), placeOf(subject), shipmentId].map(encodeURIComponent).join(':');

/** Subjects are `type|place`; a place may hold a `|` of its own. */
export const typeOf = (subject: string): string => subject.slice(0, Math.max(0, subject.indexOf('|')));
export const placeOf = (subject: string): string => subject.slice(subject.indexOf('|') + 1);
