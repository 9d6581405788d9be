import { gzipSync } from 'node:zlib';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { KinesisEvent, KinesisEventRecord } from '../../lambdas/_shared/kinesis-event.ts';

/**
 * The handler that most projects write, as their tutorials do: zod, one conditional DocumentClient update per event, the
 * events written again by JSON.stringify and compressed at the default level. Sixteen updates at once, connections kept.
 */
const time = z.iso.datetime({ offset: true });
const schema = z.object({
  schemaVersion: z.string().regex(/^1\.\d+$/),
  eventId: z.string().min(1).max(100),
  source: z.string().min(1).max(60),
  sourceMessageId: z.string().max(200).optional(),
  sourceEventCode: z.string().max(100),
  shipmentId: z.string().min(1).max(64),
  references: z.array(z.object({ type: z.string(), value: z.string().max(100) })).optional(),
  eventType: z.enum(['CREATED', 'BOOKED', 'GATE_OUT', 'GATE_IN', 'LOADED', 'DEPARTED', 'ARRIVED', 'UNLOADED', 'DELIVERED']),
  eventClassifier: z.enum(['PLANNED', 'REQUESTED', 'ESTIMATED', 'ACTUAL']),
  eventTime: time,
  publishedTime: time.optional(),
  carrier: z.object({ scac: z.string().optional(), name: z.string().optional() }).optional(),
  modeOfTransport: z.enum(['OCEAN', 'AIR', 'RAIL', 'ROAD', 'BARGE', 'PARCEL', 'MULTIMODAL', 'UNKNOWN']).optional(),
  location: z
    .object({ unLocode: z.string().length(5), name: z.string(), city: z.string(), countryCode: z.string().length(2), facilityCode: z.string(), lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) })
    .optional(),
  equipment: z.object({ id: z.string(), idType: z.string(), isoType: z.string(), empty: z.enum(['EMPTY', 'LADEN']) }).optional(),
  transport: z.object({ voyage: z.string(), service: z.string() }).optional(),
  reason: z.object({ code: z.string(), raw: z.string(), text: z.string() }).optional(),
  order: z.object({ customerId: z.string(), serviceLevel: z.string(), priority: z.number().int(), originUnLocode: z.string(), destinationUnLocode: z.string() }).optional(),
});
type ParsedEvent = z.infer<typeof schema>;

const AT_ONCE = 16;

export function createNaiveHandler({ table, bucket }: { table: string; bucket: string }): (event: KinesisEvent) => Promise<void> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const s3 = new S3Client({ forcePathStyle: true });

  return async ({ Records }) => {
    const lines: string[] = [];
    const rejected: string[] = [];
    const updates: ParsedEvent[] = [];
    for (const record of Records) {
      const event = parse(record);
      if (event === undefined) {
        rejected.push(record.kinesis.data);
        continue;
      }
      lines.push(JSON.stringify({ ...event, sequenceNumber: record.kinesis.sequenceNumber, arrivalTime: record.kinesis.approximateArrivalTimestamp }));
      updates.push(event);
    }
    for (let from = 0; from < updates.length; from += AT_ONCE) {
      await Promise.all(updates.slice(from, from + AT_ONCE).map((event) => update(documents, table, event)));
    }
    const key = Records[0]?.kinesis.sequenceNumber ?? 'empty';
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `bronze/${key}.ndjson.gz`, Body: gzipSync(lines.join('\n')) }));
    if (rejected.length > 0) await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `rejected/${key}.ndjson.gz`, Body: gzipSync(rejected.join('\n')) }));
  };
}

function parse(record: KinesisEventRecord): ParsedEvent | undefined {
  try {
    return schema.safeParse(JSON.parse(Buffer.from(record.kinesis.data, 'base64').toString())).data;
  } catch {
    return undefined;
  }
}

async function update(documents: DynamoDBDocumentClient, table: string, event: ParsedEvent): Promise<void> {
  try {
    await documents.send(
      new UpdateCommand({
        TableName: table,
        Key: { pk: event.shipmentId, sk: 'S' },
        UpdateExpression: 'SET #status = :status, lastEvent = :event, eventTime = :time',
        ConditionExpression: 'attribute_not_exists(eventTime) OR eventTime <= :time',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': event.eventType, ':event': event.eventId, ':time': event.eventTime },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
