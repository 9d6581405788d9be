/**
 * Shipment state: what is known about a shipment, as a set that merges in any order, and what follows from it.
 * The rules, the bytes and how to read a timeline: docs/shipment-state.md.
 */
export { admission, ADMISSION_LIMITS } from './admission.ts';
export type { Admission, AdmissionTimes } from './admission.ts';
export { PackedStateError } from './bytes.ts';
export { CLASSIFIERS, EVENT_TYPES, REASONS } from './codes.ts';
export type { Classifier, EventType, Reason } from './codes.ts';
export { ALERT_KINDS } from './derive/alerts.ts';
export type { Alert, AlertKind } from './derive/alerts.ts';
export { derive, deriveList } from './derive/derive.ts';
export type { DerivedState, Flag } from './derive/derive.ts';
export type { Eta, NextEvent } from './derive/forecast.ts';
export type { Milestone } from './derive/milestones.ts';
export { RULES } from './derive/rules.ts';
export type { DeriveContext, LastEvent } from './derive/rules.ts';
export { STATUSES } from './derive/status.ts';
export type { ShipmentStatus } from './derive/status.ts';
export type { Entry, OrderVersion } from './entry.ts';
export { EMPTY, entriesOf, entryCount, factOf, fold, foldFacts, fromEvent, hasContent, hasEntries, merge } from './entry-set.ts';
export type { EntrySet, Fact } from './entry-set.ts';
export { fromContract } from './event.ts';
export type { ContractShipmentEvent, RetractionEvent, ShipmentEvent, ShipmentOrder, StatementEvent } from './event.ts';
export { expiresAt, greatestTime, storedUntil } from './expiry.ts';
export type { ExpiryRule, StoredUntil } from './expiry.ts';
export { contentHash, idHash, textName } from './hashes.ts';
export { parseInstant } from './instant.ts';
export { joinItems, MAIN_KEY, OVERFLOW_LIMITS, oversizedItems, PAGE_KEY_PREFIX, pageKey, planItems, TEXT_KEY_PREFIX } from './overflow.ts';
export type { ItemPlan, OverflowLimits, StoredItems } from './overflow.ts';
export { NewerFormatError, pack, PACKED_FORMAT, unpack } from './packing.ts';
export { EntryPacker } from './packed-entry.ts';
export type { PackedEntry } from './packed-entry.ts';
export { joinTransports, transportOf } from './transport.ts';
export type { Transport } from './transport.ts';
export { addFacts, EMPTY_LIST, greatestTimeOf, listHasContent, packedFactOf, packList, plainFact, unpackList } from './short-list.ts';
export type { PackedFact, ShortList } from './short-list.ts';
export { textOf, TEXT_LIMITS } from './text.ts';
export type { EventReference, EventText } from './text.ts';
export { timelineOf, viewOf } from './timeline.ts';
export type { ShipmentView, Standing, TimelineEntry } from './timeline.ts';
