import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { requireEnv } from '../_shared/environment.ts';
import { createLogger } from '../_shared/logger.ts';
import { createAwsCalls } from './aws-calls.ts';
import { createHandler } from './create-handler.ts';
import { createDeliver } from './deliver.ts';
import { DELIVER_NOTICE, DELIVER_NOTICE_ENV } from './names.ts';
import type { Delivery } from './names.ts';
import { createPost } from './post.ts';
import type { QueueEvent } from './queue-event.ts';
import { createSecret } from './secret.ts';

let bound: ((event: QueueEvent) => Promise<BatchAnswer>) | undefined;

/** Entry of the function. Bound at the first call, so that the module loads without an environment. */
export const handler = async (event: QueueEvent): Promise<BatchAnswer> => {
  bound ??= bind();
  return bound(event);
};

function bind(): (event: QueueEvent) => Promise<BatchAnswer> {
  const names = DELIVER_NOTICE_ENV;
  const env = requireEnv(Object.values(names));
  const delivery = JSON.parse(env[names.delivery]) as Delivery;
  const { fetchSecret, putBack, giveUp } = createAwsCalls({ queueUrl: env[names.queueUrl], undeliveredUrl: env[names.undeliveredUrl] });
  const secretName = delivery.secret;
  const secret = secretName === undefined ? undefined : createSecret({ fetchValue: async () => fetchSecret(secretName), now: Date.now });
  return createHandler({
    delivery,
    deliver: createDeliver({ delivery, secret, post: createPost({ timeoutMs: DELIVER_NOTICE.postTimeoutMs }), now: Date.now }),
    putBack,
    giveUp,
    log: createLogger({ fields: { function: 'deliver-notice', listener: delivery.name, channel: delivery.channel } }),
    metricNamespace: env[names.metricNamespace],
    print: (line) => process.stdout.write(`${line}\n`),
    now: Date.now,
  });
}
