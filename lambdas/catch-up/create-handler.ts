import type { ContractRuntime } from '../../contracts/model.ts';
import { CATCH_UP_PREFIX } from '../../contracts/platform-names.ts';
import { isAwsError } from '../_shared/aws/aws-error.ts';
import type { Logger } from '../_shared/logger.ts';
import { foldBatch } from '../track-shipments/fold-batch.ts';
import type { ArrivedEvent } from '../track-shipments/fold-batch.ts';
import { BadNoteError, parseNote } from '../track-shipments/notes.ts';
import type { CatchUpNote } from '../track-shipments/notes.ts';
import type { StateStore } from '../track-shipments/state-store.ts';
import type { LakeRecord } from './lake-objects.ts';

export interface CatchUpRequest {
  /** Key of the note in the bronze bucket, under `catch-up/track-shipments/`. */
  readonly noteKey: string;
}

export interface CatchUpAnswer {
  readonly noteKey: string;
  /** Events folded from bronze. 0 with `noteAbsent`: somebody has folded this note already. */
  readonly records: number;
  readonly shipments: number;
  /** Shipments that the fold changed; the others knew it all. */
  readonly written: number;
  readonly noteAbsent?: true;
}

export interface CatchUpPorts {
  readonly contract: ContractRuntime;
  readonly store: StateStore;
  /** Rejects with `AwsError` `NoSuchKey` when there is no such note. */
  readonly readNote: (key: string) => Promise<Buffer>;
  readonly deleteNote: (key: string) => Promise<void>;
  /** Rejects with `NotYetArchivedError` when the lake does not hold all of them. */
  readonly readPositions: (note: CatchUpNote) => Promise<readonly LakeRecord[]>;
  readonly log: Logger;
  readonly now: () => number;
  readonly horizonMs: number;
}

/** Some shipments could still not be written; the note stays. */
export class StateRefusedError extends Error {
  override readonly name = 'StateRefusedError';
}

/**
 * Folds the positions of one note from bronze into state, then deletes the note. The same fold, the same store and the
 * arrival times of the stream: the result is what an uninterrupted run would have made. May be repeated at any time.
 */
export function createHandler(ports: CatchUpPorts): (request: CatchUpRequest) => Promise<CatchUpAnswer> {
  return async (request) => {
    const noteKey = requireNoteKey(request);
    const note = await findNote(noteKey, ports);
    if (note === undefined) return { noteKey, records: 0, shipments: 0, written: 0, noteAbsent: true };
    const records = await ports.readPositions(note);
    const { shipments } = foldBatch(records.map(arrivedEvent), { entityKey: ports.contract.descriptor.entityKey, horizonMs: ports.horizonMs });
    const outcome = await ports.store.apply(shipments, ports.now());
    if (outcome.failed.size > 0) {
      const kinds = [...new Set(outcome.failed.values())].sort().join(', ');
      throw new StateRefusedError(
        `${outcome.failed.size} of ${shipments.size} shipments of the note ${noteKey} could not be written (${kinds}). The note stays. ` +
          (kinds.includes('newer-format') ? 'Deploy the release that wrote them, then run catch-up again.' : 'Run catch-up again when the table takes writes.'),
      );
    }
    await ports.deleteNote(noteKey);
    const answer = { noteKey, records: records.length, shipments: shipments.size, written: outcome.written };
    ports.log.info('caught up', answer);
    return answer;
  };
}

function requireNoteKey(request: unknown): string {
  const noteKey: unknown = typeof request === 'object' && request !== null && 'noteKey' in request ? request.noteKey : undefined;
  if (typeof noteKey === 'string' && noteKey.startsWith(CATCH_UP_PREFIX) && noteKey.endsWith('.json')) return noteKey;
  throw new BadNoteError(`The request must be {"noteKey": "${CATCH_UP_PREFIX}<contract>/<shard>/<first>-<last>.json"}; got noteKey ${JSON.stringify(noteKey) ?? 'missing'}.`);
}

async function findNote(noteKey: string, { readNote, contract }: CatchUpPorts): Promise<CatchUpNote | undefined> {
  let body: Buffer;
  try {
    body = await readNote(noteKey);
  } catch (error) {
    if (isAwsError(error, 'NoSuchKey')) return undefined;
    throw error;
  }
  const note = parseNote(body.toString('utf8'), noteKey);
  if (note.contract === contract.descriptor.name) return note;
  throw new BadNoteError(`The note ${noteKey} is of the contract "${note.contract}"; this function folds "${contract.descriptor.name}". Nothing was folded or deleted.`);
}

/** Bronze holds only what archive-events found valid, by the judge that track-shipments uses too. */
const arrivedEvent = ({ event, major, arrivalTime, sequence }: LakeRecord, recordsBefore: number): ArrivedEvent => ({ event, major, arrivalTime, sequence, recordsBefore });
