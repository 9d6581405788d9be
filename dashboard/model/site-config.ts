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
  /** Where the map's background comes from; the land of the bundle when absent. */
  readonly tiles?: { readonly url: string; readonly attribution: string; readonly maxZoom: number };
}

/** @throws Error with the field that is missing or no text. */
export function parseSiteConfig(value: unknown): SiteConfig {
  const fields = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const text = (name: string, of = fields, path = name): string => {
    const found = of[name];
    if (typeof found !== 'string') throw new Error(`/config.json: ${path} is ${found === undefined ? 'missing' : 'not a text'}. The deployment writes this file; deploy the site again.`);
    return found;
  };
  const tiles = fields['tiles'] as Readonly<Record<string, unknown>> | undefined;
  const ground = tiles === undefined ? {} : { tiles: { url: text('url', tiles, 'tiles.url'), attribution: text('attribution', tiles, 'tiles.attribution'), maxZoom: Number(tiles['maxZoom']) } };
  return { apiBase: text('apiBase').replace(/\/$/, ''), issuer: text('issuer'), clientId: text('clientId'), signIn: text('signIn'), region: text('region'), environment: text('environment'), ...ground };
}

/** A user pool's issuer ends in the pool's id; everything else is an OpenID Connect issuer with its own sign-in page. */
export const isUserPool = ({ issuer }: Pick<SiteConfig, 'issuer'>): boolean => /\/[a-z]{2}(-[a-z]+)+-\d+_[A-Za-z0-9]+\/?$/.test(issuer);
