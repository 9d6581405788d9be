import type { SiteConfig } from '../model/site-config.ts';
import type { Tokens } from './session.ts';
import { NoAnswerError, SignInError } from './user-pool.ts';

/** OpenID Connect authorization code with PKCE (RFC 7636): the issuer has the page where people type their password. */

interface Discovery {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

const KEY = 'waybill.sign-in';
const SILENT = 'The issuer does not answer. Try again in a moment.';
const redirectUri = (): string => `${location.origin}/`;

/** Leaves for the issuer's page; the hash is kept, so that a link still leads where it pointed. */
export async function leaveForIssuer(config: SiteConfig): Promise<void> {
  const { authorization_endpoint: endpoint } = await discover(config);
  const [state, verifier] = [randomText(), randomText()];
  sessionStorage.setItem(KEY, JSON.stringify({ state, verifier, hash: location.hash }));
  const challenge = base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  const query = { response_type: 'code', client_id: config.clientId, redirect_uri: redirectUri(), scope: 'openid email profile', state, code_challenge: challenge, code_challenge_method: 'S256' };
  location.assign(`${endpoint}?${new URLSearchParams(query).toString()}`);
}

/** The tokens when the address is the issuer's answer, else null. */
export async function returnFromIssuer(config: SiteConfig): Promise<Tokens | null> {
  const query = new URLSearchParams(location.search);
  const [code, state, refusal] = [query.get('code'), query.get('state'), query.get('error')];
  if (code === null && refusal === null) return null;
  const left = JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as { state?: string; verifier?: string; hash?: string };
  sessionStorage.removeItem(KEY);
  history.replaceState(null, '', `/${left.hash ?? ''}`);
  if (refusal !== null) throw new SignInError(query.get('error_description') ?? `The sign-in was refused (${refusal}).`);
  if (left.state === undefined || left.state !== state) throw new SignInError('This sign-in was not begun in this tab. Sign in again.');
  return ask(config, { grant_type: 'authorization_code', code: code ?? '', redirect_uri: redirectUri(), code_verifier: left.verifier ?? '' });
}

/** null: the refresh token has ended. @throws NoAnswerError when that is not known. */
export async function renewAtIssuer(config: SiteConfig, refresh: string): Promise<Tokens | null> {
  try {
    return await ask(config, { grant_type: 'refresh_token', refresh_token: refresh }, refresh);
  } catch (error) {
    if (error instanceof NoAnswerError || !(error instanceof SignInError)) throw error;
    return null;
  }
}

async function ask(config: SiteConfig, parameters: Record<string, string>, refresh: string | null = null): Promise<Tokens> {
  const { token_endpoint: endpoint } = await discover(config);
  const response = await fetch(endpoint, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ ...parameters, client_id: config.clientId }) }).catch(() => null);
  if (response === null || response.status >= 500) throw new NoAnswerError(SILENT);
  const answer = (await response.json().catch(() => ({}))) as { access_token?: string; refresh_token?: string; error_description?: string };
  if (!response.ok || answer.access_token === undefined) throw new SignInError(answer.error_description ?? `The issuer answered ${response.status}.`);
  return { token: answer.access_token, refresh: answer.refresh_token ?? refresh };
}

async function discover({ issuer }: SiteConfig): Promise<Discovery> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`).catch(() => null);
  if (response?.ok !== true) throw new NoAnswerError(SILENT);
  return (await response.json()) as Discovery;
}

const randomText = (): string => base64Url(crypto.getRandomValues(new Uint8Array(32)));
const base64Url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
