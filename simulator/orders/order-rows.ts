/** The life of an order in the database: placed, sometimes changed, delivered, now and then erased; and drafts that never ship. */
import { decimalOf } from '../cargo.ts';
import type { Chance } from '../random.ts';
import { DAY, HOUR, MINUTE } from '../settings.ts';
import type { ShipmentPlan } from '../shipment-plan.ts';
import type { Row, RowChange } from './row-change.ts';

const CHANGED_SHARE = 0.08;
const ERASED_SHARE = 0.015;
const DRAFT_SHARE = 0.02;
const EXTRA_HOURS: Readonly<Record<string, number>> = { ECONOMY: 48, STANDARD: 24, EXPRESS: 0 };

const iso = (time: number): string => new Date(time).toISOString();

export const orderId = (plan: ShipmentPlan): string => `ORD-${plan.number.toString(36).toUpperCase().padStart(5, '0')}`;

/** All changes of the order behind a shipment, in the order of the log. */
export function changesOfOrder(plan: ShipmentPlan, chance: Chance): RowChange[] {
  const key = { order_id: orderId(plan) };
  const placed = placedRow(plan);
  const delivered = plan.steps.at(-1)?.actual ?? plan.bookedAt;
  const changes: RowChange[] = [{ table: 'orders', key, op: 'c', after: placed, sourceTs: plan.bookedAt, number: 0 }];
  let row = placed;
  const update = (after: Row, sourceTs: number, number = 0): void => {
    changes.push({ table: 'orders', key, op: 'u', before: row, after, sourceTs, number });
    row = after;
  };
  if (chance.yes(CHANGED_SHARE)) {
    const when = plan.bookedAt + Math.round(chance.between(2, 50) * MINUTE);
    update({ ...row, status: 'CHANGED', weight_kg: Number((plan.cargo.weightKg * chance.between(0.9, 1.1)).toFixed(1)) }, when);
    // The value follows in the same transaction: same time, later in the log.
    if (chance.yes(0.5)) update({ ...row, goods_value: decimalOf(Math.round(plan.cargo.goodsCents * chance.between(0.9, 1.1))) }, when, 1);
  }
  update({ ...row, status: 'DELIVERED' }, delivered + Math.round(chance.between(1, 12) * MINUTE));
  if (chance.yes(ERASED_SHARE)) changes.push({ table: 'orders', key, op: 'd', before: row, sourceTs: delivered + Math.round(chance.between(1, 5) * DAY), number: 0 });
  return chance.yes(DRAFT_SHARE) ? [...changes, ...draft(placed, { key: `${key.order_id}-D`, at: plan.bookedAt, chance })] : changes;
}

function placedRow(plan: ShipmentPlan): Row {
  const { id, customer, kind, origin, destination, cargo, bookedAt, steps } = plan;
  const serviceLevel = kind === 'COURIER' ? 'EXPRESS' : customer.serviceLevel;
  return {
    order_id: orderId(plan),
    customer_id: customer.id,
    shipment_id: id,
    service_level: serviceLevel,
    priority: kind === 'COURIER' ? 1 : 3,
    status: 'PLACED',
    origin: origin.unLocode,
    destination: destination.unLocode,
    weight_kg: cargo.weightKg,
    volume_m3: cargo.volumeM3,
    goods_value: decimalOf(cargo.goodsCents),
    currency: 'EUR',
    ordered_at: iso(bookedAt),
    requested_delivery: iso((steps.at(-1)?.planned ?? bookedAt) + (EXTRA_HOURS[serviceLevel] ?? 0) * HOUR),
  };
}

/** Begun, and thrown away within hours. */
function draft(placed: Row, { key, at, chance }: { readonly key: string; readonly at: number; readonly chance: Chance }): RowChange[] {
  const row: Row = { ...placed, order_id: key, shipment_id: null, status: 'DRAFT', requested_delivery: null };
  const begun = at + Math.round(chance.between(1, 30) * MINUTE);
  return [
    { table: 'orders', key: { order_id: key }, op: 'c', after: row, sourceTs: begun, number: 0 },
    { table: 'orders', key: { order_id: key }, op: 'd', before: row, sourceTs: begun + Math.round(chance.between(0.2, 6) * HOUR), number: 0 },
  ];
}
