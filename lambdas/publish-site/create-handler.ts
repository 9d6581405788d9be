import type { PublishSiteProperties, SiteFile } from './names.ts';

/** An event of a custom resource (CloudFormation, "Custom resource request objects"). */
export interface ResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: PublishSiteProperties;
  readonly OldResourceProperties?: Partial<PublishSiteProperties>;
}

export interface ResourceAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

export interface PublishedFile extends SiteFile {
  readonly body: Uint8Array | string;
}

export interface PublishSitePorts {
  /** The page, as it was built. */
  readonly files: () => Promise<readonly PublishedFile[]>;
  readonly put: (bucket: string, file: PublishedFile) => Promise<void>;
  readonly list: (bucket: string) => Promise<readonly string[]>;
  readonly remove: (bucket: string, path: string) => Promise<void>;
  /** Tells CloudFormation. */
  readonly answer: (url: string, answer: ResourceAnswer) => Promise<void>;
  /** Endpoint of the user pools of a region. */
  readonly userPoolEndpoint: (region: string) => string;
}

const INDEX = 'index.html';
const CONFIG = 'config.json';

/** Publishes the page when its custom resource is made or changed; empties the bucket when both go. Answers CloudFormation in every case: silence would hold the stack for an hour. */
export function createHandler(ports: PublishSitePorts): (event: ResourceEvent) => Promise<void> {
  return async (event) => {
    const { StackId, RequestId, LogicalResourceId, ResourceProperties: properties } = event;
    const identity = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: event.PhysicalResourceId ?? `site-${properties.Environment}` };
    try {
      if (event.RequestType === 'Delete') await empty(ports, properties);
      else await publish(ports, properties, event.OldResourceProperties?.Files ?? []);
    } catch (error) {
      await ports.answer(event.ResponseURL, { ...identity, Status: 'FAILED', Reason: error instanceof Error ? error.message : String(error) });
      return;
    }
    await ports.answer(event.ResponseURL, { ...identity, Status: 'SUCCESS' });
  };
}

/** First what the index names, then the index, then away with what no open page can name. A stop in between leaves a whole page, the old or the new one. */
async function publish(ports: PublishSitePorts, properties: PublishSiteProperties, before: readonly string[]): Promise<void> {
  const bucket = properties.Bucket;
  const files = await ports.files();
  const config = { path: CONFIG, contentType: 'application/json', cacheControl: 'no-cache', body: JSON.stringify(siteConfig(ports, properties)) };
  for (const file of [...files.filter(({ path }) => path !== INDEX), config, ...files.filter(({ path }) => path === INDEX)]) await ports.put(bucket, file);

  const wanted = new Set([CONFIG, ...files.map(({ path }) => path), ...before]);
  for (const path of await ports.list(bucket)) if (!wanted.has(path)) await ports.remove(bucket, path);
}

/** What the page cannot know by itself; its type is the page's own (dashboard/model/site-config.ts). */
function siteConfig(ports: PublishSitePorts, { Issuer, ClientId, Region, Environment, SignInAt, Tiles }: PublishSiteProperties): object {
  const signIn = SignInAt === 'user-pool' ? ports.userPoolEndpoint(Region) : Issuer;
  return { apiBase: '', issuer: Issuer, clientId: ClientId, signIn, region: Region, environment: Environment, ...(Tiles === undefined ? {} : { tiles: JSON.parse(Tiles) as unknown }) };
}

async function empty(ports: PublishSitePorts, { Bucket, EmptyOnDelete }: PublishSiteProperties): Promise<void> {
  if (EmptyOnDelete !== 'true') return;
  for (const path of await ports.list(Bucket)) await ports.remove(Bucket, path);
}
