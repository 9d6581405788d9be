import { packAlerts } from '../../domain/alert/index.ts';
import { pack } from '../../domain/shipment/index.ts';
import type { DerivedState, EntrySet, Milestone } from '../../domain/shipment/index.ts';
import { B, N, S } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';
import type { TextVersion } from './fold-batch.ts';
import { addListKeys } from './list-keys.ts';

const MINUTE = 60_000;

export interface MainItemInput {
  readonly shipmentId: string;
  /** What the main item itself holds, packed. */
  readonly entries: Uint8Array;
  /** Of the whole shipment; undefined for nothing but retractions: no status, in no index. */
  readonly derived: DerivedState | undefined;
  /** Sort keys of its overflow pages. */
  readonly pages: readonly string[];
  /** Epoch seconds. */
  readonly storedUntil: number;
}

/** The main item (`sk = S`) but for its version. Times in ms since 1970, `expiresAt` in seconds (docs/decisions/0003). */
export function mainItem({ shipmentId, entries, derived, pages, storedUntil }: MainItemInput): Item {
  const item: MutableItem = { pk: S(shipmentId), sk: S('S'), entries: B(entries) };
  if (pages.length > 0) item['pages'] = S(pages.map((key) => key.slice('E#'.length)).join(''));
  item['expiresAt'] = N(storedUntil);
  if (derived !== undefined) addDerived(item, derived);
  addListKeys(item, shipmentId, derived);
  return item;
}

type MutableItem = Record<string, AttributeValue>;

/** For indexes, alerts and lists. None of them moves with the clock alone before `reviewAt`: a repeat must change nothing. */
function addDerived(item: MutableItem, state: DerivedState): void {
  addText(item, 'status', state.status);
  addNumber(item, 'statusSince', state.statusSince);
  addNumber(item, 'eta', state.eta?.time);
  const step = delayedStep(state);
  addNumber(item, 'delayMinutes', Math.round(statedDelayOf(step, state) / MINUTE));
  // A delay grows with the clock from here, as long as there is a next step.
  if (state.next !== undefined) addNumber(item, 'planned', step?.planned);
  addText(item, 'flags', state.flags.join(','));
  addText(item, 'lastPlace', state.lastPlace);
  addText(item, 'destination', state.destination);
  addNumber(item, 'reviewAt', state.reviewAt);
  addText(item, 'customerId', state.order?.customerId);
  addText(item, 'serviceLevel', state.order?.serviceLevel);
  addNumber(item, 'priority', state.order?.priority);
  addText(item, 'origin', state.order?.origin);
  if (state.alerts.length > 0) addText(item, 'alerts', packAlerts(state.alerts));
}

function addText(item: MutableItem, name: string, value: string | undefined): void {
  if (value !== undefined && value !== '') item[name] = S(value);
}

function addNumber(item: MutableItem, name: string, value: number | undefined): void {
  if (value !== undefined) item[name] = N(value);
}

/**
 * Milliseconds that senders have stated: what of `delay` does not grow with the clock. Of the next step the estimate
 * against the plan; of an ended journey the end against its plan.
 */
export const statedDelay = (state: DerivedState): number => statedDelayOf(delayedStep(state), state);

function statedDelayOf(step: Milestone | undefined, { next }: DerivedState): number {
  if (step?.planned === undefined) return 0;
  const stated = step.actual ?? (next === undefined ? undefined : step.estimated);
  return Math.max(0, (stated ?? step.planned) - step.planned);
}

/** The next step; of an ended journey its end. */
const delayedStep = ({ milestones, next }: DerivedState): Milestone | undefined =>
  next === undefined ? milestones.findLast(({ type }) => type === 'DELIVERED' || type === 'ARRIVED') : milestones.find(({ type, place }) => type === next.type && place === next.place);

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
