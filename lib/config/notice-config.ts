/** How a listener of alerts is reached. SNS itself sends e-mail and plain https; the others have a queue and deliver-notice (docs/alerts.md). */
export const NOTICE_CHANNELS = ['email', 'https', 'pagerduty', 'slack', 'webhook'] as const;

/** What a listener wants to hear. Without regions, customers or severities: of all of them. */
export interface NoticeFilters {
  readonly regions?: readonly string[];
  /** Each alert of these customers, also those of a storm; others hear a storm as one. */
  readonly customers?: readonly string[];
  /** 1 (worst) to 5. */
  readonly severities?: readonly number[];
}

/** An e-mail address, or an https URL that takes what SNS posts and confirms SNS's subscription. */
export interface DirectNotice extends NoticeFilters {
  readonly channel: 'email' | 'https';
  readonly endpoint: string;
}

/** Secrets are named by name or ARN in Secrets Manager and read when a notice is delivered. */
export interface DeliveredNotice extends NoticeFilters {
  readonly channel: 'pagerduty' | 'slack' | 'webhook';
  /** Names queue, function and alarm; another name is another listener. */
  readonly name: string;
  /** PagerDuty: routing key. Slack: URL of the incoming webhook. Webhook: what to sign with. @default webhook - unsigned */
  readonly secret?: string;
  /** Webhook: its URL. PagerDuty: another than the service in the US. Slack: none, the URL is the secret. */
  readonly endpoint?: string;
}

/** One listener of alerts. */
export type NoticeSubscription = DirectNotice | DeliveredNotice;

export const isDelivered = (notice: NoticeSubscription): notice is DeliveredNotice => notice.channel !== 'email' && notice.channel !== 'https';
