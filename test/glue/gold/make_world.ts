/**
 * A simulated world in a folder, for tests of the lake: `records.ndjson`, one `[contract, event]` a line in the order of arrival, repeats
 * included, and `truth.json`, what is true of it. Arguments: folder, seed, end (ISO), days, shipments.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTruth, createWorld, history } from '../../../simulator/index.ts';

const [folder = '.', seed = '7', end = '2026-11-01T00:00:00Z', days = '12', shipments = '150'] = process.argv.slice(2);
const shares = { duplicates: 0.06, disorder: 0.06, late: 0.1, conflicts: 0.03, retractions: 0.03, corrections: 0.03, corrupt: 0 };
const world = createWorld({ seed: Number(seed), now: Date.parse(end), days: Number(days), shipments: Number(shipments), customers: 12, orders: true, shares });

const truth = createTruth();
const lines: string[] = [];
for (const record of history(world)) {
  truth.add(record);
  lines.push(`["${record.contract}",${record.data.toString()}]`);
}
writeFileSync(join(folder, 'records.ndjson'), `${lines.join('\n')}\n`);
writeFileSync(
  join(folder, 'truth.json'),
  JSON.stringify({
    shipments: truth.shipmentIds().map((id) => truth.facts(id)),
    customers: truth.orders.history('customers'),
    carriers: truth.orders.history('carriers'),
    orders: truth.orders.current('orders'),
  }),
);
