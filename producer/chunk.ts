import type { StreamRecord } from './records.ts';

/** Limits of one PutRecords call (Kinesis API reference): 500 records, 5 MiB with keys. */
export const CALL_LIMITS = { records: 500, bytes: 5 * 1024 * 1024 } as const;
/** Default limit of one record with its key: 1 MiB. */
export const RECORD_BYTES = 1024 * 1024;

export const sizeOf = (record: StreamRecord): number => record.data.byteLength + Buffer.byteLength(record.partitionKey);

/** Cuts a sequence of records into calls, in order, none over the limits. */
export async function* chunk<R extends StreamRecord>(records: AsyncIterable<R> | Iterable<R>, limits: { records: number; bytes: number } = CALL_LIMITS): AsyncGenerator<R[]> {
  let call: R[] = [];
  let bytes = 0;
  for await (const record of records) {
    const size = sizeOf(record);
    if (call.length > 0 && (call.length >= limits.records || bytes + size > limits.bytes)) {
      yield call;
      call = [];
      bytes = 0;
    }
    call.push(record);
    bytes += size;
  }
  if (call.length > 0) yield call;
}
