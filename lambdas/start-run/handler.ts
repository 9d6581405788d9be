import { AwsError } from '../_shared/aws/aws-error.ts';
import { createAwsClient } from '../_shared/aws/client.ts';
import { requireEnv } from '../_shared/environment.ts';
import { createHandler } from './create-handler.ts';
import { START_RUN_ENV } from './names.ts';

const env = requireEnv(Object.values(START_RUN_ENV));
const aws = createAwsClient();

/** An execution's ARN follows from its machine's and its name. */
const executionArn = (machine: string, name: string): string => `${machine.replace(':stateMachine:', ':execution:')}:${name}`;

export const handler = createHandler({
  machines: JSON.parse(env[START_RUN_ENV.machines]) as Record<string, string>,
  businessTimeZone: env[START_RUN_ENV.businessTimeZone],
  now: Date.now,
  start: async ({ machine, name, input }) => {
    try {
      await aws.states('StartExecution', { stateMachineArn: machine, name, input });
      return { execution: executionArn(machine, name), started: true };
    } catch (error) {
      // Another input under the same name, or the run has ended: it is there, and that is what the name is for.
      if (error instanceof AwsError && error.code === 'ExecutionAlreadyExists') return { execution: executionArn(machine, name), started: false };
      throw error;
    }
  },
});
