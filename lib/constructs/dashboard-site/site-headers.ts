import { Duration } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';

export interface SiteHeadersProps {
  readonly region: string;
  readonly urlSuffix: string;
  /** Where people sign in when it is not the environment's own user pool. */
  readonly issuer: string | undefined;
  /** Template of the map's tiles, where there are some. */
  readonly tiles: string | undefined;
}

/** The page runs its own scripts and styles and no others, talks to its own address and to where people sign in, and takes pictures of the tile server only that the environment names. */
export function siteHeaders(scope: Construct, { region, urlSuffix, issuer, tiles }: SiteHeadersProps): ResponseHeadersPolicy {
  const signIn = issuer === undefined ? `https://cognito-idp.${region}.${urlSuffix}` : new URL(issuer).origin;
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': `'self' data:${tiles === undefined ? '' : ` ${new URL(tiles).origin}`}`,
    'connect-src': `'self' ${signIn}`,
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  };
  return new ResponseHeadersPolicy(scope, 'Headers', {
    comment: 'Waybill dashboard',
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: Object.entries(policy).map(([name, value]) => `${name} ${value}`).join('; '), override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: false, override: true },
    },
    customHeadersBehavior: { customHeaders: [{ header: 'Permissions-Policy', value: 'geolocation=(), camera=(), microphone=()', override: true }] },
  });
}
