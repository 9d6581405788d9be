/** raise-alerts over a table in memory, and records of the shipments table as DynamoDB writes them. */
import { packAlerts } from '../../../domain/alert/index.ts';
import type { ShipmentImage } from '../../../domain/alert/index.ts';
import type { Alert } from '../../../domain/shipment/index.ts';
import type { BatchAnswer } from '../../../lambdas/_shared/batch-answer.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { N, S } from '../../../lambdas/_shared/marshall.ts';
import type { Item } from '../../../lambdas/_shared/marshall.ts';
import type { TableStreamRecord } from '../../../lambdas/_shared/table-stream.ts';
import { createAlertStore } from '../../../lambdas/raise-alerts/alert-store.ts';
import { createHandler } from '../../../lambdas/raise-alerts/create-handler.ts';
import { createStormBook } from '../../../lambdas/raise-alerts/storm-book.ts';
import { createDynamoBatches } from '../../../lambdas/track-shipments/dynamo-batches.ts';
import type { FakeTable } from './fake-table.ts';

export const TABLE = 'alerts';
export const HOUR = 3_600_000;
export const NOW = Date.UTC(2026, 10, 20, 12);

export const LATE: Alert = { kind: 'LATE', subject: 'ARRIVED|NLRTM', level: 1, members: [], since: NOW - HOUR, planned: NOW - 2 * HOUR };

export interface Raiser {
  readonly lines: string[];
  readonly send: (...records: TableStreamRecord[]) => Promise<BatchAnswer>;
}

/** A fresh process; what it left in the table outlives it. */
export function createRaiser(aws: FakeTable, { now = () => NOW }: { readonly now?: () => number } = {}): Raiser {
  const lines: string[] = [];
  const log = createLogger({ fields: {}, write: (line) => void lines.push(line) });
  const batches = createDynamoBatches({ aws: aws as never, table: TABLE, pause: async () => Promise.resolve(), log });
  const handler = createHandler({
    store: createAlertStore({ batches, storms: createStormBook({ aws, batches, table: TABLE }), table: TABLE }),
    log,
    metricNamespace: 'Waybill/test',
    print: (line) => void lines.push(line),
    now,
  });
  return { lines, send: async (...records) => handler({ Records: records }) };
}

let sequence = 0;

/** One write of the item of a shipment; images as the case wants them, `entries` apart. */
export function recordOf(shipmentId: string, { before, after, at = NOW, entries }: { readonly before?: ShipmentImage; readonly after?: ShipmentImage; readonly at?: number; readonly entries?: readonly [Item | undefined, Item | undefined] }): TableStreamRecord {
  sequence += 1;
  return {
    eventName: after === undefined ? 'REMOVE' : before === undefined ? 'INSERT' : 'MODIFY',
    dynamodb: {
      ApproximateCreationDateTime: at / 1000,
      SequenceNumber: String(sequence),
      ...(before !== undefined && { OldImage: { ...itemOf(shipmentId, before), ...entries?.[0] } }),
      ...(after !== undefined && { NewImage: { ...itemOf(shipmentId, after), ...entries?.[1] } }),
    },
  };
}

function itemOf(shipmentId: string, { version, alerts, about }: ShipmentImage): Item {
  return {
    pk: S(shipmentId),
    sk: S('S'),
    version: N(version),
    ...(alerts.length > 0 && { alerts: S(packAlerts(alerts)) }),
    region: S(about.region),
    carrier: S(about.carrier),
    customerId: S(about.customerId),
    serviceLevel: S(about.serviceLevel),
    priority: N(about.priority),
    ...(about.voyage !== undefined && { voyage: S(about.voyage) }),
    ...(about.vehicle !== undefined && { vehicle: S(about.vehicle) }),
  };
}

/** Records of one shipment that goes through these lists of open alerts. */
export function recordsOf(shipmentId: string, ...images: (readonly Alert[])[]): TableStreamRecord[] {
  const about = { region: 'benelux', customerId: 'CUST-1', carrier: 'MAEU', serviceLevel: 'STANDARD', priority: 3 };
  const all = images.map((alerts, index): ShipmentImage => ({ version: 1 + index, alerts, about }));
  return all.map((after, index) => recordOf(shipmentId, { after, ...(index > 0 && { before: all[index - 1] as ShipmentImage }) }));
}
