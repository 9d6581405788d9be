import { isObject } from '../../contracts/json-object.ts';
import type { AlertNotice } from '../../domain/alert/index.ts';

/** What Lambda hands over of a queue. */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    /** Of this try, from 1. */
    readonly ApproximateReceiveCount: string;
    /** Ms since 1970. */
    readonly SentTimestamp: string;
  };
}

export interface QueueEvent {
  readonly Records: readonly QueueRecord[];
}

/** The notice in a message; undefined: the message is none of notify. */
export function noticeIn({ body }: QueueRecord): AlertNotice | undefined {
  try {
    const given: unknown = JSON.parse(body);
    const isNotice = isObject(given) && given['schema'] === 'waybill.alert-notice/1' && ['alertId', 'key', 'at', 'text', 'kind', 'subject', 'openedAt'].every((name) => typeof given[name] === 'string');
    return isNotice ? (given as unknown as AlertNotice) : undefined;
  } catch {
    return undefined;
  }
}
