export { email } from './email.ts';
export type { Email } from './email.ts';
export { pagerDuty } from './pagerduty.ts';
export { slack } from './slack.ts';
export { webhook } from './webhook.ts';
