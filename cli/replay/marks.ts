/** Rows of the ledger that say which quarantined records were replayed. */
import type { AttributeValue, DynamoDBClient, WriteRequest } from '@aws-sdk/client-dynamodb';
import { replayKeys } from '../../contracts/ledger-keys.ts';
import type { QuarantinedRecord } from '../lake/quarantine.ts';

export interface Mark {
  /** RFC 3339. */
  readonly replayedAt: string;
  /** Name of the repair; empty when the record went out as it came. */
  readonly repair: string;
}

export interface Marks {
  /** By place (`placeOf`); those that have none are not in it. */
  readonly of: (records: readonly QuarantinedRecord[]) => Promise<ReadonlyMap<string, Mark>>;
  readonly put: (records: readonly QuarantinedRecord[], mark: Mark) => Promise<void>;
}

/** Where a record stands in its stream: known also when a batch was quarantined in two objects. */
export const placeOf = ({ shard, sequence, index }: QuarantinedRecord): string => `${shard} ${sequence} ${index}`;

/** Limits of BatchGetItem and BatchWriteItem. */
const [MOST_READ, MOST_WRITTEN] = [100, 25];

export function ledgerMarks(client: DynamoDBClient, table: string): Marks {
  return {
    of: async (records) => {
      const places = new Map(records.map((record) => [keyText(keyOf(record)), placeOf(record)]));
      const found = new Map<string, Mark>();
      for (const part of parts(records, MOST_READ)) {
        for (const item of await readAll(client, table, part.map(keyOf))) {
          const place = places.get(keyText(item));
          if (place !== undefined) found.set(place, { replayedAt: item['replayedAt']?.S ?? '', repair: item['repair']?.S ?? '' });
        }
      }
      return found;
    },
    put: async (records, { replayedAt, repair }) => {
      for (const part of parts(records, MOST_WRITTEN)) {
        await writeAll(client, table, part.map((record) => ({ PutRequest: { Item: { ...keyOf(record), replayedAt: { S: replayedAt }, repair: { S: repair }, object: { S: record.object } } } })));
      }
    },
  };
}

type Item = Record<string, AttributeValue>;

const keyOf = (record: QuarantinedRecord): Item => {
  const { pk, sk } = replayKeys(record.contract, record);
  return { pk: { S: pk }, sk: { S: sk } };
};
const keyText = (item: Item): string => `${item['pk']?.S ?? ''} ${item['sk']?.S ?? ''}`;

function parts<T>(items: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, index) => items.slice(index * most, (index + 1) * most));
}

async function readAll(client: DynamoDBClient, table: string, keys: Item[]): Promise<Item[]> {
  const { BatchGetItemCommand } = await import('@aws-sdk/client-dynamodb');
  const items: Item[] = [];
  for (let left: Item[] = keys; left.length > 0;) {
    const answer = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } }));
    items.push(...(answer.Responses?.[table] ?? []));
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
}

async function writeAll(client: DynamoDBClient, table: string, requests: WriteRequest[]): Promise<void> {
  const { BatchWriteItemCommand } = await import('@aws-sdk/client-dynamodb');
  for (let left = requests; left.length > 0;) {
    const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    left = answer.UnprocessedItems?.[table] ?? [];
  }
}
