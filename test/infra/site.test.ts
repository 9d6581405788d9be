import { gzipSync } from 'node:zlib';
import { App, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { TilesConfig } from '../../lib/config/platform-config.ts';
import { validateConfig } from '../../lib/config/validate-config.ts';
import { buildPage } from '../../lib/constructs/dashboard-site/build-page.ts';
import { DashboardSite } from '../../lib/constructs/dashboard-site/dashboard-site.ts';
import { PlatformStack } from '../../lib/stacks/platform-stack.ts';
import { resourcesOf } from './support/resources.ts';
import { synthesize } from './support/synthesize.ts';

const one = (type: string, env: 'local' | 'prod' = 'prod'): Record<string, unknown> => resourcesOf(synthesize({ env }), type)[0]?.resource.Properties as Record<string, unknown>;

/** The site alone, of an environment with tiles. */
function siteWith(tiles: TilesConfig): Template {
  const config = validateConfig({ input: { environment: 'acme', profile: 'balanced', site: { tiles } }, source: 'test', contracts: [] });
  const stack = new PlatformStack(new App(), { config } as ConstructorParameters<typeof PlatformStack>[1], { kind: 'serving', description: 'test', stateful: false });
  new DashboardSite(stack, 'Site', { config, removalPolicy: RemovalPolicy.RETAIN, apiId: 'api', issuer: 'https://login.example.com', clientId: 'c', signInAt: 'issuer' });
  return Template.fromStack(stack);
}

describe('the site', () => {
  it('has the page from its private bucket and the API under the same address, nothing of it kept, every header passed on', () => {
    const config = one('AWS::CloudFront::Distribution')['DistributionConfig'];
    expect(config).toMatchObject({
      Enabled: true,
      DefaultRootObject: 'index.html',
      DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https', Compress: true },
      // CachingDisabled, AllViewerExceptHostHeader.
      CacheBehaviors: [{ PathPattern: '/v1/*', ViewerProtocolPolicy: 'https-only', CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad', OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac' }],
      Logging: { Bucket: { 'Fn::GetAtt': [expect.stringMatching(/^SiteAccessLogs/), 'RegionalDomainName'] } },
    });
    expect(JSON.stringify(config)).toMatch(/OriginAccessControlId.*OriginSSLProtocols":\["TLSv1.2"\]/);
    // An error page would turn the API's own 403 and 404 into the page.
    expect(config).not.toHaveProperty('CustomErrorResponses');
  });

  it('runs its own scripts and styles only, and talks to itself and to where people sign in', () => {
    const text = JSON.stringify(one('AWS::CloudFront::ResponseHeadersPolicy'));
    expect(text).toContain("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' https://cognito-idp.");
    expect(text).not.toMatch(/unsafe|\*/);
    expect(text).toContain('"FrameOption":"DENY"');
  });

  it('has no pictures from elsewhere, but those of the tile server that the environment names', () => {
    const policyOf = (properties: unknown): string => /img-src [^;]*/.exec(JSON.stringify(properties))?.[0] ?? '';
    expect(policyOf(one('AWS::CloudFront::ResponseHeadersPolicy'))).toBe("img-src 'self' data:");
    expect(one('Custom::WaybillPage')).not.toHaveProperty('Tiles');
    const tiles = { url: 'https://tiles.example.com:8443/light/{z}/{x}/{y}.png?key=k', attribution: '© Tiles', maxZoom: 19 };
    const template = siteWith(tiles);
    expect(policyOf(template.findResources('AWS::CloudFront::ResponseHeadersPolicy'))).toBe("img-src 'self' data: https://tiles.example.com:8443");
    template.hasResourceProperties('Custom::WaybillPage', { Tiles: JSON.stringify(tiles) });
  });

  it('keeps its buckets where data is kept, and empties them where they go', () => {
    const emptied = (env: 'local' | 'prod'): unknown => one('Custom::WaybillPage', env)['EmptyOnDelete'];
    expect([emptied('prod'), emptied('local')]).toEqual(['false', 'true']);
  });
});

describe('the page', () => {
  const { files, bodies } = buildPage();

  it('loads at most 120 KB before it shows something, zipped', () => {
    const index = Buffer.from(bodies['index.html'] ?? '').toString('utf8');
    const first = ['index.html', ...files.map(({ path }) => path).filter((path) => index.includes(`/${path}`))];
    expect(first.length).toBeGreaterThanOrEqual(3);
    const bytes = first.reduce((sum, path) => sum + gzipSync(bodies[path] ?? '').length, 0);
    expect(bytes).toBeLessThanOrEqual(120_000);
  });

  it('has names that follow from the content, except for the index', () => {
    const kept = files.filter(({ path }) => path !== 'index.html');
    expect(kept.filter(({ path, cacheControl }) => !/^assets\/.+-[A-Za-z0-9]{8}\.\w+$/.test(path) || !cacheControl.includes('immutable'))).toEqual([]);
    expect(files.find(({ path }) => path === 'index.html')?.cacheControl).toBe('no-cache');
  });
});
