/** Places and regions of the reference data, as the map needs them. */

export interface Place {
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
}

/** By UN/LOCODE. The file has no quoted values (contracts/reference/README.md). */
export function parsePlaces(csv: string): ReadonlyMap<string, Place> {
  const [header = '', ...lines] = csv.trim().split('\n');
  const column = (name: string): number => header.split(',').indexOf(name);
  const [code, name, lat, lon] = [column('unlocode'), column('name'), column('lat'), column('lon')];
  return new Map(lines.map((line) => {
    const cells = line.split(',');
    return [cells[code] ?? '', { name: cells[name] ?? '', lat: Number(cells[lat]), lon: Number(cells[lon]) }];
  }));
}

export interface RegionPlace {
  readonly region: string;
  readonly name: string;
  /** West, south, east, north. */
  readonly box: readonly [number, number, number, number];
  readonly middle: { readonly lat: number; readonly lon: number };
}

interface RegionRow {
  readonly region: string;
  readonly name: string;
  readonly polygon?: readonly (readonly number[])[];
}

export function regionPlaces(rows: readonly RegionRow[]): RegionPlace[] {
  return rows.flatMap(({ region, name, polygon = [] }) => {
    const [lons, lats] = [polygon.map((corner) => corner[0] ?? 0), polygon.map((corner) => corner[1] ?? 0)];
    if (lons.length === 0) return [];
    const box = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)] as const;
    return [{ region, name, box, middle: { lat: (box[1] + box[3]) / 2, lon: (box[0] + box[2]) / 2 } }];
  });
}
