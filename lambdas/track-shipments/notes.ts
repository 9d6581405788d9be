import { CATCH_UP_PREFIX } from '../../contracts/platform-names.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { isAwsError } from '../_shared/aws/aws-error.ts';

/** Positions of one shard that live state gave up on: `catch-up` folds them from bronze. */
export interface CatchUpNote {
  readonly contract: string;
  readonly stream: string;
  readonly shard: string;
  readonly firstSequence: string;
  readonly lastSequence: string;
  /** Stream arrival of the first and of the last record, ms since 1970. */
  readonly firstArrival: number;
  readonly lastArrival: number;
  /** Events (markers not counted) between the two, both included: so many must lie in bronze and quarantine. */
  readonly records: number;
  readonly reason: string;
  /** RFC 3339. */
  readonly notedAt: string;
}

/** Named by what it covers: a repeat meets its own note. */
export const noteKey = ({ contract, shard, firstSequence, lastSequence }: Pick<CatchUpNote, 'contract' | 'shard' | 'firstSequence' | 'lastSequence'>): string =>
  `${CATCH_UP_PREFIX}${contract}/${shard}/${firstSequence}-${lastSequence}.json`;

export interface NoteBook {
  /** Resolves once the note is in the bucket; rejects when that is not sure. */
  readonly write: (note: CatchUpNote) => Promise<void>;
}

export function createNoteBook({ aws, bucket }: { aws: AwsClient; bucket: string }): NoteBook {
  return {
    write: async (note) => {
      try {
        await aws.putObject({ bucket, key: noteKey(note), body: `${JSON.stringify(note, null, 2)}\n`, ifNoneMatch: '*', contentType: 'application/json' });
      } catch (error) {
        if (!isAwsError(error, 'PreconditionFailed')) throw error;
      }
    },
  };
}

/** A note that cannot be used: names the field. */
export class BadNoteError extends Error {
  override readonly name = 'BadNoteError';
}

const TEXTS = ['contract', 'stream', 'shard', 'firstSequence', 'lastSequence', 'reason', 'notedAt'] as const;
const NUMBERS = ['firstArrival', 'lastArrival', 'records'] as const;

/** @throws BadNoteError when the text is no note. */
export function parseNote(text: string, key: string): CatchUpNote {
  const parsed = parseObject(text, key);
  for (const field of TEXTS) if (typeof parsed[field] !== 'string' || parsed[field] === '') throw badField({ key, field, got: parsed[field], wanted: 'a text' });
  for (const field of NUMBERS) if (typeof parsed[field] !== 'number') throw badField({ key, field, got: parsed[field], wanted: 'a number' });
  for (const field of ['firstSequence', 'lastSequence'] as const) {
    if (!/^\d+$/.test(String(parsed[field]))) throw badField({ key, field, got: parsed[field], wanted: 'a sequence number, digits only' });
  }
  return parsed as unknown as CatchUpNote;
}

function parseObject(text: string, key: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new BadNoteError(`The note ${key} is not JSON. Notes are written by track-shipments; look at the object, and delete it if a person put it there.`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new BadNoteError(`The note ${key} is not a JSON object.`);
  return { ...parsed };
}

const badField = ({ key, field, got, wanted }: { key: string; field: string; got: unknown; wanted: string }): BadNoteError =>
  new BadNoteError(`The note ${key} is unusable: "${field}" is ${JSON.stringify(got) ?? 'missing'}, and must be ${wanted}. Nothing was folded or deleted.`);
