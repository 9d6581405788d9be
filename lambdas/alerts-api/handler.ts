import { createAwsClient } from '../_shared/aws/client.ts';
import { requireEnv } from '../_shared/environment.ts';
import { createAccess } from '../_shared/http/caller.ts';
import type { HttpApiAnswer, HttpApiEvent } from '../_shared/http/event.ts';
import { createLogger } from '../_shared/logger.ts';
import { listAlerts } from './alert-lister.ts';
import { createHandler } from './create-handler.ts';
import { createMarks } from './marks.ts';
import { ALERTS_API_ENV } from './names.ts';

/** Far under the function's ten seconds: a reader hears "unavailable" instead of nothing. */
const CALL = { timeoutMs: 2_500, attempts: 2 } as const;

let bound: ((event: HttpApiEvent) => Promise<HttpApiAnswer>) | undefined;

/** Entry of the function. Bound at the first request, so that the module loads without an environment. */
export const handler = async (event: HttpApiEvent): Promise<HttpApiAnswer> => {
  bound ??= bind();
  return bound(event);
};

function bind(): (event: HttpApiEvent) => Promise<HttpApiAnswer> {
  const env = requireEnv(Object.values(ALERTS_API_ENV));
  const aws = createAwsClient(CALL);
  const table = env[ALERTS_API_ENV.alertsTable];
  return createHandler({
    list: async (question) => listAlerts({ aws, table }, question),
    marks: createMarks({ aws, table }),
    customersOf: createAccess({ aws, table: env[ALERTS_API_ENV.accessTable] }).customersOf,
    log: createLogger({ fields: { function: 'alerts-api' } }),
    now: Date.now,
  });
}
