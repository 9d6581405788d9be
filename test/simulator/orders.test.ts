import { createHash } from 'node:crypto';
import { contract } from '../../contracts/generated/order-change/runtime.ts';
import type { OrderChangeV1 } from '../../contracts/generated/order-change/v1.types.ts';
import { validateEvent } from '../../contracts/validation/validate-event.ts';
import { createTruth, createWorld, history, live, NO_DISTURBANCE, type SimulatedRecord, type Truth, type WorldOptions } from '../../simulator/index.ts';

const NOW = Date.parse('2026-11-21T09:45:00Z');
const DAY = 24 * 3_600_000;
const ROUGH = { duplicates: 0.1, disorder: 0.2, late: 0.1 };

const world = (more: Partial<WorldOptions> = {}): WorldOptions => ({ seed: 7, now: NOW, shipments: 400, vehicles: 2, orders: true, ...more });
const changesIn = (records: Iterable<SimulatedRecord>): SimulatedRecord[] => [...records].filter(({ contract: name }) => name === 'order-change');
const past = (more: Partial<WorldOptions> = {}): SimulatedRecord[] => changesIn(history(createWorld(world(more))));
const parse = ({ data }: SimulatedRecord): OrderChangeV1 => JSON.parse(data.toString()) as OrderChangeV1;
const told = (records: Iterable<SimulatedRecord>): Truth => {
  const truth = createTruth();
  for (const record of records) truth.add(record);
  return truth;
};
const digest = (records: readonly SimulatedRecord[]): string => createHash('sha256').update(JSON.stringify(records)).digest('hex');

describe('the orders database', () => {
  const records = past({ shares: ROUGH });
  const changes = records.map(parse);

  it('tells nothing in a world that is not asked for it, and leaves the shipments as they are', () => {
    const without = [...history(createWorld(world({ orders: false })))];
    expect(changesIn(without)).toEqual([]);
    expect(digest([...history(createWorld(world()))].filter(({ contract: name }) => name !== 'order-change'))).toBe(digest(without));
  });

  it('keeps the contract, warnings included, in every record', () => {
    expect(changes.flatMap((change) => validateEvent(contract, change))).toEqual([]);
  });

  it('is the same, byte for byte, for the same seed, and however its life is cut', () => {
    expect(digest(past({ shares: ROUGH }))).toBe(digest(records));
    expect(digest(past({ shares: ROUGH, seed: 8 }))).not.toBe(digest(records));
    const whole = changesIn(live(createWorld(world()), NOW, NOW + DAY));
    const second = createWorld(world());
    const cut = [0, 1, 2, 3].flatMap((part) => changesIn(live(second, NOW + (part * DAY) / 4, NOW + ((part + 1) * DAY) / 4)));
    expect(whole.length).toBeGreaterThan(20);
    expect(digest(cut)).toBe(digest(whole));
  });

  it('goes on from the history without a gap', () => {
    const until = NOW - 5 * DAY;
    const before = past().filter(({ at }) => at >= until);
    expect(digest(changesIn(live(createWorld(world()), until, NOW)))).toBe(digest(before));
  });

  it('begins with a snapshot of customers and carriers, and has an order for every shipment', () => {
    const of = (table: string, op: string): OrderChangeV1[] => changes.filter((change) => change.table === table && change.op === op);
    expect(new Set(of('customers', 'r').map(({ position }) => position)).size).toBe(40);
    expect(new Set(of('carriers', 'r').map(({ position }) => position)).size).toBe(12);
    const ordered = new Set(past({ shares: NO_DISTURBANCE }).map(parse).flatMap(({ op, after }) => (op === 'c' ? (after?.shipment_id ?? []) : [])));
    const shipped = new Set([...history(createWorld(world()))].filter(({ contract: name, kind }) => name === 'shipment-event' && kind !== 'corrupt').map(({ partitionKey }) => partitionKey));
    expect([...shipped].filter((id) => !ordered.has(id))).toEqual([]);
  });

  it('has updates, deletions, several changes in one transaction, and a row that comes back', () => {
    const ops = Map.groupBy(new Set(changes.map(({ table, op }) => `${table} ${op}`)), (text) => text);
    expect([...ops.keys()].sort()).toEqual(['carriers r', 'carriers u', 'customers c', 'customers d', 'customers r', 'customers u', 'orders c', 'orders d', 'orders u']);
    const ties = Map.groupBy(new Map(changes.map((change) => [change.position + JSON.stringify(change.key), change])).values(), ({ key, sourceTs }) => JSON.stringify([key, sourceTs]));
    expect([...ties.values()].filter((list) => list.length > 1).length).toBeGreaterThan(5);
    expect(changes.filter(({ key }) => key?.['customer_id'] === 'CUS-9001').map(({ op }) => op)).toEqual(expect.arrayContaining(['c', 'u', 'd']));
  });

  it('comes late, out of order and twice, as the shares say; in order and once when they say nothing', () => {
    const overtaken = (list: readonly SimulatedRecord[]): number => {
      const greatest = new Map<string, string>();
      return list.filter((record) => {
        const { position } = parse(record);
        const last = greatest.get(record.partitionKey) ?? '';
        if (position >= last) greatest.set(record.partitionKey, position);
        return position < last;
      }).length;
    };
    expect(overtaken(records)).toBeGreaterThan(10);
    expect(records.filter(({ kind }) => kind === 'duplicate').length / records.length).toBeCloseTo(0.09, 1);
    expect(records.filter((record) => record.at - Date.parse(parse(record).sourceTs) > 2 * DAY).length).toBeGreaterThan(2);
    const clean = past({ shares: NO_DISTURBANCE });
    expect(new Set(clean.map(({ kind }) => kind))).toEqual(new Set(['change']));
    expect(Math.max(...clean.map((record) => record.at - Date.parse(parse(record).sourceTs)))).toBeLessThan(6_000);
  });

  it('says money as a decimal text', () => {
    expect(changes.flatMap(({ after }) => after?.goods_value ?? []).filter((value) => !/^\d+\.\d\d$/.test(value))).toEqual([]);
  });
});

