import type { ContractRuntime } from '../../contracts/model.ts';
import type { DecodedRecord } from '../_shared/decode/decode-records.ts';
import { readEvent } from '../_shared/check-event.ts';
import type { ArrivedEvent } from './fold-batch.ts';

/** Its name in the contract, where stands what it reads. */
const CONSUMER = 'track-shipments';

/**
 * The events of a batch that bronze takes too: one judge for both readers, so that live state and the lake never differ
 * about what is valid. What it refuses is passed over in silence here; archive-events quarantines it with every reason.
 */
export function* validEvents(records: readonly DecodedRecord[], contract: ContractRuntime): Generator<ArrivedEvent> {
  let recordsBefore = 0;
  // One at a time: a whole batch of parsed events would outlive two collections of young garbage.
  for (const record of records) {
    if (record.kind === 'event') {
      const verdict = readEvent(record, contract, CONSUMER);
      if (verdict.accepted) yield { event: verdict.event, major: verdict.major, eventTime: verdict.eventTime, publishedTime: verdict.publishedTime, arrivalTime: record.arrivalTime, sequence: record.sequence, recordsBefore };
    }
    if (record.kind !== 'marker') recordsBefore += 1;
  }
}
