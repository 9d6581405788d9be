import type { AlertSummary } from '../../contracts/api/answers.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { itemOf, S } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';
import { closedList } from '../raise-alerts/alert-items.ts';
import { ALERT_LIST_INDEX } from '../raise-alerts/names.ts';
import { summaryOf } from './alert-summary.ts';

const DAY = 86_400_000;

/** Closed alerts are listed this far back; a shipment's own page has its whole story. */
export const CLOSED_DAYS = 14;
/** Rows read for one answer, at most, whatever the filters leave of them: the cursor goes on from there. */
export const MOST_READ = 2_000;
const PAGE = 200;

export interface AlertQuestion {
  readonly state: 'open' | 'closed';
  readonly severity?: number | undefined;
  readonly region?: string | undefined;
  readonly customer?: string | undefined;
  readonly kind?: string | undefined;
  readonly shipment?: string | undefined;
  readonly storm?: string | undefined;
  readonly limit: number;
  /** Customers whose alerts may be seen; undefined = all. */
  readonly customers?: ReadonlySet<string> | undefined;
  readonly from?: ListPosition | undefined;
  readonly now: number;
}

/** After which row of which list to go on. */
export interface ListPosition {
  readonly list: string;
  readonly sort?: string;
  readonly pk?: string;
}

export interface AlertPage {
  readonly alerts: readonly AlertSummary[];
  readonly next: ListPosition | undefined;
}

/** Open alerts by severity, the newest first; closed ones, the last closed first. */
export async function listAlerts({ aws, table }: { aws: Pick<AwsClient, 'dynamo'>; table: string }, question: AlertQuestion): Promise<AlertPage> {
  const alerts: AlertSummary[] = [];
  let read = 0;
  for (const list of listsFrom(question)) {
    let position: ListPosition | undefined = question.from?.list === list ? question.from : { list };
    while (position !== undefined) {
      if (alerts.length >= question.limit || read >= MOST_READ) return { alerts, next: position };
      const page = await readPage({ aws, table }, { question, position });
      for (const item of page.items) {
        position = positionOf(list, item);
        read += 1;
        const summary = summaryOf(item, question.now);
        if (summary !== undefined && isWanted(summary, question)) alerts.push(summary);
        if (alerts.length >= question.limit) return { alerts, next: position };
      }
      if (!page.hasMore) position = undefined;
    }
  }
  return { alerts, next: undefined };
}

function listsFrom({ state, from, now }: AlertQuestion): string[] {
  const all = state === 'open' ? ['open'] : Array.from({ length: CLOSED_DAYS }, (_, days) => closedList(now - days * DAY));
  const start = from === undefined ? 0 : all.indexOf(from.list);
  // A day that has left the lists while somebody was reading: there is nothing after it.
  return start === -1 ? [] : all.slice(start);
}

async function readPage({ aws, table }: { aws: Pick<AwsClient, 'dynamo'>; table: string }, { question, position }: { question: AlertQuestion; position: ListPosition }): Promise<{ items: Item[]; hasMore: boolean }> {
  const bySeverity = question.state === 'open' && question.severity !== undefined;
  const values: Record<string, AttributeValue> = { ':pk': S(position.list), ...(bySeverity && { ':prefix': S(`${question.severity}#`) }) };
  const answer = await aws.dynamo('Query', {
    TableName: table,
    IndexName: ALERT_LIST_INDEX,
    KeyConditionExpression: `#list = :pk${bySeverity ? ' AND begins_with(listSort, :prefix)' : ''}`,
    ExpressionAttributeNames: { '#list': 'list' },
    ExpressionAttributeValues: values,
    ScanIndexForward: question.state === 'open',
    Limit: PAGE,
    ...(position.sort !== undefined && position.pk !== undefined && { ExclusiveStartKey: { list: S(position.list), listSort: S(position.sort), pk: S(position.pk), sk: S('A') } }),
  });
  const items = ((answer['Items'] ?? []) as unknown[]).map(itemOf).filter((item) => item !== undefined);
  return { items, hasMore: (answer['LastEvaluatedKey'] ?? undefined) !== undefined };
}

function positionOf(list: string, item: Item): ListPosition {
  const [sort, pk] = [item['listSort'], item['pk']].map((value) => (value !== undefined && 'S' in value ? value.S : ''));
  return { list, sort: sort ?? '', pk: pk ?? '' };
}

function isWanted(alert: AlertSummary, { severity, region, customer, kind, shipment, storm, customers }: AlertQuestion): boolean {
  return (
    (severity === undefined || alert.severity === severity) &&
    (region === undefined || alert.region === region) &&
    (customer === undefined || alert.customerId === customer) &&
    (kind === undefined || alert.kind === kind) &&
    (shipment === undefined || alert.shipmentId === shipment) &&
    (storm === undefined || alert.storm === storm) &&
    (customers === undefined || (alert.customerId !== null && customers.has(alert.customerId)))
  );
}
