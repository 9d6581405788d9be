import { AwsError } from '../_shared/aws/aws-error.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { pages } from '../_shared/aws/pages.ts';
import { describeError } from '../_shared/logger.ts';
import type { Logger } from '../_shared/logger.ts';
import { stringOf } from '../_shared/marshall.ts';
import { lateKey } from '../track-shipments/list-keys.ts';
import { LIST_PARTITIONS, SHIPMENT_INDEXES } from '../track-shipments/names.ts';

/** Age from which the list is read again. */
export const DELAYED_REFRESH_MS = 60_000;
/** Age from which a list that could not be read again says nothing any more. */
export const DELAYED_LIFE_MS = 10 * 60_000;
/** More are not held. */
export const MOST_DELAYED = 200_000;
/** Entries of one call: a few milliseconds of parsing that an answer may have to wait. */
const ENTRIES_AT_ONCE = 2_000;

export interface DelayedShipments {
  /** Ids of the live shipments with the flag DELAYED, about a minute old; undefined when nobody knows. Never throws for the table's sake. */
  readonly get: (now: number) => Promise<ReadonlySet<string> | undefined>;
}

/** Shipments that are late come from the index by delay: half a read unit for some 120 of them. */
export function createDelayedShipments({ aws, table, log }: { readonly aws: Pick<AwsClient, 'dynamo'>; readonly table: string; readonly log: Logger }): DelayedShipments {
  let held: { readonly at: number; readonly ids: ReadonlySet<string> | undefined } | undefined;
  return {
    get: async (now) => {
      if (held !== undefined && now - held.at < DELAYED_REFRESH_MS) return held.ids;
      try {
        const ids = await readDelayed(aws, table);
        if (ids.size > MOST_DELAYED) log.warn('more delayed shipments than are held; cells are without their number', { most: MOST_DELAYED });
        held = { at: now, ids: ids.size > MOST_DELAYED ? undefined : ids };
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        log.warn('delayed shipments could not be read; cells count by an older list, or not at all', describeError(error));
        if (held !== undefined && now - held.at > DELAYED_LIFE_MS) held = undefined;
      }
      return held?.ids;
    },
  };
}

async function readDelayed(aws: Pick<AwsClient, 'dynamo'>, table: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  await Promise.all(Array.from({ length: LIST_PARTITIONS }, (_, partition) => readPartition({ aws, table, partition }, ids)));
  return ids;
}

async function readPartition({ aws, table, partition }: { aws: Pick<AwsClient, 'dynamo'>; table: string; partition: number }, ids: Set<string>): Promise<void> {
  const { name, key } = SHIPMENT_INDEXES.delayed;
  const entries = pages(aws, 'Query', {
    TableName: table,
    IndexName: name,
    KeyConditionExpression: '#key = :key',
    ExpressionAttributeNames: { '#key': key },
    ExpressionAttributeValues: { ':key': { S: lateKey(true, partition) } },
    ProjectionExpression: 'pk',
    Limit: ENTRIES_AT_ONCE,
  });
  for await (const { items } of entries) {
    for (const item of items) ids.add(stringOf(item['pk']) ?? '');
    if (ids.size > MOST_DELAYED) break;
  }
}
