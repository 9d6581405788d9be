import { REGION_SHAPES } from '../../contracts/generated/reference/region-shapes.ts';
import { boxArea, circleArea, coarserKey, FINEST_RESOLUTION, parseCell, polygonArea } from '../../domain/geo/index.ts';
import type { Area, CellName } from '../../domain/geo/index.ts';
import { identifier, numbers, oneOf, refused, wholeNumber } from '../_shared/http/query.ts';
import type { ParameterRule, Parameters } from '../_shared/http/query.ts';
import type { Fleet } from './fleet.ts';

/** A circle beyond half of the earth is all of it. */
const LARGEST_KM = 20_040;

const cell: ParameterRule<CellName> = { parse: parseCell, allowed: `an H3 cell of resolution 0 to ${FINEST_RESOLUTION}`, example: '841fb47ffffffff' };

export const LIST_PARAMETERS = {
  bbox: numbers([[-180, 180], [-90, 90], [-180, 180], [-90, 90]], { names: 'west,south,east,north in degrees', example: '3.3,50.7,7.2,53.6' }),
  near: numbers([[-90, 90], [-180, 180], [0, LARGEST_KM]], { names: 'lat,lon,km', example: '51.95,4.14,25' }),
  region: oneOf(Object.keys(REGION_SHAPES)),
  cell,
  shipment: identifier({ most: 64, example: 'SHP-7Q2M4' }),
  group: oneOf(['cell']),
  resolution: wholeNumber({ from: 0, to: FINEST_RESOLUTION, example: 4 }),
};

export type ListParameters = Parameters<typeof LIST_PARAMETERS>;

const PLACES = ['bbox', 'near', 'region', 'cell', 'shipment'] as const;

/** The area that is asked for, and the resolution to group it by; the whole earth when nothing is said. */
export interface Place {
  readonly area: Area | undefined;
  readonly cell: CellName | undefined;
  readonly shipment: string | undefined;
  readonly resolution: number;
}

/** @throws RefusedRequest for two places at once, and for a box whose south lies north of its north. */
export function placeOf(asked: ListParameters): Place {
  const given = PLACES.filter((name) => asked[name] !== undefined);
  const [, second] = given;
  if (second !== undefined) throw refused([{ parameter: second, got: given.join(' and '), allowed: `one of ${PLACES.join(', ')} at a time` }]);
  const area = areaOf(asked);
  const resolution = asked.resolution ?? (asked.cell === undefined ? usualResolution(area) : Math.min(FINEST_RESOLUTION, asked.cell.resolution + 2));
  return { area, cell: asked.cell, shipment: asked.shipment, resolution };
}

function areaOf({ bbox, near, region }: ListParameters): Area | undefined {
  if (bbox !== undefined) {
    const [west = 0, south = 0, east = 0, north = 0] = bbox;
    if (south > north) throw refused([{ parameter: 'bbox', got: bbox.join(','), allowed: 'west,south,east,north with south ≤ north', example: '3.3,50.7,7.2,53.6' }]);
    return boxArea([west, south, east, north]);
  }
  if (near !== undefined) return circleArea({ lat: near[0] ?? 0, lon: near[1] ?? 0 }, near[2] ?? 0);
  const ring = region === undefined ? undefined : REGION_SHAPES[region];
  return ring === undefined ? undefined : polygonArea(ring);
}

/** Widths, degrees, from which a resolution is too fine for a screen. */
const WIDTHS = [90, 60, 25, 10, 4, 1.5, 0.6] as const;

/** So that a screen holds some hundred cells. */
function usualResolution(area: Area | undefined): number {
  if (area === undefined) return 2;
  const width = Math.max(area.bounds.reduce((sum, { west, east }) => sum + east - west, 0), ...area.bounds.map(({ south, north }) => north - south));
  const coarser = WIDTHS.findIndex((limit) => width > limit);
  return coarser === -1 ? FINEST_RESOLUTION : Math.min(FINEST_RESOLUTION, Math.max(1, coarser + 1));
}

export const isWholeFleet = ({ area, cell: named, shipment }: Place): boolean => area === undefined && named === undefined && shipment === undefined;

/** Numbers of the vehicles asked for, at most `most`, and how many there are; `visible` narrows what a partner may see. */
export function findVehicles(fleet: Fleet, place: Place, { most, visible }: { readonly most: number; readonly visible: ReadonlySet<number> | undefined }): { count: number; numbers: readonly number[] } {
  if (place.area !== undefined && visible === undefined) {
    const { count, points } = fleet.index.find(place.area, most);
    return { count, numbers: points };
  }
  const found = candidates(fleet, place).filter((number) => visible === undefined || visible.has(number));
  return { count: found.length, numbers: found.length <= most ? found : found.slice(0, most) };
}

function candidates(fleet: Fleet, { area, cell: named, shipment }: Place): readonly number[] {
  if (shipment !== undefined) return [...fleet.carrying(new Set([shipment]))];
  if (area !== undefined) return fleet.index.find(area).points;
  const all = [...fleet.vehicles.keys()];
  return named === undefined ? all : all.filter((number) => coarserKey(fleet.vehicles[number]?.cell ?? -1, named.resolution) === named.key);
}
