/** SNS speaks the query protocol: one operation of it. */
import { asObject, type JsonObject } from '../../../json.ts';
import type { Send } from './service-calls.ts';
import { readXml } from './xml.ts';

const FIELDS = ['TopicArn', 'TargetArn', 'PhoneNumber', 'Message', 'Subject', 'MessageStructure', 'MessageGroupId', 'MessageDeduplicationId'];

export async function publish(send: Send, args: JsonObject): Promise<JsonObject> {
  const form = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31' });
  for (const field of FIELDS) {
    if (args[field] !== undefined) form.set(field, typeof args[field] === 'string' ? args[field] : JSON.stringify(args[field]));
  }
  Object.entries(asObject(args['MessageAttributes'])).forEach(([name, value], index) => {
    const { DataType: type, StringValue: text } = asObject(value);
    form.set(`MessageAttributes.entry.${index + 1}.Name`, name);
    form.set(`MessageAttributes.entry.${index + 1}.Value.DataType`, String(type));
    form.set(`MessageAttributes.entry.${index + 1}.Value.StringValue`, String(text));
  });
  const reply = await send({ service: 'sns', method: 'POST', path: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form.toString() });
  const result = asObject(asObject(readXml(reply.body.toString('utf8'))['PublishResponse'])['PublishResult']);
  return { MessageId: result['MessageId'], ...(result['SequenceNumber'] === undefined ? {} : { SequenceNumber: result['SequenceNumber'] }) };
}
