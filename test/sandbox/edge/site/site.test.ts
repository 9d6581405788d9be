import { gunzipSync } from 'node:zlib';
import { answerRequest, type Origins } from '../../../../sandbox/edge/site/answer.ts';
import { type Distribution, findDistribution, UnsupportedDistributionError } from '../../../../sandbox/edge/site/distribution.ts';
import { keyOf, type OriginAnswer, type SiteRequest } from '../../../../sandbox/edge/site/origins.ts';
import type { JsonObject } from '../../../../sandbox/json.ts';

const POLICY = {
  type: 'AWS::CloudFront::ResponseHeadersPolicy', physicalId: 'policy-1',
  properties: { ResponseHeadersPolicyConfig: {
    SecurityHeadersConfig: { ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'self'; connect-src https://cognito-idp.eu-central-1.amazonaws.com", Override: true }, ContentTypeOptions: { Override: true }, FrameOptions: { FrameOption: 'DENY', Override: true }, StrictTransportSecurity: { AccessControlMaxAgeSec: 60, IncludeSubdomains: true, Override: true } },
    CustomHeadersConfig: { Items: [{ Header: 'Cache-Control', Value: 'no-store', Override: false }] },
    RemoveHeadersConfig: { Items: [{ Header: 'Last-Modified' }] },
  } },
};
const distributionOf = (more: JsonObject = {}): JsonObject => ({
  type: 'AWS::CloudFront::Distribution', physicalId: 'site-1',
  properties: { DistributionConfig: {
    Enabled: true, DefaultRootObject: 'index.html',
    Origins: [{ Id: 'page', DomainName: 'waybill-site.s3.eu-central-1.amazonaws.com', S3OriginConfig: {} }, { Id: 'api', DomainName: 'abc123.execute-api.eu-central-1.amazonaws.com' }],
    DefaultCacheBehavior: { TargetOriginId: 'page', Compress: true, ResponseHeadersPolicyId: 'policy-1' },
    CacheBehaviors: [{ PathPattern: '/v1/*', TargetOriginId: 'api', AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'] }],
    ...more,
  } },
});
const find = (more: JsonObject = {}): Distribution => {
  const found = findDistribution([POLICY, distributionOf(more)]);
  if (found === undefined) throw new Error('no distribution');
  return found;
};

const OBJECTS: Record<string, OriginAnswer> = {
  'index.html': { status: 200, headers: { 'content-type': 'text/html', etag: '"one"', 'last-modified': 'now', 'cache-control': 'no-cache' }, body: Buffer.from('<p>page</p>') },
  'assets/main.js': { status: 200, headers: { 'content-type': 'text/javascript', etag: '"two"', 'x-frame-options': 'SAMEORIGIN' }, body: Buffer.from('x'.repeat(5_000)) },
};

interface Asked extends OriginAnswer {
  readonly apiAsked: SiteRequest[];
}

async function ask(url: string, { method = 'GET', headers = {}, distribution = find() }: { method?: string; headers?: Record<string, string>; distribution?: Distribution } = {}): Promise<Asked> {
  const apiAsked: SiteRequest[] = [];
  const origins: Origins = {
    object: (_origin, key) => Promise.resolve(OBJECTS[key] ?? { status: 403, headers: {}, body: Buffer.from('denied') }),
    api: (_origin, request) => {
      apiAsked.push(request);
      return Promise.resolve({ status: 401, headers: { 'content-type': 'application/problem+json' }, body: Buffer.from('{}') });
    },
  };
  return { ...(await answerRequest(distribution, { method, url, headers, body: Buffer.alloc(0) }, origins, (text) => text.replace('https://cognito-idp.eu-central-1.amazonaws.com', 'http://127.0.0.1:4710'))), apiAsked };
}

describe('a site', () => {
  it('serves the root object and sets the headers of its policy, service addresses as they are here', async () => {
    const answer = await ask('/');
    expect([answer.status, String(answer.body)]).toEqual([200, '<p>page</p>']);
    expect(answer.headers).toEqual({ 'content-type': 'text/html', etag: '"one"', 'cache-control': 'no-cache', 'content-security-policy': "default-src 'self'; connect-src http://127.0.0.1:4710", 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'strict-transport-security': 'max-age=60; includeSubDomains' });
    // Its own where the origin says nothing; over the origin's where the policy says so.
    expect((await ask('/assets/main.js')).headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
  });

  it('compresses what is worth it for whoever takes it, and answers 304 to whoever has it, compressed or not', async () => {
    const zipped = await ask('/assets/main.js', { headers: { 'accept-encoding': 'br, gzip;q=0.8' } });
    expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', etag: 'W/"two"', vary: 'Accept-Encoding' });
    expect(gunzipSync(zipped.body)).toHaveLength(5_000);
    expect((await ask('/assets/main.js')).headers).not.toHaveProperty('content-encoding');
    expect((await ask('/', { headers: { 'accept-encoding': 'gzip' } })).headers).not.toHaveProperty('content-encoding');
    for (const tag of ['"two"', 'W/"two"', '"one", "two"']) expect([(await ask('/assets/main.js', { headers: { 'if-none-match': tag } })).status, (await ask('/assets/main.js', { headers: { 'if-none-match': tag } })).body.length]).toEqual([304, 0]);
    expect((await ask('/assets/main.js', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it('passes the API its requests with their headers, and its errors to the viewer', async () => {
    const { status, apiAsked } = await ask('/v1/shipments?status=LATE', { method: 'POST', headers: { authorization: 'Bearer t' } });
    expect(status).toBe(401);
    expect(apiAsked).toMatchObject([{ method: 'POST', url: '/v1/shipments?status=LATE', headers: { authorization: 'Bearer t' } }]);
  });

  it('takes only the methods of the behaviour', async () => {
    expect((await ask('/', { method: 'DELETE' })).status).toBe(403);
  });

  it('answers 403 for what is not there, and its error pages instead where it has them', async () => {
    expect((await ask('/nothing')).status).toBe(403);
    const distribution = find({ CustomErrorResponses: [{ ErrorCode: 403, ResponseCode: 200, ResponsePagePath: '/index.html' }] });
    const page = await ask('/deep/link', { distribution });
    expect([page.status, String(page.body)]).toEqual([200, '<p>page</p>']);
  });

  it.each(['/../secret', '/%2e%2e/secret', '/a/..%2f..%2fsecret', '/a\\..\\b', '/%5c..', '/%00', '/%', '/./x'])('refuses %s', async (path) => {
    expect(keyOf(path)).toBeUndefined();
    expect((await ask(path)).status).toBe(400);
  });

  it('is the first enabled distribution; without one there is no site', () => {
    expect(findDistribution([POLICY, distributionOf({ Enabled: 'false' })])).toBeUndefined();
    expect(find()).toMatchObject({ id: 'site-1', behaviors: [{ pattern: '/v1/*', origin: { kind: 'api', apiId: 'abc123' } }, { pattern: '*', origin: { kind: 'bucket', bucket: 'waybill-site' }, methods: ['GET', 'HEAD'] }] });
  });

  it('that asks for what is not built is refused by name', () => {
    expect(() => find({ Origins: [{ Id: 'page', DomainName: 'example.com' }] })).toThrow(UnsupportedDistributionError);
    expect(() => find({ DefaultCacheBehavior: { TargetOriginId: 'page', FunctionAssociations: [{ EventType: 'viewer-request' }] } })).toThrow(/functions at the edge/);
  });
});
