import type { AlertNotice } from '../../domain/alert/index.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import { judgeAnswer, unreachable } from './judge-answer.ts';
import type { Verdict } from './judge-answer.ts';
import type { Delivery } from './names.ts';
import { isTimeout } from './post.ts';
import type { Post } from './post.ts';
import { requestOf, SecretContentError } from './request-of.ts';
import type { Secret } from './secret.ts';

export interface DeliverOptions {
  readonly delivery: Delivery;
  /** Where the listener has one. */
  readonly secret: Secret | undefined;
  readonly post: Post;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** One try to deliver; two where the first was refused with a secret that has been changed since it was read. */
export function createDeliver({ delivery, secret, post, now }: DeliverOptions): (notice: AlertNotice) => Promise<Verdict> {
  const tryWith = async (notice: AlertNotice, value: string | undefined): Promise<Verdict> => {
    const verdict = judgeAnswer(await post(requestOf(delivery, notice, { secret: value, now: now() })), now());
    return verdict.kind === 'delivered' || value === undefined || value === '' ? verdict : { ...verdict, reason: verdict.reason.replaceAll(value, '***') };
  };
  return async (notice) => {
    try {
      const first = await secret?.read();
      const verdict = await tryWith(notice, first?.value);
      if (verdict.kind !== 'never' || first?.remembered !== true) return verdict;
      secret?.forget();
      const fresh = await secret?.read();
      return fresh?.value === first.value ? verdict : await tryWith(notice, fresh?.value);
    } catch (error) {
      // What was read may be wrong by now.
      if (error instanceof SecretContentError) secret?.forget();
      return unreachable(wordsOf(error, delivery));
    }
  };
}

function wordsOf(error: unknown, { secret }: Delivery): string {
  if (error instanceof SecretContentError) return error.message;
  if (error instanceof AwsError) return `Secret "${secret ?? ''}" could not be read: ${error.code}. Make it, or let this function's role read it (docs/alerts.md).`;
  if (isTimeout(error)) return 'no answer in time';
  // fetch says "fetch failed" and hides why in the cause.
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  return `no answer: ${cause?.code ?? cause?.message ?? message ?? String(error)}`;
}
