/** What an event source measures, under the names that AWS uses. */
import type { MetricSink, MetricUnit } from '../metric-sink.ts';
import type { Clock } from './clock.ts';
import type { EventSourceMapping } from './mapping.ts';

export interface SourceMetrics {
  /** A page was read; `ageMs` is the age of its last record, 0 when the reader has caught up. */
  polled(records: number, ageMs: number): void;
  filteredOut(records: number): void;
  /** A batch goes to the function; `ageMs` is the age of its last record: it rises with each retry while a shard is held. */
  invoked(records: number, ageMs: number): void;
  failed(records: number): void;
  /** Messages that the queue no longer has. */
  deleted(records: number): void;
  dropped(records: number): void;
  deliveredToDestination(records: number): void;
  destinationFailed(): void;
}

export function createSourceMetrics(mapping: EventSourceMapping, sink: MetricSink, clock: Clock): SourceMetrics {
  const byFunction = { FunctionName: mapping.functionName };
  const byMapping = { EventSourceMappingUUID: mapping.uuid };
  const byStream = { StreamName: mapping.sourceName };

  const put = (namespace: string, name: string, dimensions: Readonly<Record<string, string>>, value: number, unit: MetricUnit): void =>
    sink.put({ namespace, name, dimensions, time: clock.now(), value, unit });
  const count = (name: string, records: number): void => put('AWS/Lambda', name, byMapping, records, 'Count');

  return {
    polled(records, ageMs) {
      if (records > 0) count('PolledEventCount', records);
      // A table's stream has no such metric: its age is Lambda's IteratorAge alone.
      if (mapping.kind === 'kinesis') put('AWS/Kinesis', 'GetRecords.IteratorAgeMilliseconds', byStream, Math.max(0, ageMs), 'Milliseconds');
    },
    filteredOut: (records) => count('FilteredOutEventCount', records),
    invoked(records, ageMs) {
      if (mapping.kind !== 'sqs') put('AWS/Lambda', 'IteratorAge', byFunction, Math.max(0, ageMs), 'Milliseconds');
      count('InvokedEventCount', records);
    },
    failed: (records) => count('FailedInvokeEventCount', records),
    deleted: (records) => count('DeletedEventCount', records),
    dropped: (records) => count('DroppedEventCount', records),
    deliveredToDestination: (records) => count('OnFailureDestinationDeliveredEventCount', records),
    destinationFailed: () => put('AWS/Lambda', 'DestinationDeliveryFailures', byFunction, 1, 'Count'),
  };
}
