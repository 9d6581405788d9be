import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { setTimeout as wait } from 'node:timers/promises';
import { streamName } from '../../contracts/platform-names.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError } from '../errors.ts';
import { count, paint, table } from '../output/style.ts';
import { dayAndMinute, parseDuration, timeOfDay } from '../output/times.ts';
import { loadContract } from '../platform/contracts.ts';

interface WatchOptions { readonly contract: string; readonly for?: string }
export interface Seen { readonly arrivedAt: number; readonly event: Readonly<Record<string, unknown>> | undefined }

const TICK_MS = 1000;
const SHOWN = 15;
const CLEAR = '\u001b[2J\u001b[H';

export const watch: Verb = {
  register: (program, run) => {
    program.command('watch').description('what comes in right now, straight from the stream')
      .option('--contract <name>', 'contract whose stream is read', 'shipment-event')
      .option('--for <duration>', 'end by itself after, e.g. 10s')
      .action(run(async (context, options: WatchOptions) => watchStream(context, options)));
  },
};

async function watchStream(context: Context, options: WatchOptions): Promise<void> {
  const span = options.for === undefined ? Infinity : parseDuration(options.for);
  if (span === undefined) throw new UsageError(`--for got "${options.for ?? ''}"; allowed: a number with s, m, h or d. Example: --for 30s`);
  const { descriptor } = await loadContract(options.contract);
  const platform = await context.platform();
  const { KinesisClient } = await import('@aws-sdk/client-kinesis');
  const client = new KinesisClient(platform.client);
  let stop = false;
  void context.io.interrupted.then(() => { stop = true; });
  const until = context.io.now() + span;
  const newest: Seen[] = [];
  const read = await openTail(client, streamName(platform.env, options.contract));
  for (let total = 0, begun = context.io.now(); !stop && context.io.now() < until;) {
    const fresh = await read();
    total += fresh.length;
    newest.push(...fresh);
    newest.splice(0, Math.max(0, newest.length - SHOWN));
    if (context.io.interactive) context.io.out(CLEAR + page(context, { entityKey: descriptor.entityKey, newest, total, seconds: (context.io.now() - begun) / 1000 }));
    else context.io.out(context.options.json === true ? fresh.map((each) => `${JSON.stringify(each)}\n`).join('') : plainLines(fresh, descriptor.entityKey));
    await Promise.race([wait(TICK_MS), context.io.interrupted]);
  }
  client.destroy();
}

async function openTail(client: KinesisClient, stream: string): Promise<() => Promise<Seen[]>> {
  const kinesis = await import('@aws-sdk/client-kinesis');
  const { Shards = [] } = await client.send(new kinesis.ListShardsCommand({ StreamName: stream, ShardFilter: { Type: 'AT_LATEST' } }));
  const iterators = await Promise.all(Shards.map(async (shard) => (await client.send(new kinesis.GetShardIteratorCommand({ StreamName: stream, ShardId: shard.ShardId, ShardIteratorType: 'LATEST' }))).ShardIterator));
  return async () => {
    const pages = await Promise.all(iterators.map(async (iterator, index) => {
      if (iterator === undefined) return [];
      const answer = await client.send(new kinesis.GetRecordsCommand({ ShardIterator: iterator, Limit: 1000 }));
      iterators[index] = answer.NextShardIterator;
      return (answer.Records ?? []).map((record): Seen => ({ arrivedAt: record.ApproximateArrivalTimestamp?.getTime() ?? 0, event: parsed(record.Data) }));
    }));
    return pages.flat().sort((a, b) => a.arrivedAt - b.arrivedAt);
  };
}

function parsed(data: Uint8Array | undefined): Seen['event'] {
  try {
    const value: unknown = JSON.parse(Buffer.from(data ?? []).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

function line({ arrivedAt, event }: Seen, entityKey: string): string[] {
  if (event === undefined) return [timeOfDay(arrivedAt), '(not JSON)', '', '', '', ''];
  const at = Date.parse(text(event['eventTime']));
  const location = event['location'] as { unLocode?: unknown } | undefined;
  return [timeOfDay(arrivedAt), text(event[entityKey]), text(event['eventClassifier']).toLowerCase(), text(event['eventType'] ?? event['operation']), text(location?.unLocode), Number.isNaN(at) ? text(event['eventTime']) : dayAndMinute(at)];
}

/** For a pipe or a log: every event while they are few, a sample and the number of the others when they flood. */
export function plainLines(fresh: readonly Seen[], entityKey: string): string {
  const shown = fresh.slice(-SHOWN).map((each) => `${line(each, entityKey).join('  ')}\n`).join('');
  return fresh.length <= SHOWN ? shown : `… ${count(fresh.length - SHOWN, 'event')} not shown (--json has every one)\n${shown}`;
}

function page(context: Context, view: { entityKey: string; newest: readonly Seen[]; total: number; seconds: number }): string {
  const rows = view.newest.map((each) => line(each, view.entityKey));
  const rate = view.seconds < 1 ? '' : `, ${(view.total / view.seconds).toFixed(1)}/s`;
  return `${paint(context.io, 'bold', `${count(view.total, 'event')}${rate}`)}   Ctrl-C ends\n\n${table([['arrived', view.entityKey, 'kind', 'event', 'place', 'event time'], ...rows])}`;
}
