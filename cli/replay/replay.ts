/** Puts quarantined records again: judged, put, then marked, part by part. Repeats are harmless, so a mark follows its put. */
import type { ContractRuntime, Violation } from '../../contracts/model.ts';
import type { Repair } from '../../domain/repair/index.ts';
import type { QuarantinedRecord } from '../lake/quarantine.ts';
import { judge } from './judge.ts';
import type { Judged } from './judge.ts';
import { placeOf } from './marks.ts';
import type { Marks } from './marks.ts';

export interface ReplayPorts {
  readonly marks: Marks;
  /** @returns those that the stream did not take, each with its reason. */
  readonly put: (records: readonly Judged[]) => Promise<readonly { readonly record: Judged; readonly message: string }[]>;
  /** RFC 3339. */
  readonly now: () => string;
}

export interface ReplayRequest {
  readonly contract: ContractRuntime;
  readonly repair: Repair | undefined;
  readonly dryRun: boolean;
}

export interface ReplayReport {
  /** Records that were looked at. */
  readonly read: number;
  /** Replayed by an earlier run: not touched. */
  readonly before: number;
  /** Put, or in a dry run: would be put. */
  readonly replayed: number;
  /** Of these, changed by the repair. */
  readonly repaired: number;
  readonly stay: readonly { readonly record: QuarantinedRecord; readonly reasons: readonly Violation[] }[];
  readonly refused: readonly { readonly record: QuarantinedRecord; readonly message: string }[];
}

const PART = 500;

export async function replay(records: AsyncIterable<QuarantinedRecord>, request: ReplayRequest, ports: ReplayPorts): Promise<ReplayReport> {
  const report = { read: 0, before: 0, replayed: 0, repaired: 0, stay: [] as ReplayReport['stay'][number][], refused: [] as ReplayReport['refused'][number][] };
  const take = async (part: readonly QuarantinedRecord[]): Promise<void> => {
    const marks = await ports.marks.of(part);
    const judged = part.filter((record) => !marks.has(placeOf(record))).map((record) => judge(record, request.contract, request.repair));
    const good = judged.filter(({ rejected }) => rejected.length === 0);
    const refused = request.dryRun || good.length === 0 ? [] : await ports.put(good);
    const put = good.filter((each) => !refused.some(({ record }) => record === each));
    if (!request.dryRun && put.length > 0) await ports.marks.put(put.map(({ record }) => record), { replayedAt: ports.now(), repair: request.repair?.name ?? '' });
    report.read += part.length;
    report.before += marks.size;
    report.replayed += put.length;
    report.repaired += put.filter(({ repaired }) => repaired).length;
    report.stay.push(...judged.filter(({ rejected }) => rejected.length > 0).map(({ record, rejected }) => ({ record, reasons: rejected })));
    report.refused.push(...refused.map(({ record, message }) => ({ record: record.record, message })));
  };
  let part: QuarantinedRecord[] = [];
  for await (const record of records) {
    if (part.push(record) < PART) continue;
    await take(part);
    part = [];
  }
  if (part.length > 0) await take(part);
  return report;
}
