/** Which shipments are aboard which vehicle: each goes with the vehicle that happens to drive its way. */
import { distanceKm } from './places.ts';
import type { ShipmentPlan, Step } from './shipment-plan.ts';
import { placeAt, type Vehicle } from './vehicles.ts';

/** Further off than this on average, no vehicle is on the shipment's way, and it has none. */
const FARTHEST_KM = 90;
/** Parts of the way at which vehicle and shipment are compared. */
const LOOKS = [0.2, 0.5, 0.8] as const;
/** A message names so many at most: it stays small. */
const NAMED = 3;
/** In a large fleet the first so many carry; looking at all would take a second for each shipment. */
const CARRYING = 500;

interface Load {
  readonly shipmentId: string;
  readonly from: number;
  readonly to: number;
}

export class Loads {
  readonly #vehicles: readonly Vehicle[];
  readonly #byVehicle = new Map<number, Load[]>();

  constructor(vehicles: readonly Vehicle[]) {
    this.#vehicles = vehicles.slice(0, CARRYING);
  }

  /** Finds the shipment's vehicle: the one that is nearest to its way while it is under way. Shipments by sea and air have none. */
  add(plan: ShipmentPlan): void {
    const [departed, arrived] = (['DEPARTED', 'ARRIVED'] as const).map((type) => plan.steps.find((step) => step.type === type));
    if (plan.kind === 'OCEAN' || plan.kind === 'AIR' || departed === undefined || arrived === undefined) return;
    let nearest: { readonly index: number; readonly km: number } | undefined;
    for (const vehicle of this.#vehicles) {
      const km = meanDistance(vehicle, departed, arrived, nearest?.km ?? FARTHEST_KM);
      if (km < (nearest?.km ?? FARTHEST_KM)) nearest = { index: vehicle.index, km };
    }
    if (nearest === undefined) return;
    const load = { shipmentId: plan.id, from: departed.actual, to: arrived.actual };
    this.#byVehicle.set(nearest.index, [...(this.#byVehicle.get(nearest.index) ?? []), load]);
  }

  /** Ids of what is aboard at a moment, sorted. */
  aboard({ index }: Vehicle, time: number): string[] {
    const loads = this.#byVehicle.get(index);
    if (loads === undefined) return [];
    return loads.filter(({ from, to }) => from <= time && time < to).map(({ shipmentId }) => shipmentId).sort().slice(0, NAMED);
  }

  /** Forgets what was unloaded before `time`. */
  drop(time: number): void {
    for (const [index, loads] of this.#byVehicle) {
      const left = loads.filter(({ to }) => to >= time);
      if (left.length === 0) this.#byVehicle.delete(index);
      else if (left.length < loads.length) this.#byVehicle.set(index, left);
    }
  }
}

/** Kilometres between the vehicle and the shipment's place on the straight way; gives up beyond `limit`. */
function meanDistance(vehicle: Vehicle, departed: Step, arrived: Step, limit: number): number {
  let sum = 0;
  for (const part of LOOKS) {
    const place = { lat: departed.place.lat + (arrived.place.lat - departed.place.lat) * part, lon: departed.place.lon + (arrived.place.lon - departed.place.lon) * part };
    sum += distanceKm(placeAt(vehicle, departed.actual + (arrived.actual - departed.actual) * part), place);
    if (sum / LOOKS.length >= limit) return Infinity;
  }
  return sum / LOOKS.length;
}
