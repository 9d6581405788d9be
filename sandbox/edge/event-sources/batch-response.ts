/** What a function's answer means when the mapping reports item failures (ReportBatchItemFailures). */

/**
 * Indexes of the records that failed, by their identifiers. As AWS was recorded: an empty or absent list means success, and an
 * identifier that is unknown, empty, or no text fails the whole batch.
 */
export function failedItems(payload: string, ids: readonly string[]): readonly number[] {
  const all = [...ids.keys()];
  const answer = parse(payload);
  if (answer === undefined || answer === null || answer === '') return [];
  if (typeof answer !== 'object') return all;

  const failures: unknown = 'batchItemFailures' in answer ? answer.batchItemFailures : undefined;
  if (failures === null || failures === undefined) return [];
  if (!Array.isArray(failures)) return all;

  const position = new Map(ids.map((id, index) => [id, index]));
  const indexes = failures.map((failure: unknown) => positionOf(failure, position));
  return indexes.includes(undefined) ? all : indexes.filter((index) => index !== undefined);
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
