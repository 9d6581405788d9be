import { KinesisClient, ListShardsCommand, PutRecordCommand } from '@aws-sdk/client-kinesis';
import type { ListShardsCommandOutput, Shard } from '@aws-sdk/client-kinesis';
import type { GateShard } from '../../domain/lake/day-gate.ts';
import { ON_FAILURE_PREFIX } from '../../contracts/platform-names.ts';
import { createAwsClient } from '../_shared/aws/client.ts';
import { requireEnv } from '../_shared/environment.ts';
import { createLogger } from '../_shared/logger.ts';
import { createHandler } from './create-handler.ts';
import { createGateLedger } from './gate-ledger.ts';
import { DAY_GATE_ENV } from './names.ts';

const names = DAY_GATE_ENV;
const env = requireEnv(Object.values(names));
const streams = JSON.parse(env[names.streams]) as Record<string, string>;
const aws = createAwsClient();
const kinesis = new KinesisClient();

async function shardsOf(contract: string): Promise<GateShard[]> {
  const shards: GateShard[] = [];
  let token: string | undefined;
  do {
    const page: ListShardsCommandOutput = await kinesis.send(new ListShardsCommand(token === undefined ? { StreamName: streams[contract] } : { NextToken: token }));
    shards.push(...(page.Shards ?? []).map(gateShard));
    token = page.NextToken;
  } while (token !== undefined);
  return shards;
}

const gateShard = ({ ShardId = '', HashKeyRange, SequenceNumberRange, ParentShardId, AdjacentParentShardId }: Shard): GateShard => ({
  shard: ShardId,
  open: SequenceNumberRange?.EndingSequenceNumber === undefined,
  startingHashKey: HashKeyRange?.StartingHashKey ?? '0',
  parents: [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined),
});

export const handler = createHandler({
  contracts: Object.keys(streams),
  ledger: createGateLedger({ aws, table: env[names.ledgerTable] }),
  shards: shardsOf,
  put: async (contract, { hashKey, data }) => {
    const { ShardId: shard = '', SequenceNumber: sequence = '' } = await kinesis.send(new PutRecordCommand({ StreamName: streams[contract], PartitionKey: 'marker', ExplicitHashKey: hashKey, Data: data }));
    return { shard, sequence };
  },
  onFailureObjects: async () => (await aws.listObjects({ bucket: env[names.bronzeBucket], prefix: ON_FAILURE_PREFIX })).length,
  settings: {
    businessTimeZone: env[names.businessTimeZone],
    objective: env[names.objective],
    agreement: env[names.agreement],
    atAgreement: env[names.atAgreement] === 'publish-flagged' ? 'publish-flagged' : 'keep-previous',
  },
  now: Date.now,
  log: createLogger({ fields: { function: 'day-gate' } }),
});
