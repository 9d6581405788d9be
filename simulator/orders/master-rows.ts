/** Customers and carriers in the orders database: a snapshot at the beginning, and changes for ever after, ten days at a time. */
import { CARRIERS, type Customer } from '../parties.ts';
import { chanceFor, type Chance } from '../random.ts';
import { DAY, HOUR } from '../settings.ts';
import type { Row, RowChange, TableName } from './row-change.ts';

const SLOT_MS = 10 * DAY;
/** Share of rows that change in ten days. */
const CUSTOMER_CHANGES = 0.35;
const CARRIER_CHANGES = 0.12;
const PURPOSE = 0x0ddb;

const SEGMENTS = ['ENTERPRISE', 'BUSINESS', 'SMALL'] as const;
const COUNTRIES = ['NL', 'DE', 'BE', 'FR', 'US', 'GB', 'PL', 'CN'] as const;
const NAMES = ['Noordzee Trading', 'Alpenblick Maschinen', 'Maison Delacroix', 'Lakeshore Supply', 'Thames & Daughters', 'Warta Meble', 'Harbour Line Foods', 'Blue Canal Textiles', 'Prairie Tools', 'Oriel Optics'] as const;
const FORMS = ['', ' Group', ' International', ' Holding'] as const;
const CARRIER_COUNTRIES: Readonly<Record<string, string>> = { MAEU: 'DK', HLCU: 'DE', CMDU: 'FR', MSCU: 'CH', DHLA: 'DE', LHCG: 'DE', FDEG: 'US', SNLU: 'US', DSVF: 'DK', RABN: 'PL', UPSN: 'US', DPDE: 'FR' };

interface Master {
  readonly table: TableName;
  readonly key: Readonly<Record<string, string>>;
  readonly index: number;
  row: Row;
}

export interface MasterOptions {
  readonly seed: number;
  /** Begin of the history, milliseconds since 1970. */
  readonly start: number;
  readonly customers: readonly Customer[];
}

/** One list of changes per ten days from the start; without end. */
export function* masterChanges({ seed, start, customers }: MasterOptions): Generator<{ readonly until: number; readonly changes: readonly RowChange[] }, never> {
  const masters = [...customers.map(customerOf(seed)), ...CARRIERS.map(({ scac, name, mode }, index): Master => ({ table: 'carriers', key: { carrier_id: scac }, index: 100_000 + index, row: { carrier_id: scac, name, mode, country: CARRIER_COUNTRIES[scac] ?? 'NL' } }))];
  for (let slot = 0; ; slot += 1) {
    const from = start + slot * SLOT_MS;
    const snapshot = slot > 0 ? [] : masters.map(({ table, key, row }, number): RowChange => ({ table, key, op: 'r', after: row, sourceTs: start, number }));
    yield { until: from + SLOT_MS, changes: [...snapshot, ...(slot > 0 ? [] : passingCustomer(start)), ...masters.flatMap((master) => changesIn(master, { seed, slot, from }))] };
  }
}

const customerOf = (seed: number) => ({ id }: Customer, index: number): Master => {
  const chance = chanceFor(seed, PURPOSE, index);
  const segment = chance.pick(SEGMENTS);
  return { table: 'customers', key: { customer_id: id }, index, row: { customer_id: id, name: `${NAMES[index % NAMES.length] ?? ''} ${index + 1}`, segment, country: chance.pick(COUNTRIES), priority: SEGMENTS.indexOf(segment) + 2 } };
};

function changesIn(master: Master, { seed, slot, from }: { readonly seed: number; readonly slot: number; readonly from: number }): RowChange[] {
  const chance = chanceFor(seed, PURPOSE, master.index, slot + 1);
  if (!chance.yes(master.table === 'customers' ? CUSTOMER_CHANGES : CARRIER_CHANGES)) return [];
  const sourceTs = from + Math.round(chance.between(HOUR, SLOT_MS - HOUR));
  const before = master.row;
  const after = master.table === 'customers' ? changedCustomer(before, chance) : { ...before, name: renamed(before.name, chance) };
  master.row = after;
  return [{ table: master.table, key: master.key, op: 'u', before, after, sourceTs, number: 0 }];
}

/** Moves to another segment, moves house, is renamed, or gets another priority. */
function changedCustomer(row: Row, chance: Chance): Row {
  const roll = chance.next();
  const other = <T>(values: readonly T[], now: unknown): T => chance.pick(values.filter((value) => value !== now));
  if (roll < 0.45) return { ...row, segment: other(SEGMENTS, row.segment) };
  if (roll < 0.75) return { ...row, country: other(COUNTRIES, row.country) };
  return roll < 0.9 ? { ...row, name: renamed(row.name, chance) } : { ...row, priority: other([1, 2, 3, 4, 5], row.priority) };
}

function renamed(name = '', chance: Chance): string {
  const form = FORMS.find((one) => one !== '' && name.endsWith(one)) ?? '';
  return `${name.slice(0, name.length - form.length)}${chance.pick(FORMS.filter((one) => one !== form))}`;
}

/** A customer who ships nothing: created, changed twice in one transaction, deleted, created again. */
function passingCustomer(start: number): RowChange[] {
  const key = { customer_id: 'CUS-9001' };
  const rows = (['SMALL', 'BUSINESS', 'ENTERPRISE', 'SMALL'] as const).map((segment, index): Row => ({ customer_id: 'CUS-9001', name: index < 3 ? 'Passing Trade' : 'Passing Trade Again', segment, country: 'BE', priority: 4 }));
  const [first, second, third, again] = rows;
  if (first === undefined || second === undefined || third === undefined || again === undefined) return [];
  const change = (op: RowChange['op'], hours: number, more: Pick<RowChange, 'before' | 'after'>, number = 0): RowChange => ({ table: 'customers', key, op, sourceTs: start + hours * HOUR, number, ...more });
  return [change('c', 5, { after: first }), change('u', 26, { before: first, after: second }), change('u', 26, { before: second, after: third }, 1), change('d', 50, { before: third }), change('c', 75, { after: again })];
}
