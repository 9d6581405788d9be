/**
 * A second, naive reading of the rules, for logs without conflicts in which no two events were published at the same time:
 * one ordered pass over full strings, no hashes, no lattice. Shares no code with the domain.
 */
import type { ShipmentEvent, StatementEvent } from '../../../domain/shipment/index.ts';

export interface OraclePicture {
  readonly status: string;
  /** `TYPE@place planned estimated actual count`, sorted. */
  readonly lines: readonly string[];
  readonly customer: string;
}

interface Cell {
  planned?: number;
  estimated?: number;
  actual?: number;
  count: number;
}

const LADDER = ['NONE', 'CREATED', 'BOOKED', 'PICKED_UP', 'IN_TRANSIT', 'AT_DESTINATION', 'OUT_FOR_DELIVERY'];
const STEP: Record<string, string> = { CREATED: 'CREATED', BOOKED: 'BOOKED', DEPARTED: 'IN_TRANSIT', ARRIVED: 'IN_TRANSIT', DELIVERY_ATTEMPTED: 'OUT_FOR_DELIVERY' };
const ENDS = ['DELIVERED', 'LOST'];
const NAMED = [...Object.keys(STEP), ...ENDS, 'CUSTOMS_HOLD', 'CUSTOMS_RELEASED', 'DAMAGED'];

const published = (event: ShipmentEvent): number => event.publishedTime ?? 0;

export function replay(log: readonly ShipmentEvent[], now: number): OraclePicture {
  const ordered = log.toSorted((a, b) => published(a) - published(b));
  const isVoid = (event: ShipmentEvent): boolean => ordered.some((other) => other.source === event.source && targetOf(other) === event.eventId);
  const statements = ordered.filter((event): event is StatementEvent => event.operation === 'UPSERT');

  const newest: Record<string, StatementEvent> = {};
  for (const event of statements) {
    if (event.classifier !== 'ACTUAL' && !event.neutral) newest[[event.classifier, event.type, event.place, event.source].join('|')] = event;
  }
  const told = Object.values(newest).filter((event) => !isVoid(event)).sort((a, b) => published(a) - published(b));
  const happened = statements.filter((event) => event.classifier === 'ACTUAL' && !event.neutral && !isVoid(event) && event.eventTime <= now + 15 * 60_000);
  const order = statements.findLast((event) => event.order !== undefined);
  return {
    status: statusOf(happened, destinationOf(told)),
    lines: linesOf(told, happened),
    customer: order?.order === undefined || isVoid(order) ? '' : order.order.customerId,
  };
}

const targetOf = (event: ShipmentEvent): string | undefined => (event.operation === 'RETRACT' ? event.retractsEventId : event.correctsEventId);

function linesOf(told: readonly StatementEvent[], happened: readonly StatementEvent[]): string[] {
  const cells: Record<string, Cell> = {};
  const cellOf = (key: string): Cell => (cells[key] ??= { count: 0 });
  for (const event of told) {
    if (!NAMED.includes(event.type)) continue;
    if (event.classifier === 'PLANNED') cellOf(`${event.type}@${event.place}`).planned = event.eventTime;
    if (event.classifier === 'ESTIMATED') cellOf(`${event.type}@${event.place}`).estimated = event.eventTime;
  }
  const stated = Object.keys(cells);
  for (const event of happened) {
    if (!NAMED.includes(event.type)) continue;
    const candidates = stated.filter((key) => key.startsWith(`${event.type}@`));
    const key = event.place === '' && candidates.length === 1 ? String(candidates[0]) : `${event.type}@${event.place}`;
    const cell = cellOf(key);
    cell.actual = Math.min(cell.actual ?? Infinity, event.eventTime);
    cell.count += 1;
  }
  return Object.entries(cells).map(([key, cell]) => lineOf(key, cell)).sort();
}

export const lineOf = (key: string, cell: { planned?: number | undefined; estimated?: number | undefined; actual?: number | undefined; count: number }): string =>
  [key, cell.planned, cell.estimated, cell.actual, cell.count].join(' ');

function destinationOf(told: readonly StatementEvent[]): string {
  let goal: StatementEvent | undefined;
  for (const wanted of ['ARRIVED', 'DELIVERED']) {
    for (const event of told) {
      const isLater = goal?.type !== wanted || event.eventTime >= goal.eventTime;
      if (event.classifier === 'PLANNED' && event.type === wanted && isLater) goal = event;
    }
  }
  return goal?.place ?? '';
}

function statusOf(happened: readonly StatementEvent[], destination: string): string {
  let status = 'NONE';
  let end: StatementEvent | undefined;
  for (const event of happened) {
    if (ENDS.includes(event.type)) {
      if (end === undefined || event.eventTime >= end.eventTime) end = event;
      continue;
    }
    const atDestination = event.type === 'ARRIVED' && event.place !== '' && event.place === destination;
    const step = atDestination ? 'AT_DESTINATION' : STEP[event.type];
    if (step !== undefined && LADDER.indexOf(step) > LADDER.indexOf(status)) status = step;
  }
  return end?.type ?? status;
}