describe('the truth of the orders database', () => {
  const records = past({ shares: ROUGH });
  const truth = told(records);

  it('does not depend on the order of arrival, nor on repeats', () => {
    const backwards = told([...records, ...records.slice(0, 50)].reverse());
    for (const table of ['orders', 'customers', 'carriers'] as const) expect(backwards.orders.history(table)).toEqual(truth.orders.history(table));
    expect(backwards.orders.changes()).toBe(truth.orders.changes());
    expect(truth.report(NOW).quarantined).toBe(0);
  });

  it('has every row once, deleted ones as they last were', () => {
    const orders = truth.orders.current('orders');
    expect(new Set(orders.map(({ key }) => key)).size).toBe(orders.length);
    const deleted = orders.filter(({ isDeleted }) => isDeleted);
    expect(deleted.length).toBeGreaterThan(2);
    expect(deleted.every(({ row }) => row.customer_id !== undefined)).toBe(true);
  });

  it('tells the life of a row: created, changed twice at once, deleted, created again', () => {
    const start = NOW - 35 * DAY;
    const life = truth.orders.history('customers').filter(({ key }) => key === 'CUS-9001');
    expect(life.map(({ row: { segment }, isDeleted, validFrom, validTo }) => [segment, isDeleted, (validFrom - start) / 3_600_000, validTo === undefined ? undefined : (validTo - start) / 3_600_000])).toEqual([
      ['SMALL', false, 5, 26],
      ['ENTERPRISE', false, 26, 50],
      ['ENTERPRISE', true, 50, 75],
      ['SMALL', false, 75, undefined],
    ]);
    const at = (hours: number): string | undefined => truth.orders.rowAt('customers', 'CUS-9001', start + hours * 3_600_000)?.segment;
    expect([at(4), at(5), at(25.9), at(26), at(60), at(80)]).toEqual([undefined, 'SMALL', 'SMALL', 'ENTERPRISE', undefined, 'SMALL']);
  });
});
