/** Places and regions of the contract's reference data, built into the page. */
import locations from '../contracts/reference/locations.csv';
import regions from '../contracts/reference/regions.json' with { type: 'json' };
import { parsePlaces, regionPlaces } from './model/places.ts';

export const PLACES = parsePlaces(locations);
export const REGIONS = regionPlaces(regions.regions);

const REGION_NAMES = new Map(REGIONS.map(({ region, name }) => [region, name]));
export const regionName = (region: string): string => REGION_NAMES.get(region) ?? region;
export const placeName = (code: string | null): string | null => (code === null ? null : (PLACES.get(code)?.name ?? code));
