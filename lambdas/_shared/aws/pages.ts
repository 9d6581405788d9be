import type { Item } from '../marshall.ts';
import { itemOf } from '../marshall.ts';
import type { AwsClient } from './client.ts';

export interface Page {
  readonly items: readonly Item[];
  /** All of the answer, for what was asked beside the items (`ConsumedCapacity`). */
  readonly answer: Readonly<Record<string, unknown>>;
}

/**
 * The answers to a Query or Scan of DynamoDB, one after another until the last: an answer ends at 1 MB or at `Limit`, whether or not there
 * is more. Who has enough leaves the loop, and the next page is not asked for.
 *
 * @throws AwsError of the call
 */
export async function* pages(aws: Pick<AwsClient, 'dynamo'>, operation: 'Query' | 'Scan', input: Readonly<Record<string, unknown>>): AsyncGenerator<Page, void> {
  let from: unknown;
  do {
    const answer = await aws.dynamo(operation, { ...input, ...(from !== undefined && { ExclusiveStartKey: from }) });
    const found: readonly unknown[] = Array.isArray(answer['Items']) ? answer['Items'] : [];
    yield { items: found.map(itemOf).filter((item) => item !== undefined), answer };
    from = answer['LastEvaluatedKey'] ?? undefined;
  } while (from !== undefined);
}

/** All items of a Query. Only for what is bounded by its key: nothing is left out. */
export async function queryAll(aws: Pick<AwsClient, 'dynamo'>, input: Readonly<Record<string, unknown>>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages(aws, 'Query', input)) items.push(...page.items);
  return items;
}
