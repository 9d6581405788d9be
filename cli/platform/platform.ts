/**
 * Finds what a deployment made: names by rule, the rest from stack outputs. The same for the sandbox and for AWS; the
 * sandbox differs only by its endpoint and its keys.
 */
import { join } from 'node:path';
import { bucketName, OUTPUTS, stackName, tableName } from '../../contracts/platform-names.ts';
import type { StackKind } from '../../contracts/platform-names.ts';
import { UsageError, WorldError } from '../errors.ts';
import { readStateFile } from '../state-file.ts';

/** What the running sandbox wrote into its folder. */
export interface SandboxState {
  readonly endpoint: string;
  readonly edgePort: number;
  readonly controlPort: number;
  readonly region: string;
  readonly account: string;
  readonly dir: string;
}

/** What an AWS SDK client is made with. */
export interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface Platform {
  readonly env: string;
  readonly region: string;
  /** Undefined on AWS. */
  readonly sandbox: SandboxState | undefined;
  readonly client: ClientSettings;
  readonly account: () => Promise<string>;
  readonly outputs: (stack: StackKind) => Promise<Readonly<Record<string, string>>>;
  /** One output, or an error that says which stack lacks it. */
  readonly output: (stack: StackKind, key: string) => Promise<string>;
  readonly bronzeBucket: () => Promise<string>;
  readonly quarantineBucket: () => Promise<string>;
  readonly ledgerTable: string;
}

export interface ConnectOptions {
  readonly env: string;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  /** Folder of the sandbox's state. */
  readonly dir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export const SANDBOX_ENV = 'local';

export function readSandboxState(dir: string): SandboxState | undefined {
  return readStateFile(join(dir, 'sandbox.json'), ({ text, number }) => ({
    endpoint: text('endpoint'),
    edgePort: number('edgePort'),
    controlPort: number('controlPort'),
    region: text('region'),
    account: text('account'),
    dir: text('dir'),
  }));
}

export async function connect(options: ConnectOptions): Promise<Platform> {
  const sandbox = options.env === SANDBOX_ENV ? runningSandbox(options.dir) : undefined;
  const region = sandbox?.region ?? options.region ?? options.environment['AWS_REGION'] ?? options.environment['AWS_DEFAULT_REGION'];
  if (region === undefined) throw new UsageError(`No region for environment "${options.env}".`, { todo: 'Give --region, for example --region eu-central-1, or set AWS_REGION.' });
  if (sandbox !== undefined && !(await answers(sandbox.endpoint))) {
    throw new WorldError(`The sandbox at ${sandbox.endpoint} does not answer.`, { todo: 'Start it: npm start' });
  }
  const client: ClientSettings = sandbox === undefined ? { region } : { region, endpoint: sandbox.endpoint, credentials: { accessKeyId: 'waybill-cli', secretAccessKey: 'sandbox' } };
  return platform({ env: options.env, region, sandbox, client });
}

function runningSandbox(dir: string): SandboxState {
  const state = readSandboxState(dir);
  if (state === undefined) throw new WorldError('No sandbox is running here.', { todo: 'Start it with npm start, or name another environment with --env, --profile and --region.' });
  return state;
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_waybill/health`, { signal: AbortSignal.timeout(3000) })).ok;
  } catch {
    return false;
  }
}

type Found = Pick<Platform, 'env' | 'region' | 'sandbox' | 'client'>;

function platform(found: Found): Platform {
  const stacks = new Map<StackKind, Promise<Readonly<Record<string, string>>>>();
  let account: Promise<string> | undefined = found.sandbox === undefined ? undefined : Promise.resolve(found.sandbox.account);
  const accountOf = (): Promise<string> => (account ??= callerAccount(found.client));
  const outputs = (kind: StackKind): Promise<Readonly<Record<string, string>>> => {
    const known = stacks.get(kind) ?? stackOutputs(found, kind);
    stacks.set(kind, known);
    return known;
  };
  const output = async (kind: StackKind, key: string): Promise<string> => {
    const value = (await outputs(kind))[key];
    if (value === undefined) throw new WorldError(`Stack ${stackName(found.env, kind)} has no output ${key}.`, { todo: 'Deploy the current version of the platform to this environment.' });
    return value;
  };
  return {
    ...found,
    account: accountOf,
    outputs,
    output,
    bronzeBucket: async () => bucketName(found.env, 'bronze', await accountOf(), found.region),
    quarantineBucket: async () => bucketName(found.env, 'quarantine', await accountOf(), found.region),
    ledgerTable: tableName(found.env, 'lake-ledger'),
  };
}

async function callerAccount(client: ClientSettings): Promise<string> {
  const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const identity = await new STSClient(client).send(new GetCallerIdentityCommand({}));
  if (identity.Account === undefined) throw new WorldError('AWS did not say which account these keys belong to.');
  return identity.Account;
}

async function stackOutputs(found: Found, kind: StackKind): Promise<Readonly<Record<string, string>>> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const name = stackName(found.env, kind);
  try {
    const answer = await new CloudFormationClient(found.client).send(new DescribeStacksCommand({ StackName: name }));
    return Object.fromEntries((answer.Stacks?.[0]?.Outputs ?? []).map((each) => [each.OutputKey ?? '', each.OutputValue ?? '']));
  } catch (error) {
    const missing = error instanceof Error && /does not exist/.test(error.message);
    const todo = found.sandbox === undefined ? `Deploy it: npx cdk deploy '**' -c env=${found.env}` : 'Start the sandbox again: npm start';
    throw missing ? new WorldError(`Stack ${name} is not deployed in ${found.region}.`, { todo, cause: error }) : error;
  }
}

export { OUTPUTS };
