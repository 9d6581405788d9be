import type { SiteConfig } from '../model/site-config.ts';
import { isUserPool } from '../model/site-config.ts';
import { personOf } from '../model/token.ts';
import type { Person } from '../model/token.ts';
import { renewAtIssuer } from './issuer.ts';
import { renewAtPool } from './user-pool.ts';

export interface Tokens {
  /** What the API is shown. */
  readonly token: string;
  readonly refresh: string | null;
}

const KEY = 'waybill.session';
/** A token is renewed this long before it ends, ms. */
const MARGIN = 60_000;

/** Who is signed in, in this tab only: closing it signs out. */
export class Session {
  readonly config: SiteConfig;
  readonly #onEnd: (why: string | null) => void;
  #tokens: Tokens | null;
  #renewal: Promise<Tokens | null> | null = null;

  /** `onEnd` hears why, when it was not the person who ended it. */
  constructor(config: SiteConfig, onEnd: (why: string | null) => void) {
    this.config = config;
    this.#onEnd = onEnd;
    this.#tokens = stored();
  }

  get person(): Person | null {
    return this.#tokens === null ? null : personOf(this.#tokens.token);
  }

  begin(tokens: Tokens): void {
    this.#tokens = tokens;
    sessionStorage.setItem(KEY, JSON.stringify(tokens));
  }

  end(why: string | null = null): void {
    this.#tokens = null;
    sessionStorage.removeItem(KEY);
    this.#onEnd(why);
  }

  /** The token to send, renewed when its end is near; null when nobody is signed in. */
  async token(): Promise<string | null> {
    const expiresAt = this.person?.expiresAt ?? null;
    if (this.#tokens !== null && expiresAt !== null && expiresAt - MARGIN < Date.now()) return (await this.renew())?.token ?? null;
    return this.#tokens?.token ?? null;
  }

  /** A fresh token by the refresh token; one renewal at a time. Signs out when it is refused. @throws SignInError when nobody answers: who was signed in stays so. */
  async renew(): Promise<Tokens | null> {
    this.#renewal ??= this.#renewed().finally(() => { this.#renewal = null; });
    return this.#renewal;
  }

  /** After `refused` was not taken: the token that has replaced it since, else a fresh one. */
  async renewAfter(refused: string | null): Promise<Tokens | null> {
    return this.#tokens !== null && this.#tokens.token !== refused ? this.#tokens : this.renew();
  }

  async #renewed(): Promise<Tokens | null> {
    const refresh = this.#tokens?.refresh ?? null;
    const fresh = refresh === null ? null : await (isUserPool(this.config) ? renewAtPool(this.config, refresh) : renewAtIssuer(this.config, refresh));
    if (fresh === null) this.end('Your sign-in has ended. Sign in again: the page goes on where it was.');
    else this.begin(fresh);
    return fresh;
  }
}

function stored(): Tokens | null {
  try {
    const value = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Partial<Tokens> | null;
    return typeof value?.token === 'string' ? { token: value.token, refresh: typeof value.refresh === 'string' ? value.refresh : null } : null;
  } catch {
    return null;
  }
}
