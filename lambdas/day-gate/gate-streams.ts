import type { GateShard } from '../../domain/lake/day-gate.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import type { GatePorts } from './create-handler.ts';

/** What ListShards says of a shard, as far as the gate reads it. */
interface ListedShard {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly HashKeyRange: { readonly StartingHashKey: string };
  /** A shard that still takes records has no ending number. */
  readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string };
}

/** The streams, by contract. */
export function gateStreams(aws: AwsClient, streams: Readonly<Record<string, string>>): Pick<GatePorts, 'shards' | 'put'> {
  return {
    shards: async (contract) => {
      const listed: ListedShard[] = [];
      let token: unknown;
      do {
        const page = await aws.kinesis('ListShards', token === undefined ? { StreamName: streams[contract] } : { NextToken: token });
        listed.push(...((page['Shards'] ?? []) as ListedShard[]));
        token = page['NextToken'];
      } while (token !== undefined && token !== null);
      return listed.map(gateShard);
    },
    put: async (contract, { hashKey, data }) => {
      const answer = await aws.kinesis('PutRecord', { StreamName: streams[contract], PartitionKey: 'marker', ExplicitHashKey: hashKey, Data: Buffer.from(data).toString('base64') });
      return { shard: String(answer['ShardId']), sequence: String(answer['SequenceNumber']) };
    },
  };
}

const gateShard = ({ ShardId, ParentShardId, AdjacentParentShardId, HashKeyRange, SequenceNumberRange }: ListedShard): GateShard => ({
  shard: ShardId,
  open: SequenceNumberRange.EndingSequenceNumber === undefined,
  startingHashKey: HashKeyRange.StartingHashKey,
  parents: [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined),
});
