/** A view over the lake, as its file defines it, and as the Glue catalog keeps it for Athena. */
import { fail, headLine, type Databases, type SqlFile } from './sql-file.ts';

export interface ViewColumn {
  readonly name: string;
  /** Athena's type. */
  readonly type: string;
  readonly comment: string;
}

export interface ViewDefinition {
  readonly name: string;
  readonly layer: 'silver' | 'gold';
  readonly description: string;
  readonly columns: readonly ViewColumn[];
  readonly sql: (databases: Databases) => string;
}

/** Athena's types that views may have -> Glue's. Scalars only: Redshift and QuickSight read them as well. */
const HIVE: Readonly<Record<string, string>> = { varchar: 'string', bigint: 'bigint', integer: 'int', double: 'double', boolean: 'boolean', date: 'date', timestamp: 'timestamp' };

/** @throws SqlFileError that names the file and the line */
export function readView(file: SqlFile): ViewDefinition {
  const layer = headLine(file, 'database');
  if (layer !== 'silver' && layer !== 'gold') fail(file.name, `database is ${layer}; allowed: silver, gold`);
  return { name: file.name, layer, description: headLine(file, 'description'), columns: file.head('column').map((line) => readColumn(file.name, line)), sql: file.sql };
}

function readColumn(file: string, line: string): ViewColumn {
  const parts = /^(\w+): (\S+) \| (.+)$/.exec(line);
  const [, name = '', type = '', comment = ''] = parts ?? fail(file, `cannot read "-- column ${line}"; example: -- column lane: varchar | Origin and destination`);
  hiveType(file, type);
  return { name, type, comment };
}

export function hiveType(file: string, type: string): string {
  return HIVE[type] ?? (/^decimal\(\d+,\d+\)$/.test(type) ? type : fail(file, `type ${type} is not one of ${Object.keys(HIVE).join(', ')}, decimal(p,s)`));
}

/** Presto's own names: a timestamp without a precision is one of milliseconds. */
const prestoType = (type: string): string => (type === 'timestamp' ? 'timestamp(3)' : type);

/** TableInput of the Glue catalog: a virtual view whose text is Presto's JSON in base64, which is how Athena keeps its views. */
export function viewTableInput(view: ViewDefinition, databases: Databases): Readonly<Record<string, unknown>> {
  const document = {
    originalSql: view.sql(databases),
    catalog: 'awsdatacatalog',
    schema: databases[view.layer],
    columns: view.columns.map(({ name, type }) => ({ name, type: prestoType(type) })),
  };
  return {
    name: view.name,
    description: view.description,
    tableType: 'VIRTUAL_VIEW',
    parameters: { presto_view: 'true', comment: 'Presto View' },
    partitionKeys: [],
    storageDescriptor: { columns: view.columns.map(({ name, type, comment }) => ({ name, type: hiveType(view.name, type), comment })), location: '', serdeInfo: {} },
    viewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(document)).toString('base64')} */`,
    viewExpandedText: '/* Presto View */',
  };
}
