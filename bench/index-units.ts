/**
 * What the indexes of the shipments table cost beside the table itself: `node bin/run.mjs bench/index-units.ts`.
 *
 * A simulated world, each event a write of its own (a batch writes a shipment once for all its events, and an index then
 * once at most). An index entry is one unit; one that moves is deleted and put again, two; one that stays costs nothing.
 */
import { LIVE_CONTEXT } from '../domain/delay/index.ts';
import { derive, EMPTY, fold, fromContract, hasEntries } from '../domain/shipment/index.ts';
import type { DerivedState, EntrySet } from '../domain/shipment/index.ts';
import { tellListKeys } from '../lambdas/track-shipments/list-keys.ts';
import { SHIPMENT_INDEXES } from '../lambdas/track-shipments/names.ts';
import { createWorld, history } from '../simulator/index.ts';

const NOW = Date.UTC(2026, 10, 20);

interface Written {
  readonly set: EntrySet;
  readonly keys: Readonly<Record<string, string | undefined>>;
}

interface Cost {
  events: number;
  shipments: number;
  readonly units: Record<string, number>;
}

function keysOf(shipmentId: string, state: DerivedState | undefined): Record<string, string | undefined> {
  const told: Record<string, string> = {};
  const take = (name: string, value: string | undefined): void => void (value !== undefined && (told[name] = value));
  tellListKeys({ text: take, number: () => undefined, bytes: () => undefined }, shipmentId, state);
  return Object.fromEntries(Object.values(SHIPMENT_INDEXES).map(({ name, key }) => [name, told[key]]));
}

/** Units by index over the lives of so many shipments. */
export function indexUnits(shipments: number): Cost {
  const cost: Cost = { events: 0, shipments: 0, units: {} };
  const written = new Map<string, Written>();
  for (const { contract, data, at } of history(createWorld({ seed: 3, now: NOW, days: 30, shipments, shares: { corrupt: 0 } }))) {
    if (contract !== 'shipment-event') continue;
    const event = JSON.parse(Buffer.from(data).toString('utf8')) as { shipmentId: string };
    const fact = fromContract(event as never, 1);
    if (fact === undefined) continue;
    const before = written.get(event.shipmentId);
    const set = fold([fact], before?.set ?? EMPTY);
    const keys = keysOf(event.shipmentId, hasEntries(set) ? derive(set, at, LIVE_CONTEXT) : undefined);
    cost.events += 1;
    for (const [name, key] of Object.entries(keys)) {
      const old = before?.keys[name];
      if (old !== key) cost.units[name] = (cost.units[name] ?? 0) + (old === undefined ? 1 : 2);
    }
    written.set(event.shipmentId, { set, keys });
  }
  cost.shipments = written.size;
  return cost;
}

if (process.argv[1]?.endsWith('index-units.ts') === true) {
  const { events, shipments, units } = indexUnits(2_000);
  console.log(`${events} events of ${shipments} shipments, each a write of its own`);
  for (const [name, count] of Object.entries(units)) console.log(`${name.padEnd(12)} ${(count / events).toFixed(3)} units an event, ${(count / shipments).toFixed(2)} over a shipment's life`);
  console.log(`all          ${(Object.values(units).reduce((sum, count) => sum + count, 0) / events).toFixed(3)} units an event`);
}
