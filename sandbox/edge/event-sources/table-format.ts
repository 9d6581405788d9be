/** Changes of a DynamoDB table: the record of the stream's API is the record of the event. */
import { asObject } from '../../json.ts';
import type { RecordFormat } from './record-format.ts';

export const tableFormat: RecordFormat = {
  writer: () => ({
    size: (record) => Buffer.byteLength(record.data) + 1,
    write: (records) => `{"Records":[${records.map((record) => record.data).join(',')}]}`,
  }),
  filterable: (record) => asObject(JSON.parse(record.data)),
  batchInfo: 'DDBStreamBatchInfo',
};
