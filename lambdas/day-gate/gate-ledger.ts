import { objectPartition, padSequence } from '../../contracts/ledger-keys.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { queryAll } from '../_shared/aws/pages.ts';
import type { Item } from '../_shared/marshall.ts';
import { N, S, numberOf, stringOf } from '../_shared/marshall.ts';
import type { GateLedger } from './create-handler.ts';

const markerPartition = (contract: string, day: string): string => `marker#${contract}#${day}`;

/** Markers are kept as long as the objects that they vouch for. */
const KEEP_MARKERS_SECONDS = 100 * 86_400;

/** The rows of the ledger that the gate reads and writes; load-silver writes what it has seen into the same marker rows. */
export function createGateLedger({ aws, table }: { readonly aws: AwsClient; readonly table: string }): GateLedger {
  const query = (pk: string): Promise<Item[]> => queryAll(aws, { TableName: table, ConsistentRead: true, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': S(pk) } });
  return {
    markers: async (contract, day) => (await query(markerPartition(contract, day))).map((item) => {
      const markerId = stringOf(item['markerId']) ?? '';
      // What was seen of an earlier marker says nothing about this one.
      const isSeen = stringOf(item['seenMarkerId']) === markerId;
      return { shard: stringOf(item['sk']) ?? '', markerId, putAt: numberOf(item['putAt']) ?? 0, seenSortKey: isSeen ? (stringOf(item['seenSequence']) ?? '') : '' };
    }),
    notePut: async ({ contract, day, shard, markerId, sequence, putAt }) => {
      await aws.dynamo('UpdateItem', {
        TableName: table,
        Key: { pk: S(markerPartition(contract, day)), sk: S(shard) },
        UpdateExpression: 'SET markerId = :id, putAt = :putAt, putSequence = if_not_exists(putSequence, :sequence), expiresAt = :expires',
        ExpressionAttributeValues: { ':id': S(markerId), ':putAt': N(putAt), ':sequence': S(padSequence(sequence)), ':expires': N(Math.floor(putAt / 1_000) + KEEP_MARKERS_SECONDS) },
      });
    },
    loadedThrough: async (contract) => new Map((await query(`shard#${contract}`)).map((item) => [stringOf(item['sk']) ?? '', stringOf(item['loadedThrough']) ?? ''])),
    waits: async (contract, shard, after) => {
      const page = await aws.dynamo('Query', {
        TableName: table,
        ConsistentRead: true,
        Limit: 1,
        KeyConditionExpression: 'pk = :pk AND sk > :after',
        ExpressionAttributeValues: { ':pk': S(objectPartition(contract, shard)), ':after': S(after === '' ? ' ' : after) },
      });
      return Array.isArray(page['Items']) && page['Items'].length > 0;
    },
  };
}
