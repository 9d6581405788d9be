/** Objects of the lake's first layers, as commands read them: listed by prefix, read whole, unpacked line by line. */
import type { S3Client } from '@aws-sdk/client-s3';
import { isObject } from '../../contracts/json-object.ts';
import { hourFolder, parseObjectKey } from '../../contracts/object-keys.ts';
import { unpackLines } from '../../contracts/object-lines.ts';
import { WorldError } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';

export interface StoredObject { readonly key: string; readonly size: number; readonly modified: number }

export interface ObjectStore {
  /** Ascending by key. Ends early when `until` says so. */
  readonly list: (bucket: string, prefix: string) => AsyncIterable<StoredObject>;
  readonly read: (bucket: string, key: string) => Promise<Buffer>;
  readonly put: (bucket: string, key: string, body: Buffer) => Promise<void>;
  readonly remove: (bucket: string, key: string) => Promise<void>;
  readonly close: () => void;
}

export async function objectStore(platform: Platform): Promise<ObjectStore> {
  const s3 = await import('@aws-sdk/client-s3');
  const client = new s3.S3Client({ ...platform.client, forcePathStyle: platform.sandbox !== undefined });
  return {
    list: (bucket, prefix) => pages(client, bucket, prefix),
    read: async (bucket, key) => {
      const answer = await client.send(new s3.GetObjectCommand({ Bucket: bucket, Key: key }));
      return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    },
    put: async (bucket, key, body) => void (await client.send(new s3.PutObjectCommand({ Bucket: bucket, Key: key, Body: body }))),
    remove: async (bucket, key) => void (await client.send(new s3.DeleteObjectCommand({ Bucket: bucket, Key: key }))),
    close: () => client.destroy(),
  };
}

async function* pages(client: S3Client, bucket: string, prefix: string): AsyncGenerator<StoredObject> {
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  let token: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(token === undefined ? {} : { ContinuationToken: token }) }));
    for (const each of page.Contents ?? []) {
      if (each.Key !== undefined) yield { key: each.Key, size: each.Size ?? 0, modified: each.LastModified?.getTime() ?? 0 };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

/** A line of bronze or quarantine, with its identity; `fields` is the whole line as parsed. */
export interface LakeLine {
  readonly shard: string;
  readonly sequence: string;
  /** Index inside a frame; 0 for plain records. */
  readonly index: number;
  /** Epoch ms. */
  readonly arrivedAt: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Lines of an object, parsed. */
export function* documents(body: Buffer): Generator<unknown> {
  for (const line of unpackLines(body).toString('utf8').split('\n')) if (line !== '') yield JSON.parse(line);
}

/** The same with their identities. @throws WorldError for an object that is not one of the archive's. */
export function* lakeLines(key: string, body: Buffer): Generator<LakeLine> {
  const name = parseObjectKey(key);
  if (name === undefined) throw foreign(key);
  for (const fields of documents(body)) {
    if (!isObject(fields)) throw foreign(key);
    const { k: sequence, i: index, t: arrivedAt } = fields;
    if (typeof sequence !== 'string' || typeof index !== 'number' || typeof arrivedAt !== 'number') throw foreign(key);
    yield { shard: name.shard, sequence, index, arrivedAt, fields };
  }
}

const foreign = (key: string): WorldError => new WorldError(`Object ${key} is not one that archive-events wrote: its name or a line of it differs from docs/bronze.md.`, { todo: 'Move it out of the bucket, or out of the contract\'s folder.' });

const HOUR = 3_600_000;

/** Prefixes of the arrival hours from `since` to `until`, newest first. */
export function hourPrefixes(contract: string, since: number, until: number): string[] {
  const prefixes: string[] = [];
  for (let hour = Math.floor(until / HOUR) * HOUR; hour > since - HOUR; hour -= HOUR) {
    prefixes.push(hourFolder(contract, hour));
  }
  return prefixes;
}
