import { createHandler, type PublishedFile, type ResourceAnswer, type ResourceEvent } from '../../../lambdas/publish-site/create-handler.ts';
import type { PublishSiteProperties } from '../../../lambdas/publish-site/names.ts';
import { parseSiteConfig } from '../../../dashboard/model/site-config.ts';

const PAGE: PublishedFile[] = [
  { path: 'index.html', contentType: 'text/html', cacheControl: 'no-cache', body: '<script src="/assets/new.js">' },
  { path: 'assets/new.js', contentType: 'text/javascript', cacheControl: 'immutable', body: 'new' },
];
const PROPERTIES: PublishSiteProperties = { Bucket: 'b', Files: ['index.html', 'assets/new.js'], ContentHash: 'h', Issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x', ClientId: 'c', Region: 'eu-central-1', Environment: 'dev', SignInAt: 'user-pool', EmptyOnDelete: 'true' };

interface Ran {
  /** What was done, in order. */
  readonly steps: string[];
  readonly put: Map<string, PublishedFile>;
  readonly answers: ResourceAnswer[];
}

async function run(event: Partial<ResourceEvent>, { there = [], failAt }: { there?: string[]; failAt?: string } = {}): Promise<Ran> {
  const ran: Ran = { steps: [], put: new Map(), answers: [] };
  await createHandler({
    files: () => Promise.resolve(PAGE),
    put: (_bucket, file) => {
      if (file.path === failAt) return Promise.reject(new Error(`${file.path}: denied`));
      ran.steps.push(`put ${file.path}`);
      ran.put.set(file.path, file);
      return Promise.resolve();
    },
    list: () => Promise.resolve(there),
    remove: (_bucket, path) => Promise.resolve(void ran.steps.push(`remove ${path}`)),
    answer: (_url, answer) => Promise.resolve(void ran.answers.push(answer)),
    userPoolEndpoint: (region) => `https://cognito-idp.${region}.amazonaws.com/`,
  })({ RequestType: 'Create', ResponseURL: 'https://answer', StackId: 's', RequestId: 'r', LogicalResourceId: 'Page', ResourceProperties: PROPERTIES, ...event });
  return ran;
}

it('puts what the index names before the index, and removes what no open page names after it', async () => {
  const there = ['index.html', 'config.json', 'assets/new.js', 'assets/before.js', 'assets/long-ago.js'];
  const { steps, answers } = await run({ RequestType: 'Update', PhysicalResourceId: 'site-dev', OldResourceProperties: { Files: ['index.html', 'assets/before.js'] } }, { there });
  expect(steps).toEqual(['put assets/new.js', 'put config.json', 'put index.html', 'remove assets/long-ago.js']);
  expect(answers).toEqual([{ Status: 'SUCCESS', PhysicalResourceId: 'site-dev', StackId: 's', RequestId: 'r', LogicalResourceId: 'Page' }]);
});

it('keeps content types and cache settings of the build, and the index is asked for again each time', async () => {
  const { put } = await run({});
  expect(put.get('assets/new.js')).toMatchObject({ contentType: 'text/javascript', cacheControl: 'immutable' });
  expect([put.get('index.html')?.cacheControl, put.get('config.json')?.cacheControl]).toEqual(['no-cache', 'no-cache']);
});

it.each([
  ['user-pool', 'https://cognito-idp.eu-central-1.amazonaws.com/'],
  ['issuer', PROPERTIES.Issuer],
] as const)('writes a configuration that the page reads; signing in at the %s', async (SignInAt, signIn) => {
  const { put } = await run({ ResourceProperties: { ...PROPERTIES, SignInAt } });
  expect(parseSiteConfig(JSON.parse(String(put.get('config.json')?.body)))).toEqual({ apiBase: '', issuer: PROPERTIES.Issuer, clientId: 'c', signIn, region: 'eu-central-1', environment: 'dev' });
});

it('tells the page of the tiles of its map', async () => {
  const tiles = { url: 'https://tiles.example.com/{z}/{x}/{y}.png', attribution: '© Tiles', maxZoom: 19 };
  const { put } = await run({ ResourceProperties: { ...PROPERTIES, Tiles: JSON.stringify(tiles) } });
  expect(parseSiteConfig(JSON.parse(String(put.get('config.json')?.body))).tiles).toEqual(tiles);
});

it('leaves the old page whole when a file cannot be put, and tells why', async () => {
  const { steps, answers } = await run({ RequestType: 'Update' }, { there: ['index.html', 'assets/before.js'], failAt: 'assets/new.js' });
  expect(steps).toEqual([]);
  expect(answers).toMatchObject([{ Status: 'FAILED', Reason: 'assets/new.js: denied' }]);
});

it('empties the bucket only where the bucket goes, too', async () => {
  expect((await run({ RequestType: 'Delete' }, { there: ['index.html', 'a'] })).steps).toEqual(['remove index.html', 'remove a']);
  expect((await run({ RequestType: 'Delete', ResourceProperties: { ...PROPERTIES, EmptyOnDelete: 'false' } }, { there: ['index.html'] })).steps).toEqual([]);
});
