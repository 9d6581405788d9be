/** Named queries of a work group. Their parameters stand in comments of the query itself, so they are known wherever it is deployed. */
import type { AthenaClient, NamedQuery } from '@aws-sdk/client-athena';
import { UsageError } from '../errors.ts';

export interface Parameter {
  readonly name: string;
  readonly kind: 'varchar' | 'bigint' | 'date' | 'timestamp';
  readonly meaning: string;
  readonly example: string;
}

export interface Named {
  readonly name: string;
  readonly description: string;
  readonly database: string;
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** AWS gives at most so many at once. */
const BATCH = 50;

/** By name. */
export async function listNamedQueries(client: AthenaClient, workGroup: string): Promise<Named[]> {
  const { BatchGetNamedQueryCommand, paginateListNamedQueries } = await import('@aws-sdk/client-athena');
  const found: Named[] = [];
  for await (const page of paginateListNamedQueries({ client, pageSize: BATCH }, { WorkGroup: workGroup })) {
    const ids = page.NamedQueryIds ?? [];
    if (ids.length === 0) continue;
    const answer = await client.send(new BatchGetNamedQueryCommand({ NamedQueryIds: ids }));
    found.push(...(answer.NamedQueries ?? []).map(readNamed));
  }
  return found.sort((one, other) => one.name.localeCompare(other.name));
}

function readNamed({ Name = '', Description = '', Database = '', QueryString = '' }: NamedQuery): Named {
  return { name: Name, description: Description, database: Database, sql: QueryString, parameters: readParameters(QueryString) };
}

const LINE = /^-- parameter (\w+): (varchar|bigint|date|timestamp) \| ([^|]+) \| (.+)$/gm;

export function readParameters(sql: string): Parameter[] {
  return [...sql.matchAll(LINE)].map(([, name = '', kind, meaning = '', example = '']) => ({ name, kind: kind as Parameter['kind'], meaning: meaning.trim(), example: example.trim() }));
}

/** What the user gave, as literals in the order of the question marks. @throws UsageError for a parameter that is missing, unknown or cannot be read */
export function literals(query: Pick<Named, 'name' | 'parameters'>, given: ReadonlyMap<string, string>): string[] {
  const known = query.parameters.map(({ name }) => name);
  const usage = `waybill query --named ${query.name}${query.parameters.map(({ name, example }) => ` --param ${name}='${example}'`).join('')}`;
  for (const name of given.keys()) {
    if (!known.includes(name)) throw new UsageError(`Query ${query.name} has no parameter "${name}".`, { todo: known.length === 0 ? 'It has none.' : `Allowed: ${known.join(', ')}. Example: ${usage}` });
  }
  return query.parameters.map((parameter) => {
    const value = given.get(parameter.name);
    if (value === undefined) throw new UsageError(`Query ${query.name} needs ${parameter.name} (${parameter.meaning}).`, { todo: `Example: ${usage}` });
    return literal(parameter, value);
  });
}

const SHAPES: Readonly<Record<Exclude<Parameter['kind'], 'varchar'>, RegExp>> = {
  bigint: /^-?\d{1,18}$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  timestamp: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?$/,
};

function literal({ name, kind, example }: Parameter, value: string): string {
  if (kind === 'varchar') return `'${value.replaceAll('\'', '\'\'')}'`;
  // 2026-11-01T06:00:00Z is what other commands print.
  const plain = kind === 'timestamp' ? value.replace('T', ' ').replace(/Z$/, '') : value;
  if (!SHAPES[kind].test(plain)) throw new UsageError(`--param ${name} got "${value}"; allowed: a ${kind}${kind === 'timestamp' ? ' in UTC' : ''}. Example: --param ${name}='${example}'`);
  return kind === 'bigint' ? plain : `${kind.toUpperCase()} '${plain}'`;
}
