import { createHmac } from 'node:crypto';
import { pagerDuty, slack, webhook } from '../../domain/alert/index.ts';
import type { AlertNotice } from '../../domain/alert/index.ts';
import { PAGERDUTY_ENDPOINT } from './names.ts';
import type { Delivery } from './names.ts';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A secret that cannot be what it should be. Somebody corrects it, so notices wait meanwhile. */
export class SecretContentError extends Error {
  override readonly name = 'SecretContentError';
}

/** @param now ms since 1970, for the signature */
export function requestOf(delivery: Delivery, notice: AlertNotice, { secret, now }: { readonly secret: string | undefined; readonly now: number }): PostRequest {
  switch (delivery.channel) {
    case 'pagerduty':
      return post(delivery.endpoint ?? PAGERDUTY_ENDPOINT, pagerDuty(notice, plainText(delivery, secret)));
    case 'slack':
      return post(slackUrl(delivery, secret), slack(notice));
    case 'webhook': {
      const body = webhook(notice);
      return post(delivery.endpoint ?? '', body, delivery.secret === undefined ? {} : { 'x-waybill-signature': signatureOf(body, plainText(delivery, secret), now) });
    }
  }
}

/** `t=<Unix seconds>,v1=<HMAC-SHA256 of "<t>.<body>" in hex>`: the time is signed, so that a receiver can refuse what is old. */
export function signatureOf(body: string, secret: string, now: number): string {
  const seconds = Math.floor(now / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

const post = (url: string, body: string, headers: Readonly<Record<string, string>> = {}): PostRequest => ({
  url,
  headers: { 'content-type': 'application/json', 'user-agent': 'waybill-notices/1', ...headers },
  body,
});

function plainText({ secret: name, channel }: Delivery, secret: string | undefined): string {
  if (secret === undefined || secret === '') throw new SecretContentError(`Secret "${name ?? ''}" is empty.`);
  if (secret.startsWith('{')) throw new SecretContentError(`Secret "${name ?? ''}" is a JSON object; ${channel} takes plain text: the value alone.`);
  return secret;
}

function slackUrl(delivery: Delivery, secret: string | undefined): string {
  const url = plainText(delivery, secret);
  if (!(url.startsWith('https://') || (delivery.plainHttp && url.startsWith('http://'))) || !URL.canParse(url)) {
    throw new SecretContentError(`Secret "${delivery.secret ?? ''}" is no https URL; it must be that of Slack's incoming webhook, e.g. https://hooks.slack.com/services/T000/B000/XXXX.`);
  }
  return url;
}
