/** Which integrations a definition may use here. Others are refused when the machine is deployed, by name. */
import { sdkCallProblem } from '../aws/sdk-services.ts';
import { isFunctionArn, pascal, readResource, type Resource } from './resource.ts';

/** Optimized integrations: API action, and the patterns beside request-response. */
const OPTIMIZED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  lambda: { invoke: ['waitForTaskToken'] },
  dynamodb: { getItem: [], putItem: [], updateItem: [], deleteItem: [] },
  sns: { publish: ['waitForTaskToken'] },
  sqs: { sendMessage: ['waitForTaskToken'] },
  events: { putEvents: ['waitForTaskToken'] },
  glue: { startJobRun: ['sync'] },
  athena: { startQueryExecution: ['sync'], stopQueryExecution: [], getQueryExecution: [], getQueryResults: [] },
  states: { startExecution: ['sync', 'sync:2', 'waitForTaskToken'] },
};

/** Why a Task's resource cannot run here, or undefined. */
export function resourceProblem(arn: string): string | undefined {
  if (isFunctionArn(arn)) return undefined;
  const resource = readResource(arn);
  if (resource === undefined) return /:activity:/.test(arn) ? 'activities do not run in the sandbox' : `${arn} is no integration that the sandbox knows`;
  return resource.sdk ? sdkProblem(resource) : optimizedProblem(resource);
}

function optimizedProblem({ service, api, pattern }: Resource): string | undefined {
  const actions = OPTIMIZED[service];
  if (actions === undefined) return `the integration ${service} does not run in the sandbox; it has ${Object.keys(OPTIMIZED).join(', ')}, and aws-sdk`;
  const patterns = actions[api];
  if (patterns === undefined) return `${service}:${api} does not run in the sandbox; it has ${Object.keys(actions).join(', ')}`;
  if (pattern === 'request' || patterns.includes(pattern)) return undefined;
  return `${service}:${api}.${pattern} does not run in the sandbox; it has ${['request-response', ...patterns].join(', ')}`;
}

function sdkProblem({ service, api, pattern }: Resource): string | undefined {
  if (pattern === 'sync' || pattern === 'sync:2') return `aws-sdk:${service}:${api}.${pattern}: SDK integrations have no .sync`;
  return sdkCallProblem(service, pascal(api));
}
