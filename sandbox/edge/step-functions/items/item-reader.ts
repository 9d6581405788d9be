/** ItemReader of a distributed map: a listing of objects, or one object with a JSON array, JSON lines or CSV. */
import { parse } from 'csv-parse/sync';
import { asObject, type JsonObject } from '../../../json.ts';
import type { ItemReader } from '../definition/types.ts';
import { StatesError } from '../errors.ts';
import { evaluate, evaluateAs, type Evaluator } from '../expressions/evaluate.ts';
import type { ServiceCalls } from '../run/host.ts';
import { orAborted } from '../run/time.ts';

export const READER_RESOURCES = ['arn:aws:states:::s3:listObjectsV2', 'arn:aws:states:::s3:getObject'];
export const INPUT_TYPES = ['JSON', 'JSONL', 'CSV'];
const DELIMITERS: Readonly<Record<string, string>> = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' };

export interface ReaderTools {
  readonly evaluator: Evaluator;
  readonly calls: ServiceCalls;
  readonly signal: AbortSignal;
}

/** @throws StatesError `States.ItemReaderFailed` when the source cannot be read */
export async function readItems(reader: ItemReader, tools: ReaderTools): Promise<unknown[]> {
  const { evaluator, signal } = tools;
  const args = asObject(await evaluate(reader.Arguments ?? {}, 'ItemReader/Arguments', evaluator));
  const config = reader.ReaderConfig ?? {};
  const given = config.MaxItems === undefined ? 0 : await evaluateAs('number', config.MaxItems, 'ItemReader/ReaderConfig/MaxItems', evaluator);
  const most = given > 0 ? given : Infinity;
  try {
    const items = reader.Resource.endsWith(':s3:listObjectsV2') ? await listObjects(args, most, tools) : parseItems(await readObject(args, tools), config);
    return items.slice(0, most);
  } catch (error) {
    signal.throwIfAborted();
    throw new StatesError('States.ItemReaderFailed', error instanceof Error ? error.message : String(error));
  }
}

async function listObjects(args: JsonObject, most: number, { calls, signal }: ReaderTools): Promise<unknown[]> {
  const items: unknown[] = [];
  let token: unknown;
  do {
    const page = await orAborted(calls.call('s3', 'ListObjectsV2', token === undefined ? args : { ...args, ContinuationToken: token }), signal);
    const objects = Array.isArray(page['Contents']) ? page['Contents'].map(asObject) : [];
    for (const { ETag, Key, LastModified, Size, StorageClass } of objects) {
      items.push({ Etag: ETag, Key, LastModified: Math.floor(Date.parse(String(LastModified)) / 1000), Size, StorageClass: StorageClass ?? 'STANDARD' });
    }
    token = page['NextContinuationToken'];
  } while (token !== undefined && items.length < most);
  return items;
}

async function readObject(args: JsonObject, { calls, signal }: ReaderTools): Promise<string> {
  const { Body: body } = await orAborted(calls.call('s3', 'GetObject', args), signal);
  return String(body);
}

/** @throws Error when the text is not what the reader's configuration says */
export function parseItems(text: string, config: NonNullable<ItemReader['ReaderConfig']>): unknown[] {
  switch (config.InputType ?? 'JSON') {
    case 'JSONL':
      return text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as unknown);
    case 'CSV':
      return parse(text, { columns: config.CSVHeaderLocation === 'GIVEN' ? [...(config.CSVHeaders ?? [])] : true, delimiter: DELIMITERS[config.CSVDelimiter ?? 'COMMA'] ?? ',', bom: true, skip_empty_lines: true, relax_column_count: true });
    default: {
      const value = pointed(JSON.parse(text), config.ItemsPointer);
      if (!Array.isArray(value)) throw new Error('Attempting to map over non-iterable node.');
      return value as unknown[];
    }
  }
}

/** RFC 6901. */
function pointed(value: unknown, pointer = ''): unknown {
  const keys = pointer.split('/').slice(1).map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>((found, key) => (Array.isArray(found) ? (found[Number(key)] as unknown) : asObject(found)[key]), value);
}
