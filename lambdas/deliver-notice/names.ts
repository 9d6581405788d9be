/** Environment variables of deliver-notice: the template sets them, the handler requires them. */
export const DELIVER_NOTICE_ENV = {
  /** JSON of `Delivery`. */
  delivery: 'DELIVERY',
  queueUrl: 'QUEUE_URL',
  /** Where notices go that nobody took. */
  undeliveredUrl: 'UNDELIVERED_QUEUE_URL',
  metricNamespace: 'METRIC_NAMESPACE',
} as const;

/** One listener, as the function needs it. */
export interface Delivery {
  /** Of the listener. */
  readonly name: string;
  readonly channel: 'pagerduty' | 'slack' | 'webhook';
  /** Slack: none, its URL is the secret. */
  readonly endpoint?: string;
  /** Name or ARN. */
  readonly secret?: string;
  /** In the sandbox a listener may be on the same machine, without TLS. */
  readonly plainHttp: boolean;
}

/** Events API v2 in PagerDuty's US region; its EU region is events.eu.pagerduty.com. */
export const PAGERDUTY_ENDPOINT = 'https://events.pagerduty.com/v2/enqueue';

export const DELIVER_NOTICE = {
  batchSize: 10,
  /** Slack takes about one message a second, so few at once: the least that Lambda offers. */
  concurrency: 2,
  /** Ms for one request with its answer. */
  postTimeoutMs: 5_000,
  /** Ms after which no further notice of a batch is begun. */
  budgetMs: 40_000,
  timeoutSeconds: 60,
  /** Six timeouts, as AWS asks for: only after a crash is this waited for. */
  visibilitySeconds: 360,
  /** Tries in all. With the waits of `backoffSeconds` about three hours. */
  tries: 50,
  /** Minutes from the first try on after which somebody must know. */
  overdueMinutes: 10,
} as const;
