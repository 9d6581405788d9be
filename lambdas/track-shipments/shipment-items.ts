import { packAlerts } from '../../domain/alert/index.ts';
import { MAIN_KEY, pack, PAGE_KEY_PREFIX } from '../../domain/shipment/index.ts';
import type { DerivedState, EntrySet, Milestone, Transport } from '../../domain/shipment/index.ts';
import { B, N, S } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { ItemChanges, NewItem } from './attribute-sinks.ts';
import type { AttributeSink } from './attribute-sinks.ts';
import type { Statement } from './dynamo-batches.ts';
import { tellListKeys } from './list-keys.ts';
import { TRANSPORT_ATTRIBUTES } from './names.ts';
import { firstVersion } from './statements.ts';

const MINUTE = 60_000;

export interface MainItemInput {
  readonly shipmentId: string;
  /** What the main item itself holds, packed. */
  readonly entries: Uint8Array;
  /** Of the whole shipment; undefined for nothing but retractions: no status, in no index. */
  readonly derived: DerivedState | undefined;
  /** Sort keys of its overflow pages. */
  readonly pages: readonly string[];
  /** What carries it; undefined: nobody has told. */
  readonly transport: Transport | undefined;
  /** Epoch seconds. */
  readonly storedUntil: number;
}

const mainKey = (shipmentId: string): Item => ({ pk: S(shipmentId), sk: S(MAIN_KEY) });

/**
 * What makes the stored main item (`sk = S`) say what `input` says; undefined when it says so already. Times in ms since 1970, `expiresAt` in
 * seconds (docs/decisions/0003).
 */
export function mainStatement({ table, before, input, now }: { readonly table: string; readonly before: Item | undefined; readonly input: MainItemInput; readonly now: number }): Statement | undefined {
  if (before === undefined) {
    const made = newMain(input);
    made.number('version', firstVersion(now));
    return made.statement(table);
  }
  const changes = new ItemChanges(before);
  tellMain(changes, input);
  if (changes.hasUntold) changes.dropUntold(new Set(newMain(input).names));
  return changes.statement(table, mainKey(input.shipmentId));
}

function newMain(input: MainItemInput): NewItem {
  const made = new NewItem(mainKey(input.shipmentId));
  tellMain(made, input);
  return made;
}

function tellMain(to: AttributeSink, { shipmentId, entries, derived, pages, transport, storedUntil }: MainItemInput): void {
  to.bytes('entries', entries);
  to.text('pages', pages.length === 0 ? undefined : pages.map((key) => key.slice(PAGE_KEY_PREFIX.length)).join(''));
  to.number('expiresAt', storedUntil);
  to.number(TRANSPORT_ATTRIBUTES.told, transport?.told);
  to.text(TRANSPORT_ATTRIBUTES.voyage, transport?.voyage);
  to.text(TRANSPORT_ATTRIBUTES.vehicle, transport?.vehicle);
  if (derived !== undefined) tellDerived(to, derived);
  tellListKeys(to, shipmentId, derived);
}

/** For indexes, alerts and lists. None of them moves with the clock alone before `reviewAt`: a repeat must change nothing. */
function tellDerived(to: AttributeSink, state: DerivedState): void {
  const { order } = state;
  to.text('status', state.status);
  to.number('statusSince', state.statusSince);
  to.number('eta', state.eta?.time);
  const step = delayedStep(state);
  to.number('delayMinutes', Math.round(statedDelayOf(step, state) / MINUTE));
  // A delay grows with the clock from here, as long as there is a next step.
  to.number('planned', state.next === undefined ? undefined : step?.planned);
  to.text('flags', state.flags.join(','));
  to.text('lastPlace', state.lastPlace);
  to.text('destination', state.destination);
  to.number('reviewAt', state.reviewAt);
  to.text('customerId', order?.customerId);
  to.text('serviceLevel', order?.serviceLevel);
  to.number('priority', order?.priority);
  to.text('origin', order?.origin);
  to.text('alerts', state.alerts.length === 0 ? undefined : packAlerts(state.alerts));
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
