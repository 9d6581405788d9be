/** What readers have of gold: every row of every table, as text that can be compared. */
import type { LakeSandbox } from './lake-sandbox.ts';

export const GOLD = ['shipment_daily', 'carrier_performance_daily', 'lane_performance_daily', 'exceptions_daily', 'cost_daily', 'data_quality_daily'] as const;

export type GoldRows = Readonly<Record<string, readonly string[]>>;

export async function goldRows(lake: LakeSandbox, from: string, to: string): Promise<GoldRows> {
  const found: Record<string, readonly string[]> = {};
  for (const table of GOLD) {
    const rows = await lake.rows(`SELECT * FROM waybill_local_gold.${table} WHERE business_date BETWEEN DATE '${from}' AND DATE '${to}'`);
    found[table] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return found;
}

/** Rows that only one side has, by table; tables without any are left out. */
export function differences(one: GoldRows, other: GoldRows): Record<string, { readonly onlyFirst: number; readonly onlySecond: number }> {
  return Object.fromEntries(GOLD.flatMap((table) => {
    const [first, second] = [new Set(one[table]), new Set(other[table])];
    const found = { onlyFirst: [...first].filter((row) => !second.has(row)).length, onlySecond: [...second].filter((row) => !first.has(row)).length };
    return found.onlyFirst + found.onlySecond === 0 ? [] : [[table, found]];
  }));
}
