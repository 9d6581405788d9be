import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { ContractRuntime, Violation } from '../../contracts/model.ts';
import type { DecodedRecord, MarkerRecord } from '../_shared/decode/decode-records.ts';
import { decodeRecords } from '../_shared/decode/decode-records.ts';
import type { KinesisEventRecord } from '../_shared/kinesis-event.ts';
import { shardOf } from '../_shared/kinesis-event.ts';
import type { BronzeLine, QuarantineLine } from './bodies.ts';
import { bronzeBody, quarantineBody } from './bodies.ts';
import { checkEvent } from '../_shared/check-event.ts';
import type { LedgerRow } from './ledger-rows.ts';
import type { ObjectName } from '../../contracts/object-keys.ts';
import { objectKey } from '../../contracts/object-keys.ts';

export interface StoredObject {
  readonly key: string;
  /** Gzipped. */
  readonly body: Buffer;
}

export interface BatchCounts {
  readonly received: number;
  readonly archived: number;
  readonly quarantined: number;
  readonly markers: number;
  /** Archived events that break a rule of weight `warn` or `range`. */
  readonly warned: number;
  /** Compressed. */
  readonly bronzeBytes: number;
  /** Milliseconds from event to arrival, of the archived events that lie in the past. */
  readonly eventToArrival: readonly number[];
}

/** All that a batch becomes; writing it is somebody else's work. */
export interface AssembledBatch {
  readonly quarantine: StoredObject | undefined;
  readonly bronze: StoredObject | undefined;
  readonly rows: readonly LedgerRow[];
  readonly counts: BatchCounts;
}

export interface AssembleInput {
  /** At least one; all of one shard. */
  readonly records: readonly KinesisEventRecord[];
  readonly contract: ContractRuntime;
  /** A person ordered this record to be passed over: quarantine it without looking inside. */
  readonly skip: boolean;
}

/** Pure: the same records and the same contract give the same bytes, whenever they come. */
export function assembleBatch({ records, contract, skip }: AssembleInput): AssembledBatch {
  const first = records[0];
  if (first === undefined) throw new RangeError('A batch without records has nothing to assemble.');
  const origin: Origin = { contract: contract.descriptor.name, shard: shardOf(first) };
  const sorted = sortOut(decodeRecords(records), contract, skip);

  const quarantine = sorted.quarantine.length === 0 ? undefined : nameObject(origin, sorted.quarantine, quarantineBody(sorted.quarantine));
  const bronze = sorted.bronze.length === 0 ? undefined : nameObject(origin, sorted.bronze, bronzeBody(sorted.bronze));
  return {
    quarantine,
    bronze,
    rows: [
      ...(quarantine === undefined ? [] : [{ kind: 'quarantine' as const, name: quarantine.name, bytes: quarantine.body.length }]),
      ...(bronze === undefined ? [] : [{ kind: 'bronze' as const, name: bronze.name, bytes: bronze.body.length, majorVersion: sorted.majorVersion }]),
      ...sorted.markers.map((record) => markerRow(origin, record)),
    ],
    counts: {
      received: sorted.bronze.length + sorted.quarantine.length + sorted.markers.length,
      archived: sorted.bronze.length,
      quarantined: sorted.quarantine.length,
      markers: sorted.markers.length,
      warned: sorted.warned,
      bronzeBytes: bronze?.body.length ?? 0,
      eventToArrival: sorted.eventToArrival,
    },
  };
}

interface SortedRecords {
  readonly bronze: BronzeLine[];
  readonly quarantine: QuarantineLine[];
  readonly markers: MarkerRecord[];
  readonly eventToArrival: number[];
  warned: number;
  majorVersion: number;
}

const SKIPPED: Violation = { path: '', rule: 'SKIPPED', message: 'was passed over by order (waybill skip): it stopped its shard', severity: 'reject' };

function sortOut(records: readonly DecodedRecord[], contract: ContractRuntime, skip: boolean): SortedRecords {
  const sorted: SortedRecords = { bronze: [], quarantine: [], markers: [], eventToArrival: [], warned: 0, majorVersion: 0 };
  for (const record of records) {
    if (skip) sorted.quarantine.push({ record, reasons: [SKIPPED] });
    else if (record.kind === 'marker') sorted.markers.push(record);
    else if (record.kind === 'undecodable') sorted.quarantine.push({ record, reasons: [{ path: '', rule: record.rule, message: record.message, severity: 'reject' }] });
    else sortEvent(record, contract, sorted);
  }
  return sorted;
}

function sortEvent(record: DecodedRecord, contract: ContractRuntime, sorted: SortedRecords): void {
  const verdict = checkEvent(record.bytes, record.arrivalTime, contract);
  if (!verdict.accepted) {
    sorted.quarantine.push({ record, reasons: verdict.reasons });
    return;
  }
  sorted.bronze.push({ record, schemaVersion: verdict.schemaVersion });
  sorted.majorVersion = Math.max(sorted.majorVersion, verdict.major);
  if (verdict.warnings > 0) sorted.warned += 1;
  // Plans and estimates lie ahead: they have no delay.
  if (verdict.eventTime !== undefined && verdict.eventTime <= record.arrivalTime) sorted.eventToArrival.push(record.arrivalTime - verdict.eventTime);
}

interface Origin {
  readonly contract: string;
  readonly shard: string;
}

const hash8 = (data: Buffer): string => hash('sha256', data, 'hex').slice(0, 8);

/** Large enough for a usual object in one piece; the default of 16 KB returns from the compressor twenty times a batch. */
const GZIP_CHUNK_BYTES = 512 * 1024;

function nameObject(origin: Origin, lines: readonly { readonly record: DecodedRecord }[], body: Buffer): StoredObject & { readonly name: ObjectName } {
  const first = lines[0]?.record;
  const last = lines.at(-1)?.record;
  if (first === undefined || last === undefined) throw new RangeError('An object without lines has no name.');
  const name = { ...origin, firstSequence: first.sequence, lastSequence: last.sequence, count: lines.length, hash8: hash8(body), arrivalTime: first.arrivalTime };
  // Level 1: a third of the time of the default for a fifth more bytes.
  return { name, key: objectKey(name), body: gzipSync(body, { level: 1, memLevel: 9, chunkSize: GZIP_CHUNK_BYTES }) };
}

function markerRow(origin: Origin, { sequence, arrivalTime, bytes, marker }: MarkerRecord): LedgerRow {
  return { kind: 'marker', marker, name: { ...origin, firstSequence: sequence, lastSequence: sequence, count: 1, hash8: hash8(bytes), arrivalTime } };
}
