/** Brings a job's script and files from S3 onto this machine. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ControlClient } from '../control-client.ts';
import { JobArgumentError } from './spark-arguments.ts';

/** Path of the file. @throws JobArgumentError when the address is none or leads to nothing, ControlUnreachableError */
export async function fetchArtifact(control: ControlClient, address: string, folder: string): Promise<string> {
  const [, bucket, key] = /^s3a?:\/\/([^/]+)\/(.+)$/.exec(address) ?? [];
  if (bucket === undefined || key === undefined) throw new JobArgumentError(`"${address}" is no address of an object; expected s3://bucket/key.`);
  const path = `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const { status, body } = await control.send({ service: 's3', method: 'GET', path });
  if (status !== 200) throw new JobArgumentError(`${address} cannot be read (HTTP ${status}).`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, basename(key));
  writeFileSync(file, body);
  return file;
}
