/**
 * How far each shard was read, on disk, one file per mapping. A file is replaced whole (write aside, then rename), so a SIGKILL leaves
 * the old or the new one. Writing waits for a moment to gather batches: what is lost then is delivered again (at least once).
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asObject, type JsonObject } from '../../json.ts';

const GATHER_MS = 50;

/** What was true when the mapping first ran: it decides where shards begin. */
export interface MappingStart {
  /** Milliseconds since 1970: LATEST means "what came after this moment", also after a restart. */
  readonly startedAt: number;
  /** Shards that existed then; every other one was born later and is read from its beginning. */
  readonly shards: readonly string[];
}

export interface ShardCheckpoint {
  /** Last record of the finished prefix. */
  readonly sequenceNumber?: string;
  /** Closed, and read to its end: its children may start. */
  readonly ended?: boolean;
}

export interface MappingCheckpoints {
  /** What `remember` stored on the very first run. */
  start(): MappingStart | undefined;
  remember(start: MappingStart): void;
  get(shardId: string): ShardCheckpoint | undefined;
  set(shardId: string, checkpoint: ShardCheckpoint): void;
}

export interface CheckpointStore {
  open(uuid: string): MappingCheckpoints;
  /** Everything set so far is on disk when it returns. */
  flush(): void;
}

/** A checkpoint file cannot be read. Deleting it starts the mapping anew at its starting position. */
export class CheckpointFileError extends Error {
  override readonly name = 'CheckpointFileError';
}

export function openCheckpointFolder(dir: string): CheckpointStore {
  mkdirSync(dir, { recursive: true });
  const files = new Map<string, CheckpointFile>();
  return {
    open(uuid) {
      const file = files.get(uuid) ?? new CheckpointFile(join(dir, `${uuid}.json`));
      files.set(uuid, file);
      return file;
    },
    flush: () => files.forEach((file) => file.flush()),
  };
}

class CheckpointFile implements MappingCheckpoints {
  readonly #path: string;
  readonly #shards: Map<string, ShardCheckpoint>;
  #start: MappingStart | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.#path = path;
    const stored = readStored(path);
    this.#shards = new Map(Object.entries(asObject(stored['shards'])).map(([id, value]) => [id, toCheckpoint(value)]));
    this.#start = toStart(stored['start']);
  }

  start(): MappingStart | undefined {
    return this.#start;
  }

  remember(start: MappingStart): void {
    this.#start = start;
    this.#changed();
  }

  get(shardId: string): ShardCheckpoint | undefined {
    return this.#shards.get(shardId);
  }

  set(shardId: string, checkpoint: ShardCheckpoint): void {
    this.#shards.set(shardId, { ...this.#shards.get(shardId), ...checkpoint });
    this.#changed();
  }

  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#write();
  }

  #changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write();
    }, GATHER_MS);
  }

  #write(): void {
    const aside = `${this.#path}.new`;
    writeFileSync(aside, JSON.stringify({ start: this.#start, shards: Object.fromEntries(this.#shards) }));
    renameSync(aside, this.#path);
  }
}

function readStored(path: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    return asObject(JSON.parse(text));
  } catch (error) {
    throw new CheckpointFileError(`${path} is not JSON; delete it to start this event source anew at its starting position.`, { cause: error });
  }
}

function toCheckpoint(value: unknown): ShardCheckpoint {
  const { sequenceNumber, ended } = asObject(value);
  return { ...(typeof sequenceNumber === 'string' ? { sequenceNumber } : {}), ...(ended === true ? { ended } : {}) };
}

function toStart(value: unknown): MappingStart | undefined {
  const { startedAt, shards } = asObject(value);
  if (typeof startedAt !== 'number' || !Array.isArray(shards)) return undefined;
  return { startedAt, shards: shards.filter((id): id is string => typeof id === 'string') };
}
