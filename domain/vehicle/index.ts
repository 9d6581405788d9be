/**
 * Vehicles: where each was last, in pages of many, with the trail of the last hour and the shipments aboard. Everything
 * merges in any order, any number of times. The rules and the bytes: docs/vehicles.md.
 */
export { aboardHash, aboardIds, MAX_ABOARD_BYTES } from './aboard-set.ts';
export { EMPTY_ABOARD, joinAboard, packAboard, SETS_KEPT, shipmentIdsOf, unknownSets, unpackAboard, withoutOlderSets } from './aboard.ts';
export type { Aboard, AboardSet } from './aboard.ts';
export { compareIds, NewerVehicleFormatError, PackedStateError, VEHICLE_FORMAT } from './codec.ts';
export { compareFixes, fixAdmission, fromContract, FUTURE_AFTER_MS, STALE_AFTER_MS, UNITS_PER_DEGREE } from './fix.ts';
export type { Fix, FixAdmission, Place, VehicleFix } from './fix.ts';
export { bucketOf, hashText } from './hash.ts';
export { EMPTY_PAGE, joinAllPages, joinPages, packPage, unpackPage, withoutOlder } from './page.ts';
export type { Page } from './page.ts';
export { degrees, flagsOf, impliedKmh, isSameState, isTeleport, joinStates, motionOf, stateOf, TELEPORT_KMH } from './state.ts';
export type { Motion, VehicleFlag, VehicleState } from './state.ts';
export { addSample, EMPTY_TRAIL, joinTrails, packTrail, sampleOf, TRAIL_MS, TRAIL_SLOT_MS, trailSlotOf, unpackTrail } from './trail.ts';
export type { Trail, TrailSample } from './trail.ts';
