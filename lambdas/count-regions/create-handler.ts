import { METRIC } from '../../contracts/metrics.ts';
import { addShipment, emptyCounts, withFewCarriers } from '../../domain/region/counts.ts';
import type { CountedShipment, RegionCounts } from '../../domain/region/counts.ts';
import { emfLine } from '../_shared/emf.ts';
import type { ScanCost } from './scan-shipments.ts';

export interface CountRegionsPorts {
  readonly scanShipments: (now: number, take: (shipment: CountedShipment) => void) => Promise<ScanCost>;
  /** Adds the vehicles to the count. */
  readonly addVehicles: (counts: RegionCounts) => Promise<void>;
  readonly store: (counts: RegionCounts) => Promise<void>;
  readonly metricNamespace: string;
  readonly print: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Counts all shipments and vehicles anew and writes the result: nothing is added up over runs, so nothing can drift. A
 * run that fails leaves the last count, and the next one counts again.
 */
export function createHandler(ports: CountRegionsPorts): () => Promise<void> {
  return async () => {
    const countedAt = ports.now();
    const counts = emptyCounts(countedAt);
    let shipments = 0;
    const { units } = await ports.scanShipments(countedAt, (shipment) => {
      shipments += 1;
      addShipment(counts, shipment);
    });
    await ports.addVehicles(counts);
    const regions = Object.fromEntries(Object.entries(counts.regions).map(([region, count]) => [region, withFewCarriers(count)]));
    await ports.store({ countedAt, regions });
    const metrics = [
      { name: METRIC.shipmentsCounted, unit: 'Count', value: shipments },
      { name: METRIC.countReadUnits, unit: 'Count', value: units },
      { name: METRIC.countDuration, unit: 'Milliseconds', value: ports.now() - countedAt },
    ] as const;
    ports.print(emfLine({ namespace: ports.metricNamespace, timestamp: countedAt, dimensions: {}, metrics }));
  };
}
