/** Batch operations of which a share fails: the failed entries never reach the service, the answer is put together again. */
import { asObject, type JsonObject } from '../../json.ts';

/** True when the entry of this number is to fail. */
export type IsLost = (entry: number) => boolean;

export interface Split {
  /** The request without the lost entries; undefined when none is left. */
  readonly request: JsonObject | undefined;
  /** The answer to the caller, from the service's answer to what was left. */
  merge(answer: JsonObject): JsonObject;
}

type Splitter = (request: JsonObject, isLost: IsLost) => Split;

const THROTTLED_RECORD = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded for shard (injected by the sandbox).' };
const FAILED_EVENT = { ErrorCode: 'InternalFailure', ErrorMessage: 'Injected by the sandbox.' };

const SPLITTERS: Readonly<Record<string, Splitter>> = {
  PutRecords: (request, isLost) => splitAligned({ request, isLost, field: 'Records', count: 'FailedRecordCount', lost: THROTTLED_RECORD }),
  PutEvents: (request, isLost) => splitAligned({ request, isLost, field: 'Entries', count: 'FailedEntryCount', lost: FAILED_EVENT }),
  SendMessageBatch: splitMessages,
  BatchWriteItem: splitWrites,
};

export const PARTIAL_OPERATIONS = Object.keys(SPLITTERS);

/** Undefined when this operation has no entries that can fail alone. */
export function splitBatch(operation: string, request: JsonObject, isLost: IsLost): Split | undefined {
  return SPLITTERS[operation]?.(request, isLost);
}

interface Aligned {
  readonly request: JsonObject;
  readonly isLost: IsLost;
  /** Entries of request and answer, in the same order. */
  readonly field: string;
  readonly count: string;
  readonly lost: object;
}

/** Operations whose answer lists one result per entry, in order. */
function splitAligned({ request, isLost, field, count, lost }: Aligned): Split {
  const entries = listOf(request[field]);
  const fate = entries.map((_, at) => isLost(at));
  const kept = entries.filter((_, at) => fate[at] === false);

  return {
    request: kept.length === 0 ? undefined : { ...request, [field]: kept },
    merge(answer) {
      const results = listOf(answer[field]).values();
      const failed = fate.filter(Boolean).length + numberOr0(answer[count]);
      return { ...answer, [count]: failed, [field]: fate.map((isGone) => (isGone ? lost : results.next().value)) };
    },
  };
}

function splitMessages(request: JsonObject, isLost: IsLost): Split {
  const entries = listOf(request['Entries']);
  const lost = entries.filter((_, at) => isLost(at));
  const kept = entries.filter((_, at) => !isLost(at));
  const failed = lost.map((entry) => ({ Id: asObject(entry)['Id'], SenderFault: false, Code: 'ServiceUnavailable', Message: 'Injected by the sandbox.' }));
  return {
    request: kept.length === 0 ? undefined : { ...request, Entries: kept },
    merge: (answer) => ({ ...answer, Successful: listOf(answer['Successful']), Failed: [...listOf(answer['Failed']), ...failed] }),
  };
}

function splitWrites(request: JsonObject, isLost: IsLost): Split {
  let number = 0;
  const [kept, lost]: [Record<string, unknown[]>, Record<string, unknown[]>] = [{}, {}];
  for (const [table, writes] of Object.entries(asObject(request['RequestItems']))) {
    for (const write of listOf(writes)) {
      const side = isLost(number) ? lost : kept;
      (side[table] ??= []).push(write);
      number += 1;
    }
  }

  return {
    request: Object.keys(kept).length === 0 ? undefined : { ...request, RequestItems: kept },
    merge: (answer) => ({ ...answer, UnprocessedItems: joinWrites(asObject(answer['UnprocessedItems']), lost) }),
  };
}

function joinWrites(one: JsonObject, other: Record<string, unknown[]>): JsonObject {
  const tables = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...tables].map((table) => [table, [...listOf(one[table]), ...(other[table] ?? [])]]));
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const numberOr0 = (value: unknown): number => (typeof value === 'number' ? value : 0);
