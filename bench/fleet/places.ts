/** Where the vehicles of the measurement are, and what is asked about them: Europe, two thirds of it around forty towns. */

/** A vehicle's place, or the middle of a question: the same for the same number. */
export function spot(turn: number): { lat: number; lon: number } {
  const at = (salt: number): number => {
    const x = Math.sin(turn * 12.9898 + salt * 78.233) * 43_758.5453;
    return x - Math.floor(x);
  };
  const town = turn % 40;
  if (turn % 3 === 0) return { lat: 38 + at(1) * 20, lon: -8 + at(2) * 30 };
  return { lat: 40 + ((town * 7) % 40) * 0.4 + (at(1) + at(3) - 1) * 0.4, lon: -5 + ((town * 13) % 40) * 0.7 + (at(2) + at(4) - 1) * 0.6 };
}

/** West, south, east, north. */
export function boxAt(turn: number, width: number): [number, number, number, number] {
  const { lat, lon } = spot(turn + 7);
  return [lon, lat, lon + width, lat + width].map((value) => Number(value.toFixed(4))) as [number, number, number, number];
}

export const vehicleId = (vehicle: number): string => `TRK-${String(vehicle).padStart(6, '0')}`;

/** What a vehicle carries: two thirds of them one shipment each. */
export const cargoOf = (vehicle: number): readonly string[] => (vehicle % 3 === 0 ? [] : [`SHP-${String(vehicle).padStart(6, '0')}`]);
