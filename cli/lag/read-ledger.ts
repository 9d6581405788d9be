/** Reads what `waybill lag` needs from the ledger: small queries by key, no listing of buckets, no Spark. */
import type { DynamoDBClient, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { objectPartition } from '../../contracts/ledger-keys.ts';
import type { ContractFacts, OpenObject } from './lag.ts';

const OPEN_BUCKETS = 8;
const OPEN_INDEX = 'open';
const DAY_MS = 86_400_000;
/** Days back in which the newest published one is looked for. */
const DAYS_BACK = 45;

interface Item { readonly pk?: { S?: string }; readonly sk?: { S?: string }; readonly kind?: { S?: string }; readonly arrival?: { N?: string }; readonly bytes?: { N?: string }; readonly state?: { S?: string } }

export class LagLedger {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async facts(contract: string, freshnessMinutes: number): Promise<ContractFacts> {
    const [open, waiting, known] = await Promise.all([this.#open(contract), this.#byIndex(`waiting#${contract}`), this.#all({ KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: `shard#${contract}` } } })]);
    const shards = new Set([...known.map(({ sk }) => sk?.S ?? ''), ...open.map(({ shard }) => shard)]);
    const newest = new Map<string, number>();
    await Promise.all([...shards].map(async (shard) => {
      const arrival = await this.#newestArrival(contract, shard);
      if (arrival !== undefined) newest.set(shard, arrival);
    }));
    return { contract, freshnessMinutes, newest, open, waiting: waiting.length };
  }

  /** The newest business day whose tables are published. */
  async newestDay(now: number): Promise<string | undefined> {
    const { GetItemCommand } = await import('@aws-sdk/client-dynamodb');
    for (let back = 0; back <= DAYS_BACK; back++) {
      const day = new Date(now - back * DAY_MS).toISOString().slice(0, 10);
      const { Item: item } = await this.#client.send(new GetItemCommand({ TableName: this.#table, Key: { pk: { S: `set#${day}` }, sk: { S: 'current' } } }));
      if (item?.['state']?.S !== undefined && item['state'].S !== 'publishing') return day;
    }
    return undefined;
  }

  async #open(contract: string): Promise<OpenObject[]> {
    const pages = await Promise.all(Array.from({ length: OPEN_BUCKETS }, async (_, bucket) => this.#byIndex(`${contract}#${bucket}`)));
    return pages.flat().filter(({ kind }) => kind?.S === 'bronze').map(({ pk, arrival, bytes }) => ({ shard: (pk?.S ?? '').split('#')[2] ?? '', arrival: Number(arrival?.N ?? 0), bytes: Number(bytes?.N ?? 0) }));
  }

  async #byIndex(partition: string): Promise<Item[]> {
    return this.#all({ IndexName: OPEN_INDEX, KeyConditionExpression: '#open = :p', ExpressionAttributeNames: { '#open': 'open' }, ExpressionAttributeValues: { ':p': { S: partition } } });
  }

  async #newestArrival(contract: string, shard: string): Promise<number | undefined> {
    const { QueryCommand } = await import('@aws-sdk/client-dynamodb');
    const { Items: [item] = [] } = await this.#client.send(new QueryCommand({ TableName: this.#table, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: objectPartition(contract, shard) } }, ScanIndexForward: false, Limit: 1 }));
    return item?.['arrival']?.N === undefined ? undefined : Number(item['arrival'].N);
  }

  async #all(input: Omit<QueryCommandInput, 'TableName'>): Promise<Item[]> {
    const { paginateQuery } = await import('@aws-sdk/client-dynamodb');
    const items: Item[] = [];
    for await (const page of paginateQuery({ client: this.#client }, { TableName: this.#table, ...input })) items.push(...((page.Items ?? []) as Item[]));
    return items;
  }
}
