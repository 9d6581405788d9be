/**
 * Two recounts of the regional numbers. From the simulator's truth, which shares nothing with the platform but the reference files:
 * shipments by region and status, vehicles by region. From the entries that are stored, each shipment derived anew: what is delayed,
 * for how long, and what is wrong, by region and carrier.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableName } from '../../contracts/platform-names.ts';
import { LIVE_CONTEXT } from '../../domain/delay/index.ts';
import { regionAt } from '../../domain/region/region-at.ts';
import type { RegionCounts } from '../../domain/region/counts.ts';
import { derive, entryCount, joinItems } from '../../domain/shipment/index.ts';
import type { DerivedState } from '../../domain/shipment/index.ts';
import { entriesIn, shipmentOf } from '../../lambdas/track-shipments/stored-shipment.ts';
import type { Item } from '../../lambdas/_shared/marshall.ts';
import { stringOf } from '../../lambdas/_shared/marshall.ts';
import type { Truth } from '../../simulator/index.ts';
import type { LiveProofs } from './live-proofs.ts';
import { PROJECT } from '../sandbox/harness.ts';

const MINUTE = 60_000;
const ENDED = ['DELIVERED', 'RETURNED', 'CANCELLED', 'LOST'];
const WRONG = ['EXCEPTION', 'CUSTOMS_HOLD', 'SENSOR_ALARM'];

type Numbers = Readonly<Record<string, number>>;

/** Of one region, what the truth can say. */
export interface TrueRegion {
  readonly statuses: Numbers;
  readonly vehicles: number;
}

/** Of one region, what follows from the entries. */
export interface DerivedRegion {
  readonly active: number;
  readonly delayed: number;
  readonly exceptions: number;
  readonly delayMs: number;
  readonly activeByCarrier: Numbers;
  readonly delayedByCarrier: Numbers;
}

/** The last count, as it lies in its table. */
export async function storedCounts({ awsJson }: LiveProofs): Promise<RegionCounts> {
  const { Item: item } = (await awsJson('DynamoDB_20120810.GetItem', { TableName: tableName('local', 'region-counts'), Key: { pk: { S: 'current' }, sk: { S: 'counts' } }, ConsistentRead: true })) as { Item?: Item };
  return JSON.parse(stringOf(item?.['counts']) ?? '{"countedAt":0,"regions":{}}') as RegionCounts;
}

export const trueParts = ({ regions }: RegionCounts): Record<string, TrueRegion> =>
  Object.fromEntries(Object.entries(regions).map(([region, { statuses, vehicles }]) => [region, { statuses, vehicles: vehicles.moving + vehicles.idle + vehicles.silent }]));

export const derivedParts = ({ regions }: RegionCounts): Record<string, DerivedRegion> =>
  Object.fromEntries(Object.entries(regions).filter(([, { statuses }]) => Object.keys(statuses).length > 0).map(([region, { total, carriers }]) => [region, {
    active: total.active,
    delayed: total.delayed,
    exceptions: total.exceptions,
    delayMs: total.delayMs,
    activeByCarrier: Object.fromEntries(Object.entries(carriers).map(([carrier, { active }]) => [carrier, active])),
    delayedByCarrier: positive(Object.fromEntries(Object.entries(carriers).map(([carrier, { delayed }]) => [carrier, delayed]))),
  }]));

const positive = (numbers: Numbers): Numbers => Object.fromEntries(Object.entries(numbers).filter(([, number]) => number > 0));

const [header = '', ...lines] = readFileSync(join(PROJECT, 'contracts', 'reference', 'locations.csv'), 'utf8').trim().split('\n');
const [PLACE, REGION] = ['unlocode', 'region'].map((name) => header.split(',').indexOf(name)) as [number, number];
const REGION_OF: ReadonlyMap<string, string> = new Map(lines.map((line) => [line.split(',')[PLACE] ?? '', line.split(',')[REGION] ?? '']));

