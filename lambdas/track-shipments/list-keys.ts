import { regionOfPlace, UNKNOWN_REGION } from '../../domain/region/index.ts';
import type { DerivedState } from '../../domain/shipment/index.ts';
import type { AttributeSink } from './attribute-sinks.ts';
import { LIST_PARTITIONS } from './names.ts';

/** Carrier, customer or region that nobody has told. */
export const UNKNOWN = UNKNOWN_REGION;

/**
 * The attributes that lists are found by (SHIPMENT_INDEXES) and regions counted by. Every main item has them all, a
 * shipment of nothing but retractions too: an index key cannot be NULL, and PartiQL removes one attribute at a time.
 * An index is only written when its own key changes.
 */
export function tellListKeys(to: AttributeSink, shipmentId: string, state: DerivedState | undefined): void {
  const hash = bucketOf(shipmentId);
  const partition = hash % LIST_PARTITIONS;
  to.text('bucket', hash < 10 ? `0${hash}` : String(hash));
  to.text('statusKey', statusKey(state?.status ?? 'NONE', partition));
  to.text('lateKey', lateKey(state?.flags.includes('DELAYED') === true, partition));
  to.text('region', state === undefined ? UNKNOWN : regionOf(state));
  to.text('carrier', carrierOf(state?.lastEvent?.source ?? ''));
  to.text('customerKey', customerKey(state?.order?.customerId ?? ''));
}

export const statusKey = (status: string, partition: number): string => `${status}#${partition}`;
export const lateKey = (isDelayed: boolean, partition: number): string => `${isDelayed ? 'LATE' : 'TIMELY'}#${partition}`;
export const customerKey = (customerId: string): string => (customerId === '' ? UNKNOWN : customerId);

/** Of the last effective place, else of the origin: a place that the reference does not know is unknown, not the origin. */
const regionOf = ({ lastPlace, order }: DerivedState): string => regionOfPlace(lastPlace === '' ? (order?.origin ?? '') : lastPlace);

/** Standard Carrier Alpha Code (NMFTA): two to four letters. */
const SCAC = /^[A-Z]{2,4}$/;

/** The party of a source, `<system>:<party>`, when it is a carrier: an application of the shipper (`APP:booking`) is none. */
export function carrierOf(source: string): string {
  const party = source.slice(source.lastIndexOf(':') + 1);
  return SCAC.test(party) ? party : UNKNOWN;
}

/** 0 to 15, evenly over ids (FNV-1a): what spreads over partitions what belongs to no one else. */
export function bucketOf(shipmentId: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < shipmentId.length; index += 1) hash = Math.imul(hash ^ shipmentId.charCodeAt(index), 0x01_00_01_93);
  return (hash ^ (hash >>> 16)) & 15;
}
