/** SQL with which Amazon Redshift reads the lake's tables through the same views: an external schema per layer, and late-binding views. */
import type { Databases } from '../constructs/lake-views/sql-file.ts';
import type { ViewDefinition } from '../constructs/lake-views/view.ts';

const LAYERS = ['silver', 'gold'] as const;
/** Redshift's own names of the schemas; Athena's views are no tables for it, so it has views of its own over the tables. */
const SCHEMAS: Databases = { silver: 'waybill_silver', gold: 'waybill_gold', ops: 'waybill_ops' };
const VIEW_SCHEMA = 'waybill';

/** `databases` may hold placeholders: the text is for people to run. */
export function redshiftSql(views: readonly ViewDefinition[], databases: Databases, roleArn: string): string {
  return [
    '-- Written by "npm run generate:analytics" from glue-scripts/sql/views; changes here are lost.',
    '-- Put in: the environment for <env>, the ARN of a role that may read the Glue catalog and the lake bucket for <role>.',
    '',
    ...LAYERS.map((layer) => `CREATE EXTERNAL SCHEMA IF NOT EXISTS ${SCHEMAS[layer]} FROM DATA CATALOG DATABASE '${databases[layer]}' IAM_ROLE '${roleArn}';`),
    `CREATE SCHEMA IF NOT EXISTS ${VIEW_SCHEMA};`,
    '',
    ...views.flatMap(viewSql),
  ].join('\n');
}

function viewSql({ name, description, columns, sql }: ViewDefinition): string[] {
  return [
    ...columns.map((column) => `-- ${column.name} ${column.type}: ${column.comment}`),
    `CREATE OR REPLACE VIEW ${VIEW_SCHEMA}.${name} AS`,
    sql(SCHEMAS),
    'WITH NO SCHEMA BINDING;',
    `COMMENT ON VIEW ${VIEW_SCHEMA}.${name} IS '${description.replaceAll('\'', '\'\'')}';`,
    '',
  ];
}
