import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAwsClient } from '../_shared/aws/client.ts';
import { createDeleter } from '../catch-up/delete-object.ts';
import { createHandler } from './create-handler.ts';
import type { PublishedFile } from './create-handler.ts';
import { SITE_FOLDER, SITE_LIST } from './names.ts';
import type { SiteFile } from './names.ts';

const FOLDER = join(import.meta.dirname, SITE_FOLDER);
const aws = createAwsClient();

async function readFiles(): Promise<PublishedFile[]> {
  const list = JSON.parse(await readFile(join(FOLDER, SITE_LIST), 'utf8')) as readonly SiteFile[];
  return Promise.all(list.map(async (file) => ({ ...file, body: await readFile(join(FOLDER, file.path)) })));
}

export const handler = createHandler({
  files: readFiles,
  put: (bucket, { path, body, contentType, cacheControl }) => aws.putObject({ bucket, key: path, body, contentType, cacheControl }),
  list: async (bucket) => (await aws.listObjects({ bucket, prefix: '' })).map(({ key }) => key),
  remove: (bucket, path) => createDeleter(bucket)(path),
  async answer(url, answer) {
    // The address is signed for an empty content type.
    const response = await fetch(url, { method: 'PUT', headers: { 'content-type': '' }, body: JSON.stringify(answer) });
    if (!response.ok) throw new Error(`CloudFormation did not take the answer: HTTP ${response.status}`);
  },
  userPoolEndpoint: (region) => process.env['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'] ?? process.env['AWS_ENDPOINT_URL'] ?? `https://cognito-idp.${region}.amazonaws.com/`,
});
