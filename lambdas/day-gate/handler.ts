import { ON_FAILURE_PREFIX } from '../../contracts/platform-names.ts';
import { createAwsClient } from '../_shared/aws/client.ts';
import { requireEnv } from '../_shared/environment.ts';
import { createLogger } from '../_shared/logger.ts';
import { createHandler } from './create-handler.ts';
import { createGateLedger } from './gate-ledger.ts';
import { gateStreams } from './gate-streams.ts';
import { DAY_GATE_ENV } from './names.ts';

const names = DAY_GATE_ENV;
const env = requireEnv(Object.values(names));
const streams = JSON.parse(env[names.streams]) as Record<string, string>;
const aws = createAwsClient();

export const handler = createHandler({
  contracts: Object.keys(streams),
  ledger: createGateLedger({ aws, table: env[names.ledgerTable] }),
  ...gateStreams(aws, streams),
  onFailureObjects: async () => (await aws.listObjects({ bucket: env[names.bronzeBucket], prefix: ON_FAILURE_PREFIX })).length,
  settings: {
    businessTimeZone: env[names.businessTimeZone],
    objective: env[names.objective],
    agreement: env[names.agreement],
    atAgreement: env[names.atAgreement] === 'publish-flagged' ? 'publish-flagged' : 'keep-previous',
  },
  now: Date.now,
  log: createLogger({ fields: { function: 'day-gate' } }),
});
