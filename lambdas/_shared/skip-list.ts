import { skipKeys } from '../../contracts/ledger-keys.ts';
import type { AwsClient } from './aws/client.ts';
import { S } from './marshall.ts';
import type { Item } from './marshall.ts';

export interface RecordAddress {
  readonly shard: string;
  readonly sequence: string;
}

/** Records that a person ordered to be passed over, because they crash a function. */
export interface SkipList {
  readonly contains: (address: RecordAddress) => Promise<boolean>;
}

function skipKey(contract: string, { shard, sequence }: RecordAddress): Item {
  const { pk, sk } = skipKeys(contract, shard, sequence);
  return { pk: S(pk), sk: S(sk) };
}

/**
 * The skip rows of the ledger. Readers ask only when a batch is one record: a crash makes Lambda bisect until the record
 * stands alone, so all other batches pay nothing.
 */
export function createSkipList({ aws, table, contract }: { aws: AwsClient; table: string; contract: string }): SkipList {
  return {
    contains: async (address) => {
      const answer = await aws.dynamo('GetItem', { TableName: table, Key: skipKey(contract, address), ConsistentRead: true, ProjectionExpression: 'pk' });
      return answer['Item'] !== undefined;
    },
  };
}
