import type { SiteConfig } from '../model/site-config.ts';
import type { Tokens } from './session.ts';

/** Why a sign-in failed, in words for the person who tried. */
export class SignInError extends Error {}

/** Nobody has refused anything: the one who signs people in did not answer. */
export class NoAnswerError extends SignInError {}

const SILENT = 'The sign-in service does not answer. Try again in a moment.';

interface PoolAnswer {
  readonly AuthenticationResult?: { readonly IdToken?: string; readonly RefreshToken?: string };
  readonly ChallengeName?: string;
  readonly __type?: string;
  readonly message?: string;
}

/** Signs in at the user pool with name and password (InitiateAuth, USER_PASSWORD_AUTH). */
export async function signInAtPool(config: SiteConfig, { user, password }: { readonly user: string; readonly password: string }): Promise<Tokens> {
  const { ok, answer } = await initiate(config, { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME: user, PASSWORD: password } });
  const token = answer.AuthenticationResult?.IdToken;
  if (token !== undefined) return { token, refresh: answer.AuthenticationResult?.RefreshToken ?? null };
  if (answer.ChallengeName !== undefined) throw new SignInError(`This account needs another step first (${answer.ChallengeName}). Ask an administrator to finish it.`);
  throw new SignInError(ok ? 'The sign-in was answered without a token.' : (answer.message ?? 'The sign-in was refused.'));
}

/** null: the refresh token has ended. @throws NoAnswerError when that is not known. */
export async function renewAtPool(config: SiteConfig, refresh: string): Promise<Tokens | null> {
  const { answer } = await initiate(config, { AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: refresh } });
  const token = answer.AuthenticationResult?.IdToken;
  return token === undefined ? null : { token, refresh: answer.AuthenticationResult?.RefreshToken ?? refresh };
}

async function initiate({ signIn, clientId }: SiteConfig, body: object): Promise<{ ok: boolean; answer: PoolAnswer }> {
  let response: Response;
  try {
    response = await fetch(signIn, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth' },
      body: JSON.stringify({ ClientId: clientId, ...body }),
    });
  } catch {
    throw new NoAnswerError(SILENT);
  }
  if (response.status >= 500) throw new NoAnswerError(SILENT);
  return { ok: response.ok, answer: (await response.json().catch(() => ({}))) as PoolAnswer };
}
