import { hash } from 'node:crypto';
import type { ContractRuntime, Violation } from '../../contracts/model.ts';
import type { DecodedRecord, EventRecord, MarkerRecord } from '../_shared/decode/decode-records.ts';
import { bytesOf } from '../_shared/decode/decode-records.ts';
import type { KinesisEventRecord } from '../_shared/kinesis-event.ts';
import { shardOf } from '../_shared/kinesis-event.ts';
import { BronzeBody, takenOut } from './bronze-body.ts';
import type { QuarantineLine } from './quarantine-body.ts';
import { quarantineBody } from './quarantine-body.ts';
import { checkEvent } from '../_shared/check-event.ts';
import type { LedgerRow } from './ledger-rows.ts';
import type { ObjectName } from '../../contracts/object-keys.ts';
import { objectKey } from '../../contracts/object-keys.ts';
import { packLines } from '../../contracts/object-lines.ts';

export interface StoredObject {
  readonly key: string;
  /** Packed. */
  readonly body: Buffer;
}

export interface BatchCounts {
  readonly received: number;
  readonly archived: number;
  readonly quarantined: number;
  readonly markers: number;
  /** Archived events that break a rule of weight `warn` or `range`. */
  readonly warned: number;
  /** Events that had to be parsed to be judged, the refused ones included. */
  readonly judgedFully: number;
  /** Events that were judged: all records but markers, undecodable ones and the one passed over. */
  readonly judged: number;
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
  const body = new BronzeBody(records);
  const sorted = sortOut(records, { contract, skip, body });

  const quarantine = sorted.quarantine.length === 0 ? undefined : nameObject(origin, sorted.quarantine.map(({ record }) => record), quarantineBody(sorted.quarantine));
  const bronze = sorted.archived.length === 0 ? undefined : nameObject(origin, sorted.archived, body.bytes);
  return {
    quarantine,
    bronze,
    rows: [
      ...(quarantine === undefined ? [] : [{ kind: 'quarantine' as const, name: quarantine.name, bytes: quarantine.body.length }]),
      ...(bronze === undefined ? [] : [{ kind: 'bronze' as const, name: bronze.name, bytes: bronze.body.length, majorVersion: sorted.majorVersion }]),
      ...sorted.markers.map((record) => markerRow(origin, record)),
    ],
    counts: {
      received: sorted.archived.length + sorted.quarantine.length + sorted.markers.length,
      archived: sorted.archived.length,
      quarantined: sorted.quarantine.length,
      markers: sorted.markers.length,
      warned: sorted.warned,
      judged: sorted.judged,
      judgedFully: sorted.judgedFully,
      bronzeBytes: bronze?.body.length ?? 0,
      eventToArrival: sorted.eventToArrival,
    },
  };
}

/** What names an object: the identity and the arrival of its lines. */
type Named = Pick<DecodedRecord, 'sequence' | 'arrivalTime'>;

interface SortedRecords {
  /** One for each line of the body; where they lay is not to be looked at any more. */
  readonly archived: Named[];
  readonly quarantine: QuarantineLine[];
  readonly markers: MarkerRecord[];
  readonly eventToArrival: number[];
  judged: number;
  judgedFully: number;
  warned: number;
  majorVersion: number;
}

const SKIPPED: Violation = { path: '', rule: 'SKIPPED', message: 'was passed over by order (waybill skip): it stopped its shard', severity: 'reject' };

interface Sorting {
  readonly contract: ContractRuntime;
  readonly skip: boolean;
  /** Takes the lines of what bronze takes. */
  readonly body: BronzeBody;
}

function sortOut(records: readonly KinesisEventRecord[], sorting: Sorting): SortedRecords {
  const sorted: SortedRecords = { archived: [], quarantine: [], markers: [], eventToArrival: [], judged: 0, judgedFully: 0, warned: 0, majorVersion: 0 };
  for (const raw of records) {
    const record = sorting.body.decode(raw);
    if (sorting.skip) sorted.quarantine.push({ record: takenOut(record), reasons: [SKIPPED] });
    else if (record.kind === 'event') sortEvent(record, sorting, sorted);
    else if (record.kind === 'marker') sorted.markers.push(takenOut(record));
    else sorted.quarantine.push({ record: takenOut(record), reasons: [{ path: '', rule: record.rule, message: record.message, severity: 'reject' }] });
  }
  return sorted;
}

function sortEvent(record: EventRecord, { contract, body }: Sorting, sorted: SortedRecords): void {
  const verdict = checkEvent(record, contract);
  sorted.judged += 1;
  if (!verdict.accepted || !verdict.inPlace) sorted.judgedFully += 1;
  if (!verdict.accepted) {
    sorted.quarantine.push({ record: takenOut(record), reasons: verdict.reasons });
    return;
  }
  // What is judged in place holds no line break: there only one space may stand between tokens.
  body.keep(record, { schemaVersion: verdict.schemaVersion, compact: verdict.inPlace });
  sorted.archived.push(record);
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

/** Named by the bytes that are stored: a tenth of the lines to hash (docs/decisions/0106-objects-are-named-by-their-bytes.md). */
function nameObject(origin: Origin, lines: readonly Named[], text: Buffer): StoredObject & { readonly name: ObjectName } {
  const first = lines[0];
  const last = lines.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('An object without lines has no name.');
  const body = packLines(text);
  const name = { ...origin, firstSequence: first.sequence, lastSequence: last.sequence, count: lines.length, hash8: hash8(body), arrivalTime: first.arrivalTime };
  return { name, key: objectKey(name), body };
}

function markerRow(origin: Origin, record: MarkerRecord): LedgerRow {
  const { sequence, arrivalTime, marker } = record;
  return { kind: 'marker', marker, name: { ...origin, firstSequence: sequence, lastSequence: sequence, count: 1, hash8: hash8(bytesOf(record)), arrivalTime } };
}
