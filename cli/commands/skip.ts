import type { GetShardIteratorCommandInput, KinesisClient, _Record as KinesisRecord } from '@aws-sdk/client-kinesis';
import { objectPartition, skipKeys } from '../../contracts/ledger-keys.ts';
import { parseObjectKey } from '../../contracts/object-keys.ts';
import { streamName } from '../../contracts/platform-names.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { confirm } from '../output/confirm.ts';
import { count, table } from '../output/style.ts';
import { dayAndMinute, duration } from '../output/times.ts';
import { contractNames } from '../platform/contracts.ts';
import type { Platform } from '../platform/platform.ts';

interface SkipOptions { readonly shard?: string; readonly sequence?: string; readonly reason: string; readonly yes?: boolean }

/** The record that a shard of archive-events stands at: the first one after what the ledger says is archived. */
interface Stuck { readonly shard: string; readonly sequence: string; readonly arrivedAt: number; readonly data: Buffer }

const PREVIEW = 400;
/** Younger records may simply wait for their batch (window of 10 s in most profiles, then one call). */
const FRESH_MS = 60_000;

export const skip: Verb = {
  register: (program, run) => {
    program.command('skip <contract>')
      .description('order a record that crashes its function to be passed over: it goes to quarantine, and its shard goes on')
      .option('--shard <id>', 'shard that stands still (asked for when several have waiting records)')
      .option('--sequence <number>', 'sequence number of the record; the shard\'s first unarchived one when not given')
      .option('--reason <text>', 'why, for the quarantine record', 'skipped by hand')
      .option('--yes', 'do not ask')
      .action(run(async (context, contract: string, options: SkipOptions) => skipRecord(context, contract, options)));
  },
};

async function skipRecord(context: Context, contract: string, options: SkipOptions): Promise<void> {
  if (!contractNames().includes(contract)) throw new UsageError(`There is no contract "${contract}".`, { todo: `Allowed: ${contractNames().join(', ')}` });
  if (options.sequence !== undefined && options.shard === undefined) throw new UsageError('--sequence needs --shard: a sequence number is one of a shard.');
  const platform = await context.platform();
  const waiting = await stuckRecords(platform, contract, options);
  const [record, ...others] = waiting;
  if (record === undefined) throw new WorldError(`Nothing of ${contract} is waiting: every record is archived.`, { todo: 'waybill status shows where each consumer stands.' });
  if (others.length > 0) throw new UsageError(`${count(waiting.length, 'shard')} have waiting records; say which one stands still.`, { todo: waiting.map((each) => `--shard ${each.shard}   next ${each.sequence}, arrived ${dayAndMinute(each.arrivedAt)}`).join('\n  ') });
  context.io.err(`${table([['shard', record.shard], ['sequence', record.sequence], ['arrived', dayAndMinute(record.arrivedAt)], ['size', count(record.data.length, 'byte')], ['begins', JSON.stringify(record.data.subarray(0, PREVIEW).toString('utf8'))]])}\n`);
  const waited = context.io.now() - record.arrivedAt;
  if (waited < FRESH_MS) context.io.err(`It arrived ${duration(waited)} ago: batches are collected for some seconds, so it may not stand still at all. waybill status shows whether its consumer falls behind.\n`);
  await confirm(context, 'Pass over this record? It is quarantined with its bytes, and its shard goes on.', options.yes === true);
  await writeSkip(platform, contract, record, { reason: options.reason, at: context.io.now() });
  context.answer({ contract, shard: record.shard, sequence: record.sequence }, () => `Ordered. archive-events quarantines it at its next try: npx waybill quarantine list --rule SKIPPED\n`);
}

async function stuckRecords(platform: Platform, contract: string, options: SkipOptions): Promise<Stuck[]> {
  const kinesis = await import('@aws-sdk/client-kinesis');
  const client = new kinesis.KinesisClient(platform.client);
  const stream = streamName(platform.env, contract);
  try {
    const { Shards = [] } = await client.send(new kinesis.ListShardsCommand({ StreamName: stream }));
    const shards = Shards.map((each) => each.ShardId ?? '').filter((each) => options.shard === undefined || each === options.shard);
    if (shards.length === 0) throw new UsageError(`Stream ${stream} has no shard "${options.shard ?? ''}".`, { todo: `Allowed: ${Shards.map((each) => each.ShardId).join(', ')}` });
    const found: Stuck[] = [];
    for (const shard of shards) {
      const after = options.sequence === undefined ? await lastArchived(platform, contract, shard) : undefined;
      const at = options.sequence !== undefined ? { ShardIteratorType: 'AT_SEQUENCE_NUMBER' as const, StartingSequenceNumber: options.sequence }
        : after === undefined ? { ShardIteratorType: 'TRIM_HORIZON' as const } : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, StartingSequenceNumber: after };
      const first = await firstRecord(client, { StreamName: stream, ShardId: shard, ...at });
      if (first?.SequenceNumber !== undefined) found.push({ shard, sequence: first.SequenceNumber, arrivedAt: first.ApproximateArrivalTimestamp?.getTime() ?? 0, data: Buffer.from(first.Data ?? []) });
    }
    return found;
  } finally {
    client.destroy();
  }
}

/** An empty page is not the end of a shard: only "nothing behind" is. */
async function firstRecord(client: KinesisClient, at: GetShardIteratorCommandInput): Promise<KinesisRecord | undefined> {
  const { GetRecordsCommand, GetShardIteratorCommand } = await import('@aws-sdk/client-kinesis');
  let { ShardIterator } = await client.send(new GetShardIteratorCommand(at));
  while (ShardIterator !== undefined) {
    const page = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 1 }));
    const [first] = page.Records ?? [];
    if (first !== undefined || (page.MillisBehindLatest ?? 0) === 0) return first;
    ShardIterator = page.NextShardIterator;
  }
  return undefined;
}

/** Greatest last sequence among the shard's newest object rows. Rows sort by first sequence; overlaps after retries are few. */
async function lastArchived(platform: Platform, contract: string, shard: string): Promise<string | undefined> {
  const { DynamoDBClient, QueryCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(platform.client);
  try {
    const { Items = [] } = await client.send(new QueryCommand({
      TableName: platform.ledgerTable, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: objectPartition(contract, shard) } },
      ScanIndexForward: false, Limit: 25, ConsistentRead: true,
    }));
    // A row that is only announced may have no object yet.
  const newest = Items.filter((each) => each['state']?.S !== 'announced').map((each) => ({ last: (each['sk']?.S ?? '').split('#')[1] ?? '', key: each['key']?.S })).sort((a, b) => (a.last < b.last ? -1 : 1)).at(-1);
    // The key carries the number as the stream gave it; a marker has no object, and its padding goes.
    return newest === undefined ? undefined : parseObjectKey(newest.key ?? '')?.lastSequence ?? newest.last.replace(/^0+(?=\d)/, '');
  } finally {
    client.destroy();
  }
}

async function writeSkip(platform: Platform, contract: string, record: Stuck, order: { reason: string; at: number }): Promise<void> {
  const { DynamoDBClient, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(platform.client);
  const keys = skipKeys(contract, record.shard, record.sequence);
  await client.send(new PutItemCommand({ TableName: platform.ledgerTable, Item: { pk: { S: keys.pk }, sk: { S: keys.sk }, skippedAt: { N: String(order.at) }, reason: { S: order.reason } } }));
  client.destroy();
}
