/** Records of a Kinesis stream. */
import type { StreamMapping } from './mapping.ts';
import type { EventWriter, RecordFormat } from './record-format.ts';
import type { StreamRecord } from './stream.ts';

const WRAPPER_BYTES = '{"Records":[]}'.length;

export const kinesisFormat: RecordFormat = {
  writer: createWriter,
  filterable: ({ key, sequenceNumber, arrival, data }) => ({ partitionKey: key, sequenceNumber, approximateArrivalTimestamp: arrival / 1000, data: readData(data) }),
  batchInfo: 'KinesisBatchInfo',
};

/** Everything but key, number, time and data is the same in each record and is written once. */
function createWriter(mapping: StreamMapping, shardId: string): EventWriter {
  const [, , , region = '', account = ''] = mapping.sourceArn.split(':');
  const role = `arn:aws:iam::${account}:role/${mapping.functionName}`;
  const tail = (id: string): string => `},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"${shardId}:${id}","eventName":"aws:kinesis:record","invokeIdentityArn":"${role}","awsRegion":"${region}","eventSourceARN":"${mapping.sourceArn}"}`;
  const writeRecord = (record: StreamRecord): string =>
    `{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":${JSON.stringify(record.key)},"sequenceNumber":"${record.sequenceNumber}","data":"${record.data}","approximateArrivalTimestamp":${record.arrival / 1000}${tail(record.sequenceNumber)}`;
  const fixedBytes = Buffer.byteLength(writeRecord({ sequenceNumber: '', key: '', data: '', arrival: 0 })) + WRAPPER_BYTES;

  return {
    // 24: comma and the digits of the arrival time. A sequence number stands in a record twice.
    size: (record) => fixedBytes + 24 + record.data.length + 2 * record.sequenceNumber.length + Buffer.byteLength(JSON.stringify(record.key)),
    write: (records) => `{"Records":[${records.map(writeRecord).join(',')}]}`,
  };
}

/** JSON when it is JSON; a text otherwise, which no filter on fields of `data` matches. */
function readData(data: string): unknown {
  const text = Buffer.from(data, 'base64').toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
