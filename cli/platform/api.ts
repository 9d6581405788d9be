/**
 * Calls the tracking API as a signed-in person. In the sandbox the demo user signs in by itself; on AWS a token comes from
 * WAYBILL_TOKEN, or user name and password from WAYBILL_USER and WAYBILL_PASSWORD.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { UsageError, WorldError } from '../errors.ts';
import type { Platform } from './platform.ts';

export const DEMO_USER = 'demo@waybill.example';
export const demoPasswordFile = (dir: string): string => join(dir, 'demo-password');

/** How a user pool says no to a name or a password (Cognito API reference, InitiateAuth). */
const SIGN_IN_REFUSALS: readonly string[] = ['NotAuthorizedException', 'UserNotFoundException', 'UserNotConfirmedException', 'PasswordResetRequiredException'];

export interface ApiAnswer { readonly status: number; readonly body: unknown }
export type Api = (path: string) => Promise<ApiAnswer>;

/** Pauses after an answer of too many requests; the gateway says nothing of when to come back. */
const WHEN_THROTTLED_MS = [500, 1_000, 2_000, 4_000, 8_000] as const;

/** A problem document (RFC 9457), as the API answers errors. */
interface Problem { readonly title?: string; readonly detail?: string }

export async function trackingApi(platform: Platform, environment: Readonly<Record<string, string | undefined>>): Promise<Api> {
  const url = (await platform.output('serving', OUTPUTS.apiUrl)).replace(/\/$/, '');
  let token = environment['WAYBILL_TOKEN'] ?? (await signIn(platform, environment));
  const ask = async (path: string): Promise<ApiAnswer> => {
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) as unknown };
  };
  const get = async (path: string): Promise<ApiAnswer> => {
    for (const pause of WHEN_THROTTLED_MS) {
      const answer = await ask(path);
      if (answer.status !== 429) return answer;
      await wait(pause);
    }
    return ask(path);
  };
  return async (path) => {
    const first = await get(path);
    // A token lives for an hour; a command that follows a shipment may outlive it.
    const answer = first.status === 401 && environment['WAYBILL_TOKEN'] === undefined ? ((token = await signIn(platform, environment)), await get(path)) : first;
    if (answer.status === 401) throw new WorldError('The tracking API does not accept this sign-in.', { todo: 'Set WAYBILL_TOKEN to a current token, or WAYBILL_USER and WAYBILL_PASSWORD.' });
    return answer;
  };
}

export const problemOf = (answer: ApiAnswer): string => {
  const problem = (answer.body ?? {}) as Problem;
  return problem.detail ?? problem.title ?? `HTTP ${answer.status}`;
};

/** A token for the API, of the demo user or of whom the environment names. @throws WorldError, UsageError */
export async function signIn(platform: Platform, environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const { user, password } = credentials(platform, environment);
  const outputs = await platform.outputs('serving');
  const client = outputs[OUTPUTS.userPoolClientId];
  if (client === undefined) throw new UsageError(`Environment ${platform.env} has an issuer of its own.`, { todo: 'Set WAYBILL_TOKEN to a token of that issuer.' });
  const cognito = await import('@aws-sdk/client-cognito-identity-provider');
  const idp = new cognito.CognitoIdentityProviderClient(platform.client);
  try {
    const answer = await idp.send(new cognito.InitiateAuthCommand({ ClientId: client, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: user, PASSWORD: password } }));
    const token = answer.AuthenticationResult?.IdToken;
    if (token === undefined) throw new WorldError(`Signing in as ${user} needs another step (${answer.ChallengeName ?? 'unknown'}).`, { todo: 'Sign in once in a browser, or set WAYBILL_TOKEN.' });
    return token;
  } catch (error) {
    if (!(error instanceof Error) || !SIGN_IN_REFUSALS.includes(error.name)) throw error;
    const todo = platform.sandbox === undefined ? 'Check WAYBILL_USER and WAYBILL_PASSWORD, or set WAYBILL_TOKEN to a current token.' : 'Unset WAYBILL_USER and WAYBILL_PASSWORD to sign in as the demo user; npm start makes that user anew.';
    throw new WorldError(`The user pool of environment ${platform.env} refuses to sign in ${user}: ${error.message}`, { todo, cause: error });
  } finally {
    idp.destroy();
  }
}

function credentials(platform: Platform, environment: Readonly<Record<string, string | undefined>>): { user: string; password: string } {
  const [user, password] = [environment['WAYBILL_USER'], environment['WAYBILL_PASSWORD']];
  if (user !== undefined && password !== undefined) return { user, password };
  const file = platform.sandbox === undefined ? undefined : demoPasswordFile(platform.sandbox.dir);
  if (file !== undefined && existsSync(file)) return { user: DEMO_USER, password: readFileSync(file, 'utf8').trim() };
  if (platform.sandbox !== undefined) throw new WorldError('The sandbox has no demo user yet.', { todo: 'npm start makes it right after the deployment; wait for its first screen, or start it again.' });
  throw new UsageError('The tracking API wants a signed-in user.', { todo: 'Set WAYBILL_TOKEN, or WAYBILL_USER and WAYBILL_PASSWORD.' });
}
