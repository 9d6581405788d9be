/** Deployed code on disk, one folder per content hash: a redeploy with the same bundle costs nothing, old versions stay runnable. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlClient } from '../control-client.ts';
import { unzip } from './unzip.ts';

/** The control plane gave other bytes than the hash of the wanted version. */
export class CodeUnavailableError extends Error {
  override readonly name = 'CodeUnavailableError';
}

export interface CodeSource {
  readonly functionName: string;
  readonly version: string;
  /** CodeSha256 of the configuration: base64. */
  readonly sha256: string;
  /** Code.Location of GetFunction. */
  readonly location: string;
}

export interface CodeStore {
  /** The folder with the unpacked code. @throws CodeUnavailableError, UnzipError, ControlUnreachableError */
  folder(source: CodeSource): Promise<string>;
}

export function createCodeStore({ control, dir }: { control: ControlClient; dir: string }): CodeStore {
  const loading = new Map<string, Promise<string>>();

  const load = async (source: CodeSource, folder: string): Promise<string> => {
    const url = new URL(source.location);
    const { body, status } = await control.send({ service: 'lambda', method: 'GET', path: url.pathname + url.search });
    const hash = createHash('sha256').update(body).digest('base64');
    if (status !== 200 || hash !== source.sha256) throw unavailable(source, status, hash);

    const temporary = `${folder}.${process.pid}.${Date.now()}`;
    mkdirSync(temporary, { recursive: true });
    unzip(body, temporary);
    moveInto(temporary, folder);
    return folder;
  };

  return {
    async folder(source) {
      const folder = join(dir, source.sha256.replaceAll(/[^A-Za-z0-9]/g, '_'));
      if (existsSync(folder)) return folder;

      const running = loading.get(folder) ?? load(source, folder).finally(() => loading.delete(folder));
      loading.set(folder, running);
      return running;
    },
  };
}

/** Another process may have unpacked the same code meanwhile: then ours is not needed. */
function moveInto(temporary: string, folder: string): void {
  try {
    renameSync(temporary, folder);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

function unavailable(source: CodeSource, status: number, hash: string): CodeUnavailableError {
  return new CodeUnavailableError(
    `The code of ${source.functionName} version ${source.version} cannot be fetched: expected SHA-256 ${source.sha256}, got ${hash} (HTTP ${status}). ` +
      'The control plane keeps only the newest code; an older version runs if it was invoked before the code changed. Deploy again to publish a new version.',
  );
}
