/** What other tools read the lake with, as files of docs/analytics: written by bin/generate-analytics.ts, kept current by a test. */
import type { Databases } from '../constructs/lake-views/sql-file.ts';
import { viewDefinitions } from '../constructs/lake-views/lake-views.ts';
import { quickSightDataSets } from './quicksight.ts';
import { redshiftSql } from './redshift.ts';

const DATABASES: Databases = { silver: 'waybill_<env>_silver', gold: 'waybill_<env>_gold', ops: 'waybill_<env>_ops' };

/** Path below docs/analytics -> content. */
export function analyticsFiles(): ReadonlyMap<string, string> {
  const views = viewDefinitions();
  const dataSets = quickSightDataSets(views, DATABASES, { account: '<account>', dataSourceArn: '<data source>' });
  return new Map([
    ['redshift.sql', redshiftSql(views, DATABASES, '<role>')],
    ['quicksight-datasets.json', `${JSON.stringify(dataSets, null, 2)}\n`],
  ]);
}
