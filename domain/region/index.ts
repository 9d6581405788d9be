/**
 * Which region of the reference (contracts/reference) a place lies in. Pure and small: by UN/LOCODE, else by country where
 * a country lies in one region as a whole. Points on the map: `region-at.ts`, which brings the shapes along.
 */
import { COUNTRY_REGIONS, PLACE_REGIONS, REGION_NAMES } from '../../contracts/generated/reference/region-places.ts';

/** Of a place that no reference file knows, and of a shipment without a place. */
export const UNKNOWN_REGION = 'unknown';

/** All regions of the reference, then `unknown`. */
export const REGIONS: readonly string[] = [...Object.keys(REGION_NAMES), UNKNOWN_REGION];

const BY_PLACE = new Map(Object.entries(PLACE_REGIONS));
const BY_COUNTRY = new Map(Object.entries(COUNTRY_REGIONS));
const UN_LOCODE_LENGTH = 5;

/** `place`: a UN/LOCODE, a facility code (unknown), or ''. */
export const regionOfPlace = (place: string): string => BY_PLACE.get(place) ?? (place.length === UN_LOCODE_LENGTH ? BY_COUNTRY.get(place.slice(0, 2)) : undefined) ?? UNKNOWN_REGION;

/** For people. */
export const regionName = (region: string): string => REGION_NAMES[region] ?? 'Unknown region';
