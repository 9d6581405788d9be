import type { CountedShipment } from '../../domain/region/counts.ts';
import { regionOrUnknown } from '../../domain/region/counts.ts';
import { MAIN_KEY } from '../../domain/shipment/index.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { pages } from '../_shared/aws/pages.ts';
import { numberOf, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { UNKNOWN } from '../track-shipments/list-keys.ts';
import { isAlive } from '../track-shipments/stored-shipment.ts';
import { SCAN_SEGMENTS } from './names.ts';

export interface ScanInput {
  readonly aws: Pick<AwsClient, 'dynamo'>;
  readonly table: string;
  readonly now: number;
  readonly horizonMs: number;
}

/** Read units that the scan has cost. */
export interface ScanCost {
  readonly units: number;
}

const ATTRIBUTES = ['status', 'region', 'carrier', 'flags', 'delayMinutes', 'planned', 'expiresAt', 'pages'] as const;

/**
 * Every live shipment once, several parts of the table side by side. A scan reads whole items (half a unit per 4 KB, entries
 * and free texts too); the projection only spares the way from the table to here.
 */
export async function scanShipments(input: ScanInput, take: (shipment: CountedShipment) => void): Promise<ScanCost> {
  const costs = await Promise.all(Array.from({ length: SCAN_SEGMENTS }, (_, segment) => scanSegment(input, segment, take)));
  return { units: costs.reduce((sum, units) => sum + units, 0) };
}

async function scanSegment({ aws, table, now, horizonMs }: ScanInput, segment: number, take: (shipment: CountedShipment) => void): Promise<number> {
  let units = 0;
  const read = pages(aws, 'Scan', {
    TableName: table,
    Segment: segment,
    TotalSegments: SCAN_SEGMENTS,
    FilterExpression: 'sk = :main',
    ExpressionAttributeValues: { ':main': { S: MAIN_KEY } },
    ProjectionExpression: ATTRIBUTES.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(ATTRIBUTES.map((name) => [`#${name}`, name])),
    ReturnConsumedCapacity: 'TOTAL',
  });
  for await (const { items, answer } of read) {
    for (const item of items) if (isAlive(item, { now, horizonMs })) take(countedOf(item));
    units += (answer['ConsumedCapacity'] as { CapacityUnits?: number } | undefined)?.CapacityUnits ?? 0;
  }
  return units;
}

const countedOf = (item: Item): CountedShipment => ({
  region: regionOrUnknown(stringOf(item['region'])),
  carrier: stringOf(item['carrier']) ?? UNKNOWN,
  status: stringOf(item['status']) ?? '',
  flags: stringOf(item['flags'])?.split(',') ?? [],
  statedMinutes: numberOf(item['delayMinutes']) ?? 0,
  planned: numberOf(item['planned']),
});
