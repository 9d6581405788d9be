/** Where things are on the earth: areas, the index that finds what is in them, cells to group by. Degrees, WGS 84. */
export { boxArea, circleArea, polygonArea } from './area.ts';
export type { Area, Bounds } from './area.ts';
export { cellKeyOf, cellOfKey, coarserKey, FINEST_RESOLUTION, parseCell, ringOf } from './cells.ts';
export type { CellKey, CellName } from './cells.ts';
export { distanceKm, wrapLongitude } from './distance.ts';
export type { Point } from './distance.ts';
export { GridIndex } from './grid-index.ts';
