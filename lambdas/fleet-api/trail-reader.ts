import type { Place } from '../../domain/vehicle/index.ts';
import { degrees, TRAIL_MS, TRAIL_SLOT_MS, trailSlotOf, unpackTrail } from '../../domain/vehicle/index.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { queryAll } from '../_shared/aws/pages.ts';
import { bytesOf, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { slotOfKey, trailKey } from '../track-vehicles/vehicle-items.ts';

export interface TrailPoint {
  readonly lat: number;
  readonly lon: number;
  /** Ms since 1970. */
  readonly eventTime: number;
}

/** The last hour of a vehicle, oldest first, at most one a minute: a query of each partition that knows it. */
export async function readTrail({ aws, table, vehicleId, partitions, now }: { readonly aws: Pick<AwsClient, 'dynamo'>; readonly table: string; readonly vehicleId: string; readonly partitions: readonly string[]; readonly now: number }): Promise<TrailPoint[]> {
  const slots = await Promise.all(partitions.map((pk) => readSlots({ aws, table, pk, from: trailSlotOf({ eventTime: now - TRAIL_MS }), to: now + TRAIL_SLOT_MS })));
  const byMinute = new Map<number, TrailPoint>();
  for (const item of slots.flat()) {
    const slot = slotOfKey(stringOf(item['sk']) ?? '');
    if (Number.isNaN(slot)) continue;
    for (const { second, ...place } of unpackTrail(bytesOf(item['data']) ?? new Uint8Array()).get(vehicleId) ?? []) {
      const point = { ...degrees(place satisfies Pick<Place, 'lat' | 'lon'>), eventTime: slot + second * 1_000 };
      const minute = Math.floor(point.eventTime / 60_000);
      const known = byMinute.get(minute);
      if (point.eventTime >= now - TRAIL_MS && (known === undefined || point.eventTime < known.eventTime)) byMinute.set(minute, point);
    }
  }
  return [...byMinute.values()].sort((a, b) => a.eventTime - b.eventTime);
}

function readSlots({ aws, table, pk, from, to }: { aws: Pick<AwsClient, 'dynamo'>; table: string; pk: string; from: number; to: number }): Promise<Item[]> {
  return queryAll(aws, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: trailKey(from) }, ':to': { S: trailKey(trailSlotOf({ eventTime: to })) } },
  });
}
