/** A named query, as its file defines it: what it answers, and what its `?` stand for. */
import { fail, headLine, type Databases, type SqlFile } from '../lake-views/sql-file.ts';

export interface NamedQuery {
  readonly name: string;
  readonly description: string;
  /** The statement. Parameters stand as comments above it, where people and the command line read them. */
  readonly sql: (databases: Databases) => string;
}

/** Kinds of parameters; the command line writes each as a literal. */
const KINDS = ['varchar', 'bigint', 'date', 'timestamp'];

/** @throws SqlFileError that names the file and the line */
export function readNamedQuery(file: SqlFile): NamedQuery {
  const parameters = file.head('parameter');
  for (const line of parameters) {
    const kind = /^\w+: (\w+) \| [^|]+ \| [^|]+$/.exec(line)?.[1];
    if (kind === undefined || !KINDS.includes(kind)) fail(file.name, `cannot read "-- parameter ${line}"; example: -- parameter lane: varchar | the lane | NLRTM-USCHI. Kinds: ${KINDS.join(', ')}`);
  }
  return {
    name: file.name,
    description: headLine(file, 'description'),
    sql: (databases) => [...parameters.map((line) => `-- parameter ${line}`), file.sql(databases)].join('\n'),
  };
}
