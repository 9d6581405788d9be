import { createAwsClient } from '../_shared/aws/client.ts';
import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { requireEnv } from '../_shared/environment.ts';
import { createLogger } from '../_shared/logger.ts';
import { itemOf } from '../_shared/marshall.ts';
import type { TableStreamEvent } from '../_shared/table-stream.ts';
import { rowKey } from '../raise-alerts/alert-items.ts';
import { createHandler } from './create-handler.ts';
import { NOTIFY_ENV } from './names.ts';
import { createPublisher } from './publish.ts';

const CALL = { timeoutMs: 3_000, attempts: 3 } as const;

let bound: ((event: TableStreamEvent) => Promise<BatchAnswer>) | undefined;

/** Entry of the function. Bound at the first call, so that the module loads without an environment. */
export const handler = async (event: TableStreamEvent): Promise<BatchAnswer> => {
  bound ??= bind();
  return bound(event);
};

function bind(): (event: TableStreamEvent) => Promise<BatchAnswer> {
  const names = NOTIFY_ENV;
  const env = requireEnv(Object.values(names));
  const aws = createAwsClient(CALL);
  return createHandler({
    readRow: async (alertId) => itemOf((await aws.dynamo('GetItem', { TableName: env[names.alertsTable], Key: rowKey(alertId), ConsistentRead: true }))['Item']),
    publish: createPublisher(env[names.topicArn]),
    environment: env[names.environment],
    log: createLogger({ fields: { function: 'notify' } }),
    metricNamespace: env[names.metricNamespace],
    print: (line) => process.stdout.write(`${line}\n`),
    now: Date.now,
  });
}
