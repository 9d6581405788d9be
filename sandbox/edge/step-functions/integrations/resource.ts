/** `arn:aws:states:::<service>:<api>[.sync|.sync:2|.waitForTaskToken]` and `arn:aws:states:::aws-sdk:<service>:<api>`. */
import { StatesError } from '../errors.ts';

export type Pattern = 'request' | 'sync' | 'sync:2' | 'waitForTaskToken';

export interface Resource {
  readonly service: string;
  /** The API action, in camel case. */
  readonly api: string;
  readonly pattern: Pattern;
  /** An SDK integration: arguments and answers are those of the API itself. */
  readonly sdk: boolean;
  /** As history events name the two halves. */
  readonly type: string;
  readonly name: string;
}

const RESOURCE = /^arn:aws[^:]*:states:::(aws-sdk:)?([a-z0-9-]+):([A-Za-z0-9]+)(?:\.(sync:2|sync|waitForTaskToken))?$/;

/** A Lambda function as the resource itself, the older way of calling one. */
export const isFunctionArn = (arn: string): boolean => /^arn:aws[^:]*:lambda:/.test(arn);

/** Undefined for what is no integration. */
export function readResource(arn: string): Resource | undefined {
  const match = RESOURCE.exec(arn);
  if (match === null) return undefined;
  const [, sdk, service = '', api = '', pattern] = match;
  return {
    service,
    api,
    pattern: (pattern ?? 'request') as Pattern,
    sdk: sdk !== undefined,
    type: sdk === undefined ? service : `aws-sdk:${service}`,
    name: pattern === undefined ? api : `${api}.${pattern}`,
  };
}

/** @throws StatesError for what is no integration; a checked definition has none */
export function parseResource(arn: string): Resource {
  const resource = readResource(arn);
  if (resource === undefined) throw new StatesError('States.Runtime', `The resource ${arn} is not supported`);
  return resource;
}

export const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
