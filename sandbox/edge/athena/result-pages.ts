/** Pages of a result, read from its object in S3 by ranges: nothing of a result stays in memory, and a restart changes nothing. */
import { asObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import type { ControlClient } from '../control-client.ts';
import { AthenaRequestError } from './errors.ts';

const CHUNK_BYTES = 1 << 20;
/** A row longer than this cannot be given. */
const LONGEST_ROW = 64 << 20;
const [QUOTE, COMMA, NEWLINE] = [0x22, 0x2c, 0x0a];

export interface Page {
  readonly rows: readonly (readonly (string | undefined)[])[];
  /** Byte offset of the next row, when there is one. */
  readonly next: number | undefined;
}

/** The columns that were noted beside the result. */
export async function readColumns(control: ControlClient, output: string): Promise<readonly JsonObject[]> {
  const reply = await control.send({ service: 's3', method: 'GET', path: pathOf(`${output}.metadata`) });
  if (reply.status !== 200) throw missing(output);
  const { columns } = asObject(JSON.parse(reply.body.toString('utf8')));
  return Array.isArray(columns) ? columns.map(asObject) : [];
}

/** Up to `limit` rows from byte `offset` on. @throws AthenaRequestError when the object is gone */
export async function readPage(control: ControlClient, output: string, from: { offset: number; limit: number }): Promise<Page> {
  const isCsv = output.endsWith('.csv');
  for (let size = CHUNK_BYTES; size <= LONGEST_ROW; size *= 4) {
    const { bytes, total } = await readRange(control, output, from.offset, size);
    const { rows, used } = isCsv ? csvRows(bytes, from.limit) : textRows(bytes, from.limit);
    const end = from.offset + used;
    if (rows.length > 0 || end >= total) return { rows, next: end < total ? end : undefined };
  }
  throw new AthenaRequestError(`A row of ${output} is longer than ${LONGEST_ROW} bytes.`);
}

async function readRange(control: ControlClient, output: string, offset: number, size: number): Promise<{ bytes: Buffer; total: number }> {
  const range = { range: `bytes=${offset}-${offset + size - 1}` };
  const reply = await control.send({ service: 's3', method: 'GET', path: pathOf(output), headers: range });
  // An empty object has no first byte.
  if (reply.status === 416) return { bytes: Buffer.alloc(0), total: offset };
  if (reply.status !== 200 && reply.status !== 206) throw missing(output);
  const total = /\/(\d+)$/.exec(reply.headers['content-range'] ?? '')?.[1];
  return { bytes: reply.body, total: total === undefined ? offset + reply.body.length : Number(total) };
}

const missing = (output: string): AthenaRequestError => new AthenaRequestError(`Could not find results: ${output} does not exist any more.`);

const pathOf = (location: string): string => `/${location.slice('s3://'.length).split('/').map(encodeURIComponent).join('/')}`;

interface Parsed {
  readonly rows: (string | undefined)[][];
  /** Bytes of the rows that are complete. */
  readonly used: number;
}

/** Rows of a CSV in which each cell is quoted and NULL is nothing at all. */
export function csvRows(bytes: Buffer, limit: number): Parsed {
  const rows: (string | undefined)[][] = [];
  let row: (string | undefined)[] = [];
  let [used, cell, quoted] = [0, 0, false];
  for (let at = 0; at < bytes.length && rows.length < limit; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) quoted = !quoted;
    if (quoted || (byte !== COMMA && byte !== NEWLINE)) continue;
    row.push(cellOf(bytes.subarray(cell, at)));
    cell = at + 1;
    if (byte !== NEWLINE) continue;
    rows.push(row);
    row = [];
    used = cell;
  }
  return { rows, used };
}

const cellOf = (bytes: Buffer): string | undefined => (bytes.length === 0 ? undefined : bytes.toString('utf8', 1, bytes.length - 1).replaceAll('""', '"'));

/** Lines of the catalog's answers: each is one cell. */
export function textRows(bytes: Buffer, limit: number): Parsed {
  const rows: string[][] = [];
  let used = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0 && rows.length < limit; end = bytes.indexOf(NEWLINE, used)) {
    rows.push([bytes.toString('utf8', used, end)]);
    used = end + 1;
  }
  return { rows, used };
}
