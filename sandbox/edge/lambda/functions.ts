/** What is deployed: configuration of functions, read from the control plane and asked again after a second, behind the invocation. */
import { asObject, type JsonObject } from '../../json.ts';
import { type ControlClient, ControlError } from '../control-client.ts';
import type { CodeStore } from './code-store.ts';
import { FunctionNotFoundError } from './invoker.ts';

/** A deploy through the edge is told by `forget`. For one behind our back: age from which a configuration is read again … */
const FRESH_MS = 1000;
/** … and from which an invocation waits for that. */
const BELIEVED_MS = 5000;

export interface DeployedFunction {
  /** Changes when anything does that a running worker would not notice. */
  readonly key: string;
  readonly name: string;
  /** `$LATEST` or a number; an alias is resolved. */
  readonly version: string;
  /** With the qualifier that was asked for. */
  readonly arn: string;
  readonly handler: string;
  /** For example `nodejs24.x`. */
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly codeFolder: string;
  /** Reserved concurrency of the function, all versions together; absent when none is set. */
  readonly reservedConcurrency?: number;
}

export interface FunctionCatalog {
  /** @throws FunctionNotFoundError, CodeUnavailableError, ControlUnreachableError */
  lookup(name: string, qualifier: string): Promise<DeployedFunction>;
  /** Ask again at the next lookup: something was changed. */
  forget(): void;
}

interface Known {
  /** When it was asked for, milliseconds since 1970. */
  readonly at: number;
  readonly found: Promise<DeployedFunction>;
  isReadAgain: boolean;
}

export function createFunctionCatalog({ control, code, now = Date.now }: { control: ControlClient; code: CodeStore; now?: () => number }): FunctionCatalog {
  const known = new Map<string, Known>();

  const load = async (name: string, qualifier: string): Promise<DeployedFunction> => {
    const answer = await getFunction(control, name, qualifier);
    const configuration = asObject(answer['Configuration']);
    const version = text(configuration, 'Version', '$LATEST');
    const codeFolder = await code.folder({
      functionName: name,
      version,
      sha256: text(configuration, 'CodeSha256', ''),
      location: text(asObject(answer['Code']), 'Location', ''),
    });
    return { ...describe({ name, qualifier, configuration, answer }), codeFolder };
  };

  const read = (id: string, name: string, qualifier: string): Known => {
    const found = load(name, qualifier);
    const entry: Known = { at: now(), found, isReadAgain: false };
    found.catch(() => known.get(id) === entry && known.delete(id));
    return entry;
  };
  /** What was forgotten meanwhile stays forgotten: the answer may be from before the deploy. */
  const readAgain = (id: string, entry: Known, again: Known): void => {
    entry.isReadAgain = true;
    again.found.then(
      () => known.get(id) === entry && known.set(id, again),
      () => known.get(id) === entry && known.delete(id),
    );
  };

  return {
    lookup(name, qualifier) {
      const id = `${name}:${qualifier}`;
      const entry = known.get(id);
      const age = entry === undefined ? Infinity : now() - entry.at;
      if (entry !== undefined && age < BELIEVED_MS) {
        if (age >= FRESH_MS && !entry.isReadAgain) readAgain(id, entry, read(id, name, qualifier));
        return entry.found;
      }
      const first = read(id, name, qualifier);
      known.set(id, first);
      return first.found;
    },
    forget: () => known.clear(),
  };
}

/** `name`, `name:alias`, a partial or a full ARN, as Lambda's API takes them. */
export function parseFunctionName(given: string, qualifier?: string): { name: string; qualifier: string } {
  const match = /^(?:(?:arn:[^:]+:lambda:[^:]*:)?\d{12}:function:)?([A-Za-z0-9_-]+)(?::([A-Za-z0-9$_-]+))?$/.exec(given);
  return { name: match?.[1] ?? given, qualifier: qualifier ?? match?.[2] ?? '$LATEST' };
}

/** All functions of the account, as ListFunctions answers. */
export async function listFunctions(control: ControlClient): Promise<JsonObject[]> {
  const all: JsonObject[] = [];
  let marker: string | undefined;
  do {
    const query = marker === undefined ? '' : `?Marker=${encodeURIComponent(marker)}`;
    const page = await control.rest('lambda', 'GET', `/2015-03-31/functions/${query}`);
    if (Array.isArray(page['Functions'])) all.push(...page['Functions'].map(asObject));
    marker = typeof page['NextMarker'] === 'string' && page['NextMarker'] !== '' ? page['NextMarker'] : undefined;
  } while (marker !== undefined);
  return all;
}

async function getFunction(control: ControlClient, name: string, qualifier: string): Promise<JsonObject> {
  const query = qualifier === '$LATEST' ? '' : `?Qualifier=${encodeURIComponent(qualifier)}`;
  try {
    return await control.rest('lambda', 'GET', `/2015-03-31/functions/${encodeURIComponent(name)}${query}`);
  } catch (error) {
    if (error instanceof ControlError && error.status === 404) throw new FunctionNotFoundError(name, qualifier, { cause: error });
    throw error;
  }
}

interface Parts {
  readonly name: string;
  readonly qualifier: string;
  readonly configuration: JsonObject;
  readonly answer: JsonObject;
}

function describe({ name, qualifier, configuration, answer }: Parts): Omit<DeployedFunction, 'codeFolder'> {
  const reserved = asObject(answer['Concurrency'])['ReservedConcurrentExecutions'];
  const arn = text(configuration, 'FunctionArn', name);
  return {
    key: JSON.stringify(['CodeSha256', 'Version', 'Handler', 'Runtime', 'Timeout', 'MemorySize', 'Environment', 'LoggingConfig'].map((field) => configuration[field])),
    name,
    version: text(configuration, 'Version', '$LATEST'),
    arn: qualifier === '$LATEST' || arn.endsWith(`:${qualifier}`) ? arn : `${arn.replace(/:(\d+|\$LATEST)$/, '')}:${qualifier}`,
    handler: text(configuration, 'Handler', 'index.handler'),
    runtime: text(configuration, 'Runtime', 'nodejs24.x'),
    timeoutSeconds: number(configuration, 'Timeout', 3),
    memoryMb: number(configuration, 'MemorySize', 128),
    variables: stringValues(asObject(asObject(configuration['Environment'])['Variables'])),
    logGroup: text(asObject(configuration['LoggingConfig']), 'LogGroup', `/aws/lambda/${name}`),
    ...(typeof reserved === 'number' ? { reservedConcurrency: reserved } : {}),
  };
}

function text(from: JsonObject, field: string, otherwise: string): string {
  const value = from[field];
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

function number(from: JsonObject, field: string, otherwise: number): number {
  const value = from[field];
  return typeof value === 'number' ? value : otherwise;
}

function stringValues(from: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(from).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
