/** What a function's answer means when the mapping reports item failures (ReportBatchItemFailures). */
import type { StreamRecord } from './stream.ts';

/**
 * Index of the first record to deliver again; `records.length` when all succeeded. As AWS was recorded: an empty or absent list means
 * success, the lowest failed record counts, and an identifier that is unknown, empty, or no text fails the whole batch.
 */
export function firstFailure(payload: string, records: readonly StreamRecord[]): number {
  const answer = parse(payload);
  if (answer === undefined || answer === null || answer === '') return records.length;
  if (typeof answer !== 'object') return 0;

  const failures: unknown = 'batchItemFailures' in answer ? answer.batchItemFailures : undefined;
  if (failures === null || failures === undefined) return records.length;
  if (!Array.isArray(failures)) return 0;
  if (failures.length === 0) return records.length;

  const position = new Map(records.map((record, index) => [record.sequenceNumber, index]));
  const indexes = failures.map((failure: unknown) => positionOf(failure, position));
  return indexes.includes(undefined) ? 0 : Math.min(...indexes.map((index) => index ?? 0));
}

function positionOf(failure: unknown, position: ReadonlyMap<string, number>): number | undefined {
  const id: unknown = typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure ? failure.itemIdentifier : undefined;
  return typeof id === 'string' ? position.get(id) : undefined;
}

/** A function that answers text that is not JSON has answered wrongly: the whole batch failed. */
function parse(payload: string): unknown {
  if (payload === '') return undefined;
  try {
    return JSON.parse(payload);
  } catch {
    return 'not JSON';
  }
}
