/**
 * What carries a shipment, as it was told last: a register beside the entry set, not part of its bytes. Of all statements that
 * name a voyage, vehicle or vessel the one told last counts, by a total order; so order of arrival, batches and repeats do
 * not matter. A retraction does not take it back: the next statement does.
 */
import { compareText, storable } from './entry.ts';
import type { StatementEvent } from './event.ts';
import { readObject, readText } from './reading.ts';

export interface Transport {
  /** When it was told, ms since 1970: published, else when it happened. */
  readonly told: number;
  /** `<IMO number of the vessel, else the sending party>/<voyage>`: carriers number their voyages alike; '' = not told. */
  readonly voyage: string;
  /** Vehicle id; of a vessel without a voyage `IMO <number>`; '' = not told. */
  readonly vehicle: string;
}

/** Characters; as in the contract. */
const [VESSEL, VOYAGE, VEHICLE] = [{ maximum: 7 }, { maximum: 50 }, { maximum: 64 }];

/** @param transport - as the event has it: it may be anything. @returns undefined when it names nothing of it */
export function transportOf(transport: unknown, { source, publishedTime, eventTime }: Pick<StatementEvent, 'source' | 'publishedTime' | 'eventTime'>): Transport | undefined {
  const { vesselImo, voyage, vehicleId } = readObject(transport);
  const vessel = readText(vesselImo, VESSEL);
  const named = readText(voyage, VOYAGE);
  const vehicle = readText(vehicleId, VEHICLE) ?? (named === undefined && vessel !== undefined ? `IMO ${vessel}` : '');
  if (named === undefined && vehicle === '') return undefined;
  return { told: storable(publishedTime ?? eventTime), voyage: named === undefined ? '' : `${vessel ?? partyOf(source)}/${named}`, vehicle };
}

/** Of a source `<system>:<party>`: a carrier may speak by several systems. */
const partyOf = (source: string): string => source.slice(source.lastIndexOf(':') + 1);

/** The one that was told later; commutative, associative, idempotent. */
export function joinTransports(a: Transport | undefined, b: Transport | undefined): Transport | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareTransports(b, a) > 0 ? b : a;
}

const compareTransports = (a: Transport, b: Transport): number => a.told - b.told || compareText(a.voyage, b.voyage) || compareText(a.vehicle, b.vehicle);
