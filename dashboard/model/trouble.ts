import type { AlertSummary } from '../../contracts/api/answers.ts';

/** What open alerts say of what a vehicle carries. */
export type Trouble = 'exception' | 'delayed';

const TROUBLES: Readonly<Partial<Record<AlertSummary['kind'], Trouble>>> = { LATE: 'delayed', MISSED: 'delayed', SILENT: 'delayed', EXCEPTION: 'exception', HOLD: 'exception', SENSOR: 'exception' };

export function troublesByShipment(alerts: readonly AlertSummary[]): ReadonlyMap<string, Trouble> {
  const troubles = new Map<string, Trouble>();
  for (const { shipmentId, kind, state } of alerts) {
    const trouble = TROUBLES[kind];
    if (shipmentId === null || state !== 'open' || trouble === undefined) continue;
    if (trouble === 'exception' || !troubles.has(shipmentId)) troubles.set(shipmentId, trouble);
  }
  return troubles;
}

export function troubleOf(shipmentIds: readonly string[], troubles: ReadonlyMap<string, Trouble>): Trouble | null {
  const found = shipmentIds.map((id) => troubles.get(id));
  return found.includes('exception') ? 'exception' : found.includes('delayed') ? 'delayed' : null;
}
