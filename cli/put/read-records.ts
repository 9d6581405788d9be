/** Reads a user's file into records that know their line: NDJSON, a JSON document or list, CSV with a header. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { UsageError } from '../errors.ts';

export const FORMATS = ['ndjson', 'json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

export interface InputRecord {
  /** Where a person finds it: `line 17`, `record 3`. */
  readonly place: string;
  /** The bytes as they stand in the file; undefined for CSV, whose rows have no JSON of their own. */
  readonly bytes: Buffer | undefined;
  /** The parsed record; undefined when the bytes are no JSON. */
  readonly value: unknown;
}

/** The format by the file's name, `.gz` aside; undefined when the name does not say. */
export function formatOf(file: string): Format | undefined {
  const name = file.replace(/\.gz$/, '');
  if (/\.(ndjson|jsonl)$/.test(name)) return 'ndjson';
  if (name.endsWith('.json')) return 'json';
  return name.endsWith('.csv') ? 'csv' : undefined;
}

export function openInput(file: string, stdin: Readable): Readable {
  if (file === '-') return stdin;
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`, { todo: 'Name an existing file, or - for standard input.' });
  if (statSync(file).isDirectory()) throw new UsageError(`${file} is a directory.`, { todo: 'Name a file in it, or - for standard input.' });
  return Readable.from(bytesOf(file), { objectMode: false });
}

/** What cannot be opened or unpacked is the caller's file: said in words, with the file's name. */
async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const unpacked = file.endsWith('.gz') ? pipeline(source, createGunzip(), () => undefined) : source;
  try {
    for await (const part of unpacked) yield part as Buffer;
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
}

export function readRecords(input: Readable, format: Format): AsyncIterable<InputRecord> {
  switch (format) {
    case 'ndjson': return lines(input);
    case 'json': return document(input);
    case 'csv': return rows(input);
  }
}

async function* lines(input: Readable): AsyncGenerator<InputRecord> {
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    line++;
    if (text.trim() !== '') yield { place: `line ${line}`, bytes: Buffer.from(text), value: parsed(text) };
  }
}

async function* document(input: Readable): AsyncGenerator<InputRecord> {
  const chunks: Buffer[] = [];
  for await (const part of input) chunks.push(Buffer.from(part as Uint8Array));
  const text = Buffer.concat(chunks).toString('utf8');
  const value = parsed(text);
  if (value === undefined) throw new UsageError('The input is not a JSON document.', { todo: 'For one event per line use --format ndjson.' });
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, each] of list.entries()) yield { place: `record ${index + 1}`, bytes: Buffer.from(JSON.stringify(each)), value: each };
}

async function* rows(input: Readable): AsyncGenerator<InputRecord> {
  const parser = input.pipe(parse({ columns: true, bom: true, skip_empty_lines: true, relax_column_count: true, info: true }));
  for await (const row of parser as AsyncIterable<{ record: Record<string, string>; info: { lines: number } }>) {
    yield { place: `line ${row.info.lines}`, bytes: undefined, value: row.record };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
