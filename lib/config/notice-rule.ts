import { pascal } from '../../contracts/platform-names.ts';
import type { ConfigMistake } from './config-error.ts';
import { entries, group, listOf, oneOf, required, text } from './field-rules.ts';
import { isDelivered, NOTICE_CHANNELS } from './notice-config.ts';
import type { NoticeSubscription } from './notice-config.ts';
import { SANDBOX_ACCOUNT } from './platform-config.ts';
import type { PlatformConfig } from './platform-config.ts';

const NAMES = listOf(text({ pattern: /^\S(.{0,62}\S)?$/, allowed: 'a name', example: 'benelux' }), { atLeast: 1 });

const FILTERS = {
  channel: required(oneOf(NOTICE_CHANNELS, 'email')),
  regions: NAMES,
  customers: NAMES,
  severities: listOf(oneOf([1, 2, 3, 4, 5], 2), { atLeast: 1 }),
};

/** Names a queue, a function and an alarm. */
const NAME = required(text({ pattern: /^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/, allowed: 'up to 32 of a-z, 0-9 and -, beginning with a letter', example: 'night-shift' }));

/** Begins in one of two ways, so that nobody can put the secret itself here; who tried does not see it in a log. */
const SECRET = text({
  hidden: true,
  pattern: /^(waybill\/[\w/+=.@-]{1,200}|arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-\w{6})$/,
  allowed: 'the name (waybill/…) or the whole ARN of a secret in Secrets Manager; never the secret itself',
  example: 'waybill/prod/pagerduty',
});

/** Plain HTTP is for the sandbox alone: see `noticeMistakes`. */
const ENDPOINT = text({ pattern: /^https?:\/\/[^\s/]\S*$/, allowed: 'an https URL', example: 'https://hooks.example.com/waybill' });

/** Listeners of alerts (`live.notices`). */
export const NOTICES = entries({
  by: 'channel',
  kinds: {
    email: group({ ...FILTERS, endpoint: required(text({ pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, allowed: 'an e-mail address', example: 'night-shift@example.com' })) }),
    https: group({ ...FILTERS, endpoint: required(text({ pattern: /^https:\/\/\S+$/, allowed: 'an https URL', example: 'https://hooks.example.com/waybill' })) }),
    pagerduty: group({ ...FILTERS, name: NAME, secret: required(SECRET), endpoint: ENDPOINT }),
    slack: group({ ...FILTERS, name: NAME, secret: required(SECRET) }),
    webhook: group({ ...FILTERS, name: NAME, endpoint: required(ENDPOINT), secret: SECRET }),
  },
  example: { channel: 'pagerduty', name: 'night-shift', secret: 'waybill/prod/pagerduty', severities: [1, 2] },
});

/** What only all listeners together, or with the environment, show. */
export function noticeMistakes({ account, live: { notices } }: PlatformConfig): ConfigMistake[] {
  return notices.flatMap((notice, at) => {
    if (!isDelivered(notice)) return [];
    const { name } = notice;
    const field = (rest: string): string => `live.notices[${at}].${rest}`;
    // "a-1" and "a1" would be one output of a stack.
    const isTaken = notices.slice(0, at).some((earlier) => isDelivered(earlier) && pascal(earlier.name) === pascal(name));
    return [
      ...(isTaken ? [{ field: field('name'), got: JSON.stringify(name), allowed: 'a name that no other listener has', example: JSON.stringify(`${name}-2`) }] : []),
      ...(isPlain(notice) && account !== SANDBOX_ACCOUNT ? [{ field: field('endpoint'), got: JSON.stringify(notice.endpoint), allowed: 'an https URL; plain http only in the sandbox', example: '"https://hooks.example.com/waybill"' }] : []),
    ];
  });
}

const isPlain = (notice: NoticeSubscription & { readonly endpoint?: string }): boolean => notice.endpoint?.startsWith('http://') === true;
