import type { AwsClient } from '../_shared/aws/client.ts';
import type { CatchUpNote } from '../track-shipments/notes.ts';
import { hourPrefix, identityOf, mayOverlap, recordsIn, sequenceRange } from './lake-objects.ts';
import type { LakeRecord } from './lake-objects.ts';

const HOUR = 3_600_000;

/** Bronze and quarantine do not hold all that the note covers: archive-events is behind, or a batch waits for `waybill redrive`. */
export class NotYetArchivedError extends Error {
  override readonly name = 'NotYetArchivedError';
}

export interface LakeOptions {
  readonly aws: Pick<AwsClient, 'listObjects' | 'getObject'>;
  readonly bronzeBucket: string;
  readonly quarantineBucket: string;
  /** How far before the note's first record an object that holds it may begin: a batch reaches no further back than the stream. */
  readonly lookBackHours: number;
}

/**
 * The events that the note covers, once each, as bronze holds them. Quarantined ones are counted and left out: live state
 * never sees them.
 * @throws NotYetArchivedError when bronze and quarantine together hold fewer identities than the note names.
 */
export async function readPositions(lake: LakeOptions, note: CatchUpNote): Promise<LakeRecord[]> {
  const found: Found = { bronze: new Map(), quarantined: new Set() };
  const first = Math.floor(note.firstArrival / HOUR);
  const last = Math.floor(note.lastArrival / HOUR);
  for (let hour = last; hour >= first; hour -= 1) await readHour({ lake, note, found }, hour * HOUR);
  // An object lies under the hour of its own first record, which may be long before the note's.
  for (let hour = first - 1; hour >= first - lake.lookBackHours && covered(found) < note.records; hour -= 1) {
    await readHour({ lake, note, found }, hour * HOUR);
  }
  if (covered(found) < note.records) {
    throw new NotYetArchivedError(
      `Bronze and quarantine hold ${covered(found)} of the ${note.records} positions ${note.firstSequence} to ${note.lastSequence} of ${note.shard} (${note.contract}). ` +
        'Nothing was folded or deleted. archive-events may still be behind: look at "waybill status", then "waybill redrive" if batches wait in the on-failure prefix; then run catch-up again.',
    );
  }
  return [...found.bronze.values()];
}

interface Found {
  readonly bronze: Map<string, LakeRecord>;
  readonly quarantined: Set<string>;
}

/** Distinct identities; one that lies in both counts once. */
function covered({ bronze, quarantined }: Found): number {
  let count = bronze.size;
  for (const identity of quarantined) if (!bronze.has(identity)) count += 1;
  return count;
}

interface Reading {
  readonly lake: LakeOptions;
  readonly note: CatchUpNote;
  readonly found: Found;
}

async function readHour(reading: Reading, time: number): Promise<void> {
  const { lake, found } = reading;
  for (const record of await readBucket(reading, { bucket: lake.bronzeBucket, time })) found.bronze.set(identityOf(record), record);
  for (const record of await readBucket(reading, { bucket: lake.quarantineBucket, time })) found.quarantined.add(identityOf(record));
}

async function readBucket({ lake, note }: Reading, { bucket, time }: { bucket: string; time: number }): Promise<LakeRecord[]> {
  const range = sequenceRange(note.firstSequence, note.lastSequence);
  const listed = await lake.aws.listObjects({ bucket, prefix: hourPrefix({ contract: note.contract, shard: note.shard, time }) });
  const records: LakeRecord[] = [];
  for (const { key } of listed.filter((object) => mayOverlap(object.key, range))) {
    records.push(...recordsIn({ key, body: await lake.aws.getObject({ bucket, key }) }, range));
  }
  return records;
}
