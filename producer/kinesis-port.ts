import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { PutOutcome, PutRecordsPort } from './records.ts';

/** PutRecords by the AWS SDK. The SDK retries refused calls; refused records inside an accepted call are the producer's. */
export function kinesisPort(client: KinesisClient): PutRecordsPort {
  return {
    async putRecords(stream, records) {
      const answer = await client.send(new PutRecordsCommand({
        StreamName: stream,
        Records: records.map((record) => ({ PartitionKey: record.partitionKey, Data: record.data })),
      }));
      const results = answer.Records ?? [];
      return records.map((_, index): PutOutcome => {
        const result = results[index];
        if (result?.SequenceNumber !== undefined && result.ShardId !== undefined) {
          return { accepted: true, shardId: result.ShardId, sequenceNumber: result.SequenceNumber };
        }
        return { accepted: false, code: result?.ErrorCode ?? 'NoAnswer', message: result?.ErrorMessage ?? 'Kinesis gave no answer for this record' };
      });
    },
  };
}
