import type { ContractRuntime } from '../../../contracts/model.ts';
import { unpackLines } from '../../../contracts/object-lines.ts';
import type { BatchAnswer } from '../../../lambdas/_shared/batch-answer.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { createSkipList } from '../../../lambdas/_shared/skip-list.ts';
import { bucketStore, tableLedger } from '../../../lambdas/archive-events/aws-ports.ts';
import { createHandler } from '../../../lambdas/archive-events/create-handler.ts';
import type { FakeCloud, FakeProcess, ProcessOptions } from '../fixtures/fake-aws.ts';
import { startProcess, text } from '../fixtures/fake-aws.ts';
import type { StreamRecord } from '../fixtures/kinesis.ts';
import { kinesisEvent } from '../fixtures/kinesis.ts';
import { parcelScan } from '../fixtures/parcel-scan.ts';

export const BRONZE = 'bronze';
export const QUARANTINE = 'quarantine';
export const TABLE = 'lake-ledger';

export interface Delivery {
  readonly outcome: BatchAnswer | 'killed';
  readonly process: FakeProcess;
  readonly metrics: string[];
  readonly logs: string[];
}

export interface DeliverOptions extends ProcessOptions {
  readonly contract?: ContractRuntime;
}

/** One invocation of archive-events in a process of its own, through the real adapters, on what earlier ones left. */
export async function deliver(cloud: FakeCloud, records: readonly StreamRecord[], { contract = parcelScan, ...options }: DeliverOptions = {}): Promise<Delivery> {
  const process = startProcess(cloud, options);
  const metrics: string[] = [];
  const logs: string[] = [];
  const handler = createHandler({
    contract,
    bronze: bucketStore(process.client, BRONZE),
    quarantine: bucketStore(process.client, QUARANTINE),
    ledger: tableLedger(process.client, TABLE),
    skipList: createSkipList({ aws: process.client, table: TABLE, contract: contract.descriptor.name }),
    log: createLogger({ fields: { function: 'archive-events' }, write: (line) => logs.push(line) }),
    metricNamespace: 'Waybill/test',
    print: (line) => metrics.push(line),
    now: () => 1_772_000_000_000,
  });
  const outcome = await Promise.race([handler(kinesisEvent(records)), process.killed]);
  return { outcome, process, metrics, logs };
}

export interface BronzeEntry {
  readonly k: string;
  readonly i: number;
  readonly t: number;
  readonly v: string;
  readonly e: unknown;
}
export interface QuarantineEntry {
  readonly k: string;
  readonly i: number;
  readonly t: number;
  readonly reasons: readonly { readonly path: string; readonly rule: string; readonly message: string }[];
  readonly encoding: 'utf8' | 'base64';
  readonly data: string;
}

export const keysIn = (cloud: FakeCloud, bucket: string): string[] =>
  [...cloud.objects.keys()].filter((target) => target.startsWith(`${bucket}/`)).map((target) => target.slice(bucket.length + 1));

/** Lines of all objects of a bucket, as text. */
export function linesIn(cloud: FakeCloud, bucket: string): string[] {
  return keysIn(cloud, bucket).flatMap((key) => unpackLines(Buffer.from(cloud.objects.get(`${bucket}/${key}`) ?? '')).toString().split('\n').filter((line) => line !== ''));
}

export const bronzeEntries = (cloud: FakeCloud): BronzeEntry[] => linesIn(cloud, BRONZE).map((line) => JSON.parse(line) as BronzeEntry);
export const quarantineEntries = (cloud: FakeCloud): QuarantineEntry[] => linesIn(cloud, QUARANTINE).map((line) => JSON.parse(line) as QuarantineEntry);
export const originalOf = ({ encoding, data }: QuarantineEntry): Buffer => Buffer.from(data, encoding);

export interface Rows {
  readonly kind: string;
  readonly key: string;
  readonly first: string;
  readonly state: string;
}
export const ledgerRows = (cloud: FakeCloud): Rows[] =>
  [...cloud.rows.values()]
    .filter((row) => text(row['pk']).startsWith('object#'))
    .map((row) => ({ kind: text(row['kind']), key: text(row['key']), first: text(row['sk']).split('#')[0]?.replace(/^0+/, '') ?? '', state: text(row['state']) }));

/** Identities by where they ended; one in both counts as bronze, as the platform promises. */
export function whereabouts(cloud: FakeCloud): Map<string, 'bronze' | 'quarantine' | 'marker'> {
  const found = new Map<string, 'bronze' | 'quarantine' | 'marker'>();
  for (const { kind, first } of ledgerRows(cloud)) if (kind === 'marker') found.set(first, 'marker');
  for (const { k } of quarantineEntries(cloud)) found.set(k, 'quarantine');
  for (const { k } of bronzeEntries(cloud)) found.set(k, 'bronze');
  return found;
}
