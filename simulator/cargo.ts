/** What a shipment weighs and is worth; from chance of its own, so that the rest of the world stays as it is. */
import type { Chance } from './random.ts';
import type { JourneyKind } from './shipment-plan.ts';

export interface Cargo {
  /** Pieces. */
  readonly quantity: number;
  readonly weightKg: number;
  readonly volumeM3: number;
  /** Value of the goods in cents: money is never a binary fraction. */
  readonly goodsCents: number;
}

/** Kilograms at least and at most, kilograms in a cubic metre, cents for a kilogram at least and at most, pieces at most. */
const RANGES: Readonly<Record<JourneyKind, { readonly kg: readonly [number, number]; readonly density: readonly [number, number]; readonly cents: readonly [number, number]; readonly pieces: number }>> = {
  OCEAN: { kg: [3_000, 24_000], density: [180, 520], cents: [90, 2_400], pieces: 24 },
  AIR: { kg: [15, 2_400], density: [110, 320], cents: [900, 16_000], pieces: 12 },
  ROAD: { kg: [80, 18_000], density: [150, 450], cents: [120, 3_600], pieces: 33 },
  PARCEL: { kg: [0.4, 30], density: [90, 400], cents: [500, 9_000], pieces: 3 },
  COURIER: { kg: [0.2, 25], density: [90, 400], cents: [800, 20_000], pieces: 2 },
};

export function cargoOf(kind: JourneyKind, chance: Chance): Cargo {
  const { kg, density, cents, pieces } = RANGES[kind];
  // Most are light: the square of a uniform number leans to the low end.
  const weightKg = Number((kg[0] + (kg[1] - kg[0]) * chance.next() ** 2).toFixed(1));
  return {
    quantity: chance.whole(1, pieces),
    weightKg,
    volumeM3: Number(Math.max(0.001, weightKg / chance.between(density[0], density[1])).toFixed(3)),
    goodsCents: Math.round(weightKg * chance.between(cents[0], cents[1])),
  };
}

/** `1234` is `12.34`. */
export const decimalOf = (cents: number): string => `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
