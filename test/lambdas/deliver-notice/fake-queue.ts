import type { AlertNotice } from '../../../domain/alert/index.ts';
import type { BatchAnswer } from '../../../lambdas/_shared/batch-answer.ts';
import { DELIVER_NOTICE } from '../../../lambdas/deliver-notice/names.ts';
import type { QueueRecord } from '../../../lambdas/deliver-notice/queue-event.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  visibleAt: number;
  receives: number;
}

/** A queue with its undelivered, as SQS and Lambda treat them, under a clock of the test. */
export class FakeQueue {
  readonly undelivered: { body: string; reason: string }[] = [];
  private readonly messages = new Map<string, Message>();
  private readonly now: () => number;
  private made = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  get waiting(): number {
    return this.messages.size;
  }

  send(...notices: readonly AlertNotice[]): void {
    for (const notice of notices) this.sendText(JSON.stringify(notice));
  }

  sendText(body: string): void {
    const id = `m${(this.made += 1)}`;
    this.messages.set(id, { id, body, sentAt: this.now(), visibleAt: this.now(), receives: 0 });
  }

  /** Messages that are visible, hidden from now on for the visibility timeout. */
  receive(most: number): QueueRecord[] {
    const found = [...this.messages.values()].filter(({ visibleAt }) => visibleAt <= this.now()).slice(0, most);
    return found.map((message) => {
      message.receives += 1;
      message.visibleAt = this.now() + DELIVER_NOTICE.visibilitySeconds * 1_000;
      return { messageId: message.id, receiptHandle: message.id, body: message.body, attributes: { ApproximateReceiveCount: String(message.receives), SentTimestamp: String(message.sentAt) } };
    });
  }

  /** What Lambda does with the answer: deletes all but the failed ones. */
  settle(batch: readonly QueueRecord[], { batchItemFailures }: BatchAnswer): void {
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { messageId } of batch) if (!failed.has(messageId)) this.messages.delete(messageId);
  }

  hide({ messageId }: QueueRecord, seconds: number): void {
    const message = this.messages.get(messageId);
    if (message !== undefined) message.visibleAt = this.now() + seconds * 1_000;
  }

  giveUp({ body }: QueueRecord, reason: string): void {
    this.undelivered.push({ body, reason });
  }
}
