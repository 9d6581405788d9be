import { derive, hasEntries, pack } from '../../domain/shipment/index.ts';
import type { DerivedState, EntrySet } from '../../domain/shipment/index.ts';
import { B, N, S } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';
import type { TextVersion } from './fold-batch.ts';

const MINUTE = 60_000;

export interface MainItemInput {
  readonly shipmentId: string;
  /** The whole shipment: what is derived comes from all of it. */
  readonly set: EntrySet;
  /** What the main item itself holds. */
  readonly main: EntrySet;
  /** Sort keys of its overflow pages. */
  readonly pages: readonly string[];
  /** Epoch seconds. */
  readonly storedUntil: number;
  readonly now: number;
}

/** The main item (`sk = S`) but for its version. Times in ms since 1970, `expiresAt` in seconds (docs/decisions/0003). */
export function mainItem({ shipmentId, set, main, pages, storedUntil, now }: MainItemInput): Item {
  return {
    pk: S(shipmentId),
    sk: S('S'),
    entries: B(pack(main)),
    ...(pages.length > 0 && { pages: S(pages.map((key) => key.slice('E#'.length)).join('')) }),
    expiresAt: N(storedUntil),
    // Nothing but retractions: no status, in no index.
    ...(hasEntries(set) && derivedAttributes(derive(set, now))),
  };
}

/** For indexes, alerts and lists. None of them moves with the clock alone before `reviewAt`: a repeat must change nothing. */
function derivedAttributes(state: DerivedState): Item {
  return withoutBlanks({
    status: state.status,
    statusSince: state.statusSince,
    eta: state.eta?.time,
    delayMinutes: Math.round(statedDelay(state) / MINUTE),
    flags: state.flags.join(','),
    lastPlace: state.lastPlace,
    destination: state.destination,
    reviewAt: state.reviewAt,
    customerId: state.order?.customerId,
    serviceLevel: state.order?.serviceLevel,
    priority: state.order?.priority,
    origin: state.order?.origin,
    alerts: state.alerts.length === 0 ? undefined : JSON.stringify(state.alerts.map(({ kind, subject, level, members }) => [kind, subject, level, members])),
  });
}

/**
 * Milliseconds that senders have stated: what of `delay` does not grow with the clock. Of the next step the estimate
 * against the plan; of an ended journey the end against its plan.
 */
export function statedDelay({ milestones, next }: DerivedState): number {
  const step = next === undefined ? milestones.findLast(({ type }) => type === 'DELIVERED' || type === 'ARRIVED') : milestones.find(({ type, place }) => type === next.type && place === next.place);
  if (step?.planned === undefined) return 0;
  const stated = step.actual ?? (next === undefined ? undefined : step.estimated);
  return Math.max(0, (stated ?? step.planned) - step.planned);
}

/** A page of older entries (`sk = E#…`) but for its version. */
export const pageItem = ({ shipmentId, key, page, storedUntil }: { shipmentId: string; key: string; page: EntrySet; storedUntil: number }): Item => ({
  pk: S(shipmentId),
  sk: S(key),
  entries: B(pack(page)),
  expiresAt: N(storedUntil),
});

/** A free text (`sk = T#…`), written once. It lives two horizons past its own event. */
export const textItem = ({ shipmentId, name, version, horizonMs }: { shipmentId: string; name: string; version: TextVersion; horizonMs: number }): Item => ({
  pk: S(shipmentId),
  sk: S(`T#${name}`),
  text: S(JSON.stringify(version.text)),
  published: N(version.published),
  expiresAt: N(textExpiry(version, horizonMs)),
});

/** Epoch seconds. */
export const textExpiry = ({ eventTime, published }: TextVersion, horizonMs: number): number => Math.ceil((Math.max(eventTime, published) + 2 * horizonMs) / 1000);

function withoutBlanks(values: Readonly<Record<string, string | number | undefined>>): Item {
  const item: Record<string, AttributeValue> = {};
  for (const name in values) {
    const value = values[name];
    if (typeof value === 'number') item[name] = N(value);
    else if (value !== undefined && value !== '') item[name] = S(value);
  }
  return item;
}
