/** Lines in a file of limited size: when it is full it becomes `.1`, the former `.1` becomes `.2`, and so on. */
import { appendFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const FLUSH_MS = 250;

export interface RequestLogFile {
  /** Never throws, never waits. */
  append(line: string): void;
  flush(): Promise<void>;
}

export interface LogFileSettings {
  readonly path: string;
  /** Size in bytes at which the file is put aside. */
  readonly maxBytes?: number;
  /** Old files kept beside the current one. */
  readonly keep?: number;
}

export function createRequestLogFile({ path, maxBytes = 20_000_000, keep = 3 }: LogFileSettings): RequestLogFile {
  let waiting: string[] = [];
  let bytes: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const text = waiting.length === 0 ? '' : `${waiting.join('\n')}\n`;
    waiting = [];
    if (text === '') return;

    bytes ??= await sizeOf(path);
    if (bytes > 0 && bytes + text.length > maxBytes) {
      await putAside(path, keep);
      bytes = 0;
    }
    await appendFile(path, text);
    bytes += Buffer.byteLength(text);
  };

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    // The log is a help, not a promise: a full disk must not stop the sandbox.
    writing = writing.then(write).catch((error: unknown) => console.error(`the request log ${path} could not be written:`, error));
    return writing;
  };

  return {
    append(line) {
      waiting.push(line);
      timer ??= setTimeout(() => void flush(), FLUSH_MS).unref();
    },
    flush,
  };
}

async function sizeOf(path: string): Promise<number> {
  await mkdir(dirname(path), { recursive: true });
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

async function putAside(path: string, keep: number): Promise<void> {
  await rm(`${path}.${keep}`, { force: true });
  for (let number = keep - 1; number >= 0; number -= 1) {
    const from = number === 0 ? path : `${path}.${number}`;
    await rename(from, `${path}.${number + 1}`).catch(() => undefined);
  }
}
