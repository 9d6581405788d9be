import type { Arrival } from './events.ts';

const SHARD = 'shardId-000000000000';
const FIRST_SEQUENCE = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n;

/** Invocation payloads as text, as Lambda hands them to the runtime: parsing them is part of the work. */
export function makePayload(arrivals: readonly Arrival[], firstPosition: number): string {
  return JSON.stringify({ Records: arrivals.map((arrival, index) => record(arrival, firstPosition + index)) });
}

/** All fields that Lambda sends, those that nobody reads included. */
function record({ time, text }: Arrival, position: number): object {
  const sequenceNumber = String(FIRST_SEQUENCE + BigInt(position) * 1_000_003n);
  return {
    kinesis: { kinesisSchemaVersion: '1.0', partitionKey: `SHP-${position % 4_096}`, sequenceNumber, data: Buffer.from(text).toString('base64'), approximateArrivalTimestamp: time / 1000 },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${SHARD}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/waybill-bench',
    awsRegion: 'eu-central-1',
    eventSourceARN: 'arn:aws:kinesis:eu-central-1:000000000000:stream/waybill-bench-shipment-event',
  };
}