/** Regions by the truth at a moment; a vehicle is where its newest fix says. */
export function recountTruth({ truth, sent }: Pick<LiveProofs, 'truth' | 'sent'>, now: number): Record<string, TrueRegion> {
  const regions = new Map<string, { statuses: Record<string, number>; vehicles: number }>();
  const open = (region: string): { statuses: Record<string, number>; vehicles: number } => {
    const found = regions.get(region) ?? { statuses: {}, vehicles: 0 };
    regions.set(region, found);
    return found;
  };
  for (const id of truth.shipmentIds()) {
    const status = truth.shipment(id, now)?.status;
    if (status === undefined) continue;
    const { statuses } = open(REGION_OF.get(lastPlace(truth, id)) ?? 'unknown');
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  const newest = new Map<string, { eventTime: string; lat: number; lon: number }>();
  for (const { contract, data } of sent) {
    if (contract !== 'vehicle-position') continue;
    const fix = JSON.parse(data.toString()) as { vehicleId: string; eventTime: string; lat: number; lon: number };
    if (Date.parse(fix.eventTime) > Date.parse(newest.get(fix.vehicleId)?.eventTime ?? '1970-01-01T00:00:00Z')) newest.set(fix.vehicleId, fix);
  }
  for (const { lat, lon } of newest.values()) open(regionAt(lat, lon)).vehicles += 1;
  return Object.fromEntries(regions);
}

/** Where something happened last, else where it came from. */
function lastPlace(truth: Truth, id: string): string {
  const facts = truth.facts(id);
  return facts?.moves.findLast(({ place }) => place !== '')?.place ?? facts?.origin ?? '';
}

/** Regions by the entries of all stored shipments, derived at a moment. */
export async function recountEntries(proofs: LiveProofs, now: number): Promise<Record<string, DerivedRegion>> {
  const regions: Record<string, { active: number; delayed: number; exceptions: number; delayMs: number; activeByCarrier: Record<string, number>; delayedByCarrier: Record<string, number> }> = {};
  for (const items of (await itemsByShipment(proofs)).values()) {
    const { main, pages } = shipmentOf(items);
    const set = joinItems({ main: entriesIn(main), pages: new Map([...pages].map(([key, item]) => [key, entriesIn(item)])) });
    if (main === undefined || entryCount(set) === 0) continue;
    const state = derive(set, now, LIVE_CONTEXT);
    const region = (regions[REGION_OF.get(state.lastPlace === '' ? (state.order?.origin ?? '') : state.lastPlace) ?? 'unknown'] ??= { active: 0, delayed: 0, exceptions: 0, delayMs: 0, activeByCarrier: {}, delayedByCarrier: {} });
    if (ENDED.includes(state.status)) continue;
    const party = state.lastEvent?.source.split(':').at(-1) ?? '';
    const carrier = /^[A-Z]{2,4}$/.test(party) ? party : 'unknown';
    region.active += 1;
    region.activeByCarrier[carrier] = (region.activeByCarrier[carrier] ?? 0) + 1;
    if (state.flags.some((flag) => WRONG.includes(flag))) region.exceptions += 1;
    if (!state.flags.includes('DELAYED')) continue;
    region.delayed += 1;
    region.delayedByCarrier[carrier] = (region.delayedByCarrier[carrier] ?? 0) + 1;
    region.delayMs += delayOf(state, now);
  }
  return regions;
}

/** By its next step: what its senders say, in whole minutes as the item has it, or the time since the plan. */
function delayOf({ milestones, next }: DerivedState, now: number): number {
  const step = milestones.find(({ type, place }) => type === next?.type && place === next.place);
  if (step?.planned === undefined) return 0;
  return Math.max(now - step.planned, Math.round(Math.max(0, (step.estimated ?? step.planned) - step.planned) / MINUTE) * MINUTE);
}

async function itemsByShipment({ awsJson }: LiveProofs): Promise<Map<string, Item[]>> {
  const found = new Map<string, Item[]>();
  let from: unknown;
  do {
    const page = (await awsJson('DynamoDB_20120810.Scan', { TableName: tableName('local', 'shipments'), ConsistentRead: true, ...(from !== undefined && { ExclusiveStartKey: from }) })) as { Items?: Item[]; LastEvaluatedKey?: unknown };
    for (const item of page.Items ?? []) {
      const pk = stringOf(item['pk']) ?? '';
      found.set(pk, [...(found.get(pk) ?? []), item]);
    }
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return found;
}
