/** Regions for code that runs: what the reference files say of them, as modules without a file to read. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readJson } from '../catalog.ts';
import { REFERENCE_FILES } from '../lake/reference.ts';
import { parseCsv } from '../lake/reference-csv.ts';
import type { Region } from '../lake/reference-rules.ts';

const HEADER = (files: string): string => `// Generated from the reference files (${files}): do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts\n`;

/** Two modules by absolute name; none for a folder of contracts without reference files. The places are apart from the shapes: few need the latter. */
export function renderRegions(root: string, out: string): [string, string][] {
  const folder = join(root, 'reference');
  const file = join(folder, REFERENCE_FILES.regions);
  if (!existsSync(file)) return [];
  const { regions } = readJson(file) as { regions: readonly Region[] };
  const places = parseCsv(readFileSync(join(folder, REFERENCE_FILES.locations), 'utf8'), REFERENCE_FILES.locations);
  const directory = join(resolve(out), 'reference');
  return [
    [join(directory, 'region-places.ts'), placesModule(regions, places)],
    [join(directory, 'region-shapes.ts'), shapesModule(regions)],
  ];
}

function placesModule(regions: readonly Region[], places: readonly Readonly<Record<string, string>>[]): string {
  const countries = regions.flatMap(({ region, countries: whole }) => whole.map((country) => [country, region] as const));
  return [
    HEADER(`${REFERENCE_FILES.locations}, ${REFERENCE_FILES.regions}`),
    record('Name for people, by region.', 'REGION_NAMES', regions.map(({ region, name }) => [region, name])),
    record('Region of each place of the reference, by UN/LOCODE.', 'PLACE_REGIONS', places.map(({ unlocode = '', region = '' }) => [unlocode, region])),
    record('Region of each country that lies in one as a whole, by ISO 3166 code.', 'COUNTRY_REGIONS', countries),
  ].join('\n');
}

const shapesModule = (regions: readonly Region[]): string =>
  [
    HEADER(REFERENCE_FILES.regions),
    '/** Closed ring of [lon, lat], by region. */',
    `export const REGION_SHAPES: Readonly<Record<string, readonly (readonly [number, number])[]>> = {`,
    ...regions.map(({ region, polygon }) => `  ${JSON.stringify(region)}: ${JSON.stringify(polygon)},`),
    '};',
    '',
  ].join('\n');

const record = (about: string, name: string, entries: readonly (readonly [string, string])[]): string =>
  [`/** ${about} */`, `export const ${name}: Readonly<Record<string, string>> = {`, ...entries.map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},`), '};', ''].join('\n');
