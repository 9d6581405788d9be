/** What makes the unmodified CDK CLI work against a sandbox: environment variables and arguments, nothing else. */
import { devNull } from 'node:os';
import { join } from 'node:path';
import { inheritedEnvironment } from './part.ts';
import { PROJECT } from './paths.ts';

export interface CdkTarget {
  /** For example `http://127.0.0.1:4710`. */
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
}

/** The CDK CLI as a Node program: run it with the Node of this process. */
export const CDK_PROGRAM = join(PROJECT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** The whole environment of a CDK process: the caller's own, without its AWS settings, and pointed at the sandbox. */
export function cdkEnvironment(target: CdkTarget): Record<string, string> {
  return { ...inheritedEnvironment(), ...awsEnvironment(target), CDK_DISABLE_VERSION_CHECK: '1', CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DEFAULT_ACCOUNT: target.account, CDK_DEFAULT_REGION: target.region };
}

/** The variables by which any AWS SDK finds the sandbox. Credentials are placeholders: the sandbox checks none. */
export function awsEnvironment(target: CdkTarget): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: target.endpoint,
    AWS_ENDPOINT_URL_S3: target.endpoint,
    AWS_REGION: target.region,
    AWS_DEFAULT_REGION: target.region,
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_EC2_METADATA_DISABLED: 'true',
    // The user's profiles may name roles, regions and endpoints of a real account.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
}

/**
 * Arguments of `cdk bootstrap`. Run it from a folder without cdk.json: inside an app folder it synthesizes the app again, without
 * bundling, into cdk.out, and the next deploy uploads that.
 */
export function bootstrapArguments(target: CdkTarget): string[] {
  return ['bootstrap', `aws://${target.account}/${target.region}`, ...quiet];
}

export interface CdkApp {
  /** Command or folder of a synthesized app, as for `cdk --app`. */
  readonly app: string;
  /** Pairs `key=value`. */
  readonly context?: readonly string[];
  /** Folder for what is synthesized. */
  readonly output?: string;
}

/** Arguments of `cdk deploy` for all stacks, those under a Stage included. */
export function deployArguments(app: CdkApp): string[] {
  return ['deploy', '**', ...appArguments(app), '--require-approval', 'never', '--concurrency', '5', '--progress', 'events', ...quiet];
}

export function destroyArguments(app: CdkApp): string[] {
  return ['destroy', '**', ...appArguments(app), '--force', ...quiet];
}

function appArguments(app: CdkApp): string[] {
  const context = (app.context ?? []).flatMap((pair) => ['-c', pair]);
  return ['--app', app.app, ...context, ...(app.output === undefined ? [] : ['--output', app.output])];
}

const quiet = ['--no-notices', '--no-color'];
