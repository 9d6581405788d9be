/** What goes wrong between the sender and the stream: repeats, disorder, lateness, contradictions, mistakes taken back. */
import type { EventType, ShipmentEventV1 } from '../contracts/generated/shipment-event/v1.types.ts';
import { evenShare, type Chance } from './random.ts';
import { HOUR, MINUTE, SECOND, type Shares } from './settings.ts';
import { iso, type Message } from './shipment-events.ts';
import type { ShipmentPlan } from './shipment-plan.ts';

/** An event is held behind its successor only when that comes soon: a feed stalls for hours, not for weeks. */
const LONGEST_HOLD_MS = 36 * HOUR;

export interface Disturbed {
  readonly plan: ShipmentPlan;
  readonly shares: Shares;
  readonly chance: Chance;
  /** This step is contradicted, and no other, whatever the share. */
  readonly conflictOn?: EventType;
}

/** Messages in the order of publishing, in and out; `at` and the number of messages change. */
export function disturb(messages: readonly Message[], { plan, shares, chance, ...more }: Disturbed): Message[] {
  const said = contradict(messages, { plan, shares, chance, ...more });
  const late = delayed(said, { plan, shares, chance });
  const mixed = disordered(late, { plan, shares, chance });
  return [...mixed, ...repeats(mixed, { plan, shares, chance })];
}

/** Conflicts, corrections, and mistakes with their retraction; all published after what they are about. */
function contradict(messages: readonly Message[], { plan, shares, chance, conflictOn }: Disturbed): Message[] {
  const share = { conflict: evenShare(shares.conflicts, chance), correction: evenShare(shares.corrections, chance), retraction: evenShare(shares.retractions, chance) };
  const scale = plan.kind === 'COURIER' ? 0.1 : 1;
  const later = (message: Message): number => message.published + Math.round(chance.between(5, 120) * MINUTE * scale);

  return messages.flatMap((message) => {
    const out = [message];
    const isStep = message.event.eventClassifier === 'ACTUAL' && message.event.eventType !== 'BOOKED';
    if (isStep && (conflictOn === undefined ? share.conflict() : message.event.eventType === conflictOn)) out.push(changed(message, { kind: 'conflict', published: later(message), shiftMs: chance.whole(3, 40) * MINUTE * scale }));
    else if (isStep && share.correction()) out.push(changed(message, { kind: 'correction', published: later(message), shiftMs: -chance.whole(2, 9) * MINUTE * scale, eventId: `${message.event.eventId}c`, correctsEventId: message.event.eventId }));
    if (isStep && share.retraction()) out.push(...mistake(message, later(message)));
    return out;
  }).sort((a, b) => a.published - b.published);
}

interface Change {
  readonly kind: Message['kind'];
  readonly published: number;
  readonly shiftMs: number;
  readonly eventId?: string;
  readonly correctsEventId?: string;
}

function changed(message: Message, { kind, published, shiftMs, ...ids }: Change): Message {
  const eventTime = message.eventTime + Math.round(shiftMs / SECOND) * SECOND;
  // What has happened cannot have happened after it was told.
  const told = Math.max(published, eventTime + SECOND);
  const event: ShipmentEventV1 = { ...message.event, ...ids, eventTime: iso(eventTime), publishedTime: iso(told) };
  return { kind, event, eventTime, published: told, at: told + (message.at - message.published) };
}

/** A delivery that did not happen, and the message that takes it back. */
function mistake(message: Message, published: number): Message[] {
  const { schemaVersion, source, shipmentId = '' } = message.event;
  const eventId = `${message.event.eventId}m`;
  const wrong: ShipmentEventV1 = { ...message.event, eventId, eventType: 'DELIVERED', sourceEventCode: 'ENTERED BY HAND', publishedTime: iso(message.published + 1_000) };
  const retraction: ShipmentEventV1 = { schemaVersion, eventId: `${eventId}r`, source, operation: 'RETRACT', shipmentId, retractsEventId: eventId, publishedTime: iso(published) };
  const transport = message.at - message.published;
  return [
    { kind: 'mistake', event: wrong, eventTime: message.eventTime, published: message.published + 1_000, at: message.at + 1_000 },
    { kind: 'retraction', event: retraction, eventTime: published, published, at: published + transport },
  ];
}

function delayed(messages: readonly Message[], { plan, shares, chance }: Disturbed): Message[] {
  const isLate = evenShare(shares.late, chance);
  return messages.map((message) => {
    if (!isLate()) return message;
    // In real records most late facts come within a day, a tenth of them after a week (couriers: minutes).
    const hold = plan.kind === 'COURIER' ? chance.between(3, 25) * MINUTE : chance.yes(0.9) ? chance.between(2, 30) * HOUR : chance.between(3, 9) * 24 * HOUR;
    return { ...message, at: message.at + Math.round(hold) };
  });
}

/** Arrives just after the next one that its sender published. */
function disordered(messages: readonly Message[], { shares, chance }: Disturbed): Message[] {
  const isHeld = evenShare(shares.disorder, chance);
  return messages.map((message, index) => {
    const next = messages[index + 1];
    const isPossible = next !== undefined && next.at >= message.at && next.at - message.at < LONGEST_HOLD_MS;
    if (!isHeld(isPossible) || next === undefined) return message;
    return { ...message, at: next.at + Math.round(chance.between(0.2, 5) * SECOND) };
  });
}

/** The same bytes again; or the same content in a file that was sent anew, with a later publishedTime. */
function repeats(messages: readonly Message[], { plan, shares, chance }: Disturbed): Message[] {
  const isRepeated = evenShare(shares.duplicates, chance);
  return messages.flatMap((message): Message[] => {
    if (!isRepeated()) return [];
    const pause = Math.round((plan.kind === 'COURIER' ? chance.between(1, 120) * SECOND : chance.between(1, 240) * MINUTE));
    const at = message.at + pause;
    if (chance.yes(0.75)) return [{ ...message, kind: 'duplicate', at }];
    const published = message.published + Math.min(pause, 30 * SECOND);
    return [{ ...message, kind: 'duplicate', published, at, event: { ...message.event, publishedTime: iso(published), sourceMessageId: `resent ${iso(at)}` } }];
  });
}
