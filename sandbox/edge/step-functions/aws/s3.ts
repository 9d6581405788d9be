/** The four S3 operations that machines use: listing, reading, looking at and writing objects. */
import { asObject, type JsonObject } from '../../../json.ts';
import type { ControlReply } from '../../control-client.ts';
import type { Send } from './service-calls.ts';
import { listOf, readXml } from './xml.ts';

const LIST_PARAMETERS: Readonly<Record<string, string>> = { Prefix: 'prefix', Delimiter: 'delimiter', MaxKeys: 'max-keys', ContinuationToken: 'continuation-token', StartAfter: 'start-after' };

export async function callS3(send: Send, operation: string, args: JsonObject): Promise<JsonObject> {
  if (operation === 'ListObjectsV2') return listObjects(send, args);
  const path = `/${encodeURIComponent(String(args['Bucket']))}/${String(args['Key']).split('/').map(encodeURIComponent).join('/')}`;
  if (operation === 'PutObject') return putObject(send, path, args);
  const reply = await send({ service: 's3', method: operation === 'HeadObject' ? 'HEAD' : 'GET', path });
  return { ...describeObject(reply), ...(operation === 'GetObject' ? { Body: reply.body.toString('utf8') } : {}) };
}

async function putObject(send: Send, path: string, args: JsonObject): Promise<JsonObject> {
  const { Body: given, ContentType: type, IfNoneMatch: ifNoneMatch, Metadata: metadata } = args;
  const body = typeof given === 'string' ? given : JSON.stringify(given ?? '');
  const headers = {
    'content-type': typeof type === 'string' ? type : 'application/json',
    ...(typeof ifNoneMatch === 'string' ? { 'if-none-match': ifNoneMatch } : {}),
    ...Object.fromEntries(Object.entries(asObject(metadata)).map(([key, value]) => [`x-amz-meta-${key.toLowerCase()}`, String(value)])),
  };
  const reply = await send({ service: 's3', method: 'PUT', path, headers, body });
  const version = reply.headers['x-amz-version-id'];
  return { ETag: reply.headers.etag, ...(version === undefined ? {} : { VersionId: version }) };
}

function describeObject({ headers, body }: ControlReply): JsonObject {
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-')).map(([name, value]) => [name.slice('x-amz-meta-'.length), value]);
  const modified = Date.parse(headers['last-modified'] ?? '');
  return {
    ContentLength: Number(headers['content-length'] ?? body.length),
    ContentType: headers['content-type'],
    ETag: headers.etag,
    ...(Number.isNaN(modified) ? {} : { LastModified: new Date(modified).toISOString() }),
    Metadata: Object.fromEntries(metadata) as JsonObject,
  };
}

async function listObjects(send: Send, args: JsonObject): Promise<JsonObject> {
  const query = new URLSearchParams({ 'list-type': '2' });
  for (const [name, parameter] of Object.entries(LIST_PARAMETERS)) {
    const value = args[name];
    if (typeof value === 'string' || typeof value === 'number') query.set(parameter, String(value));
  }
  const reply = await send({ service: 's3', method: 'GET', path: `/${encodeURIComponent(String(args['Bucket']))}?${query.toString()}` });
  const found = asObject(readXml(reply.body.toString('utf8'))['ListBucketResult']);
  const contents = listOf(found['Contents']).map(asObject).map(({ Key, ETag, LastModified, Size, StorageClass }) => ({ Key, ETag, LastModified, Size: Number(Size), StorageClass: StorageClass ?? 'STANDARD' }));
  const next = found['NextContinuationToken'];
  return {
    Name: found['Name'],
    Prefix: found['Prefix'] ?? '',
    KeyCount: Number(found['KeyCount'] ?? contents.length),
    IsTruncated: found['IsTruncated'] === 'true',
    Contents: contents,
    CommonPrefixes: listOf(found['CommonPrefixes']),
    ...(typeof next === 'string' && next !== '' ? { NextContinuationToken: next } : {}),
  };
}
