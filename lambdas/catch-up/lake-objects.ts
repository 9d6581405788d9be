import { hourFolder, parseObjectKey } from '../../contracts/object-keys.ts';
import { unpackLines } from '../../contracts/object-lines.ts';
import { padSequence } from '../_shared/kinesis-event.ts';

/** Records of one shard between two sequence numbers, both included; padded to 60 digits, so that text order is number order. */
export interface SequenceRange {
  readonly first: string;
  readonly last: string;
}

export const sequenceRange = (first: string, last: string): SequenceRange => ({ first: padSequence(first), last: padSequence(last) });

const inRange = (sequence: string, { first, last }: SequenceRange): boolean => {
  const padded = padSequence(sequence);
  return padded >= first && padded <= last;
};

/** Whether the object's name says that it may hold records of the range. */
export function mayOverlap(key: string, range: SequenceRange): boolean {
  const name = parseObjectKey(key);
  return name !== undefined && padSequence(name.firstSequence) <= range.last && padSequence(name.lastSequence) >= range.first;
}

/** What the keys of one shard and hour (any moment in it, epoch ms) begin with, in bronze and quarantine. */
export const hourPrefix = ({ contract, shard, time }: { contract: string; shard: string; time: number }): string => `${hourFolder(contract, time)}${shard}-`;

/** One record of the lake, with its identity inside the shard. */
export interface LakeRecord {
  readonly sequence: string;
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly arrivalTime: number;
  /** Major contract version of the event; 0 in quarantine. */
  readonly major: number;
  /** The parsed event; empty in quarantine. */
  readonly event: Readonly<Record<string, unknown>>;
}

export const identityOf = ({ sequence, index }: Pick<LakeRecord, 'sequence' | 'index'>): string => `${padSequence(sequence)}/${index}`;

/** An object of the lake whose content is not what its place promises. */
export class BrokenLakeObjectError extends Error {
  override readonly name = 'BrokenLakeObjectError';
}

/** The records of an object that lie in the range. Lines carry `k` sequence, `i` index, `t` arrival and, in bronze, `v` version and `e` event. */
export function recordsIn(object: { readonly key: string; readonly body: Buffer }, range: SequenceRange): LakeRecord[] {
  const lines = unpackLines(object.body).toString('utf8').split('\n');
  return lines.flatMap((line, at) => (line === '' ? [] : [parseLine(line, `${object.key} line ${at + 1}`)])).filter((record) => inRange(record.sequence, range));
}

function parseLine(line: string, where: string): LakeRecord {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (cause) {
    throw new BrokenLakeObjectError(`${where} is not JSON.`, { cause });
  }
  const { k, i, t, v, e } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<string, unknown>;
  if (typeof k !== 'string' || typeof i !== 'number' || typeof t !== 'number') {
    throw new BrokenLakeObjectError(`${where} lacks "k" (sequence), "i" (index) or "t" (arrival).`);
  }
  const major = typeof v === 'string' ? Number.parseInt(v, 10) : 0;
  const event = typeof e === 'object' && e !== null ? (e as Readonly<Record<string, unknown>>) : {};
  return { sequence: k, index: i, arrivalTime: t, major, event };
}
