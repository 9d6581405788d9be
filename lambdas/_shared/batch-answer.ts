import type { KinesisEvent } from './kinesis-event.ts';

/** What Lambda expects under `ReportBatchItemFailures`. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Everything is done: the checkpoint moves past the batch. */
export const ALL_DONE: BatchAnswer = { batchItemFailures: [] };

/** The checkpoint stays before `sequence`: Lambda sends that record and all after it again. An answer, not an error: no bisect. */
export const holdFrom = (sequence: string): BatchAnswer => ({ batchItemFailures: [{ itemIdentifier: sequence }] });

/** The whole batch comes again. */
export function holdBatch(event: KinesisEvent): BatchAnswer {
  const first = event.Records[0];
  return first === undefined ? ALL_DONE : holdFrom(first.kinesis.sequenceNumber);
}
