/** `/config.json`, which the deployment writes beside the page. */
export interface SiteConfig {
  /** Empty: the page's own origin. */
  readonly apiBase: string;
  /** Issuer of the tokens that the API takes. */
  readonly issuer: string;
  readonly clientId: string;
  /** Where to sign in: the user pool's endpoint, or the issuer itself. */
  readonly signIn: string;
  readonly region: string;
  readonly environment: string;
}

/** @throws Error with the field that is missing or no text. */
export function parseSiteConfig(value: unknown): SiteConfig {
  const fields = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const text = (name: keyof SiteConfig): string => {
    const found = fields[name];
    if (typeof found !== 'string') throw new Error(`/config.json: ${name} is ${found === undefined ? 'missing' : 'not a text'}. The deployment writes this file; deploy the site again.`);
    return found;
  };
  return { apiBase: text('apiBase').replace(/\/$/, ''), issuer: text('issuer'), clientId: text('clientId'), signIn: text('signIn'), region: text('region'), environment: text('environment') };
}

/** A user pool's issuer ends in the pool's id; everything else is an OpenID Connect issuer with its own sign-in page. */
export const isUserPool = ({ issuer }: Pick<SiteConfig, 'issuer'>): boolean => /\/[a-z]{2}(-[a-z]+)+-\d+_[A-Za-z0-9]+\/?$/.test(issuer);
