/** The producer library: `putAll(records, { port: kinesisPort(client), stream })`. */
export { chunk, CALL_LIMITS, RECORD_BYTES, sizeOf } from './chunk.ts';
export { kinesisPort } from './kinesis-port.ts';
export { putAll, DEFAULT_ATTEMPTS, DEFAULT_FIRST_PAUSE_MS } from './producer.ts';
export type { ProducerOptions, PutReport } from './producer.ts';
export type { PutOutcome, PutRecordsPort, StreamRecord } from './records.ts';
