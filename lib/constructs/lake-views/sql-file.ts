/** SQL files of the lake (glue-scripts/sql): comment lines at the head say what the statement is, the rest is the statement. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const SQL = join(import.meta.dirname, '..', '..', '..', 'glue-scripts', 'sql');

export type Layer = 'silver' | 'gold' | 'ops';
/** Name of the database of each layer. */
export type Databases = Readonly<Record<Layer, string>>;

export interface SqlFile {
  /** Name of the file without its ending. */
  readonly name: string;
  /** Values of a head line, in order: `-- <key>: <value>`, or `-- <key> <rest>`. */
  readonly head: (key: string) => readonly string[];
  /** The statement with names of databases in the places of `{silver}`, `{gold}`, `{ops}`. */
  readonly sql: (databases: Databases) => string;
}

/** A file whose head lacks something, or says something that nobody reads. */
export class SqlFileError extends Error {
  override readonly name = 'SqlFileError';
}

/** All files of a folder, by name. */
export function sqlFiles(folder: 'views' | 'named'): SqlFile[] {
  const files = readdirSync(join(SQL, folder)).filter((file) => file.endsWith('.sql')).sort();
  return files.map((file) => parseSqlFile(basename(file, '.sql'), readFileSync(join(SQL, folder, file), 'utf8')));
}

export function parseSqlFile(name: string, text: string): SqlFile {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('-- '));
  const head = lines.slice(0, end).map((line) => /^-- (\w+)(?::| ) *(.*)$/.exec(line) ?? fail(name, `cannot read the line "${line}"`));
  const statement = lines.slice(end).join('\n').trim();
  return {
    name,
    head: (key) => head.filter((line) => line[1] === key).map((line) => line[2] ?? ''),
    sql: (databases) => statement.replaceAll(/\{(\w+)\}/g, (place, layer: string) => (layer in databases ? databases[layer as Layer] : fail(name, `there is no layer ${place}; allowed: {silver}, {gold}, {ops}`))),
  };
}

/** The one value of a head line. */
export function headLine(file: SqlFile, key: string): string {
  const [value, ...more] = file.head(key);
  if (value === undefined || value === '' || more.length > 0) fail(file.name, `needs one line "-- ${key}: …"`);
  return value;
}

export function fail(name: string, what: string): never {
  throw new SqlFileError(`glue-scripts/sql/…/${name}.sql: ${what}.`);
}
