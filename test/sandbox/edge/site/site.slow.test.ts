/** A distribution of a stack, served: the real control plane and edge. The rules in detail: site.test.ts. */
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import http from 'node:http';
import { type Sandbox, startSandbox } from '../../harness.ts';
import { until } from '../../../until.ts';

jest.setTimeout(120_000);

const TEMPLATE = {
  Resources: {
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'site-files' } },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP' } },
    Headers: { Type: 'AWS::CloudFront::ResponseHeadersPolicy', Properties: { ResponseHeadersPolicyConfig: { Name: 'h', SecurityHeadersConfig: { ContentTypeOptions: { Override: true } } } } },
    Distribution: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig: {
      Enabled: true, DefaultRootObject: 'index.html',
      Origins: [{ Id: 'page', DomainName: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] } }, { Id: 'api', DomainName: { 'Fn::Join': ['', [{ Ref: 'Api' }, '.execute-api.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]] } }],
      DefaultCacheBehavior: { TargetOriginId: 'page', Compress: true, ResponseHeadersPolicyId: { Ref: 'Headers' } },
      CacheBehaviors: [{ PathPattern: '/v1/*', TargetOriginId: 'api' }],
    } } },
  },
  Outputs: { SiteUrl: { Value: { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': ['Distribution', 'DomainName'] }]] } } },
};

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox?.stop());

/** A path as it is: fetch would tidy `..` away. */
const raw = (port: number, path: string): Promise<number> => new Promise((resolve, reject) => {
  http.get({ host: '127.0.0.1', port, path }, (answer) => {
    answer.resume();
    resolve(answer.statusCode ?? 0);
  }).on('error', reject);
});

it('is served at the address that the stack tells, also after the edge was killed and everything was started again', async () => {
  const { sitePort } = sandbox.running();
  const site = `http://127.0.0.1:${sitePort}`;
  expect((await fetch(site)).status).toBe(404);

  const cloudformation = new CloudFormationClient(sandbox.client);
  await cloudformation.send(new CreateStackCommand({ StackName: 'site', TemplateBody: JSON.stringify(TEMPLATE) }));
  const outputs = async (): Promise<string | undefined> => (await cloudformation.send(new DescribeStacksCommand({ StackName: 'site' }))).Stacks?.[0]?.Outputs?.[0]?.OutputValue;
  await until(async () => (await outputs()) !== undefined, 'the stack was there');
  expect(await outputs()).toBe(site);
  const s3 = new S3Client(sandbox.client);
  await s3.send(new PutObjectCommand({ Bucket: 'site-files', Key: 'index.html', Body: '<p>page</p>', ContentType: 'text/html', CacheControl: 'no-cache' }));
  s3.destroy();

  await until(async () => (await fetch(site)).status === 200, 'the site was served');
  const page = await fetch(site);
  expect([await page.text(), ...['content-type', 'cache-control', 'x-content-type-options'].map((name) => page.headers.get(name))]).toEqual(['<p>page</p>', 'text/html', 'no-cache', 'nosniff']);
  expect((await fetch(site, { headers: { 'if-none-match': page.headers.get('etag') ?? '' } })).status).toBe(304);
  expect(await raw(sitePort, '/../../../../etc/passwd')).toBe(400);
  expect(await raw(sitePort, '/%2e%2e/%2e%2e/snapshots')).toBe(400);
  // The API has no route: it answers for itself, which shows that it was asked.
  expect(await (await fetch(`${site}/v1/health`)).text()).toMatch(/not found/i);

  await sandbox.kill('edge');
  await until(async () => (await fetch(site).catch(() => undefined))?.status === 200, 'the site was served again');
  await sandbox.restart();
  expect(sandbox.running().sitePort).toBe(sitePort);
  await until(async () => (await fetch(site).catch(() => undefined))?.status === 200, 'the site was served after a restart');
  expect(await outputs()).toBe(site);
  cloudformation.destroy();
});
