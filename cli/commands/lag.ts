import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Verb } from '../command.ts';
import { WorldError } from '../errors.ts';
import { contractLag, goldLag } from '../lag/lag.ts';
import type { ContractLag, GoldLag } from '../lag/lag.ts';
import { LagLedger } from '../lag/read-ledger.ts';
import { count, paint, table } from '../output/style.ts';
import type { Io } from '../output/io.ts';
import { duration, timeOfDay } from '../output/times.ts';
import { bytes } from '../query/price.ts';
import { PROJECT } from '../project.ts';

const MINUTE = 60_000;

export const lag: Verb = {
  register: (program, run) => {
    program.command('lag').description('how far silver and gold are behind, by contract; ends with 1 when an objective is missed')
      .action(run(async (context) => printLag(context)));
  },
};

async function printLag(context: Context): Promise<void> {
  const platform = await context.platform();
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(platform.client);
  try {
    const ledger = new LagLedger(client, platform.ledgerTable);
    const now = context.io.now();
    const [facts, newestDay] = await Promise.all([Promise.all(lakeContracts().map(async ({ name, freshnessMinutes }) => ledger.facts(name, freshnessMinutes))), ledger.newestDay(now)]);
    const contracts = facts.map((each) => contractLag(each, now));
    const gold = goldLag(newestDay, now);
    context.answer({ contracts, gold }, () => lagText(context.io, contracts, gold, now));
    const complaint = complaintOf(contracts, gold);
    if (complaint !== undefined) throw new WorldError(complaint, { todo: 'What to do: docs/runbooks/gold-late.md' });
  } finally {
    client.destroy();
  }
}

/** Contracts with a table, as they are generated. */
function lakeContracts(): readonly { readonly name: string; readonly freshnessMinutes: number }[] {
  const model = JSON.parse(readFileSync(join(PROJECT, 'contracts', 'generated', 'lake.json'), 'utf8')) as { readonly contracts: readonly { readonly name: string; readonly freshnessMinutes: number }[] };
  return model.contracts;
}

export function lagText(io: Io, contracts: readonly ContractLag[], gold: GoldLag, now: number): string {
  const rows = contracts.map((each) => [
    each.contract,
    each.newestArrival === undefined ? 'nothing yet' : `${timeOfDay(each.newestArrival)}, ${duration(now - each.newestArrival)} ago`,
    each.silverBehindMinutes === 0 ? 'has all' : `${duration(each.silverBehindMinutes * MINUTE)} behind`,
    each.isBehind ? paint(io, 'red', `missed (${each.objectiveMinutes} min)`) : paint(io, 'green', `kept (${each.objectiveMinutes} min)`),
    each.openObjects === 0 ? 'none' : `${count(each.openObjects, 'object')}, ${bytes(each.openBytes)}`,
    each.waitingObjects === 0 ? 'none' : paint(io, 'yellow', count(each.waitingObjects, 'object')),
  ]);
  return `${table([['contract', 'newest in bronze', 'silver', 'objective', 'not loaded yet', 'waits for a person'], ...rows])}${slowShards(contracts)}\n${goldText(io, gold)}`;
}

/** Of contracts that miss their objective: which shards it is. */
function slowShards(contracts: readonly ContractLag[]): string {
  const slow = contracts.filter(({ isBehind }) => isBehind).flatMap(({ contract, objectiveMinutes, shards }) => shards.filter(({ behindMinutes }) => behindMinutes > objectiveMinutes).map((shard) => [contract, shard.shard, `${duration(shard.behindMinutes * MINUTE)} behind`, count(shard.openObjects, 'object')]));
  return slow.length === 0 ? '' : `\nShards behind\n${table(slow, '  ')}`;
}

function goldText(io: Io, { newestDay, endedHoursAgo, objectiveHours, isBehind }: GoldLag): string {
  if (newestDay === undefined) return 'Gold: no day is published yet. Next: waybill run publish-day\n';
  const verdict = isBehind ? paint(io, 'red', `missed (${objectiveHours} h)`) : paint(io, 'green', `kept (${objectiveHours} h)`);
  return `Gold: the newest published day is ${newestDay}; it ended ${endedHoursAgo ?? 0} h ago. Objective ${verdict}\n`;
}

function complaintOf(contracts: readonly ContractLag[], gold: GoldLag): string | undefined {
  const behind = [...contracts.filter(({ isBehind }) => isBehind).map(({ contract }) => `silver of ${contract}`), ...(gold.isBehind ? ['gold'] : [])];
  return behind.length === 0 ? undefined : `Behind the objective: ${behind.join(', ')}.`;
}
