/** Datasets of Amazon QuickSight over the views, as its CreateDataSet takes them: `aws quicksight create-data-set --cli-input-json …`. */
import type { Databases } from '../constructs/lake-views/sql-file.ts';
import type { ViewColumn, ViewDefinition } from '../constructs/lake-views/view.ts';

export interface QuickSightPlaces {
  readonly account: string;
  /** ARN of a data source of type Athena that uses the environment's work group. */
  readonly dataSourceArn: string;
}

const TYPES: Readonly<Record<string, string>> = { varchar: 'STRING', bigint: 'INTEGER', integer: 'INTEGER', double: 'DECIMAL', boolean: 'BIT', date: 'DATETIME', timestamp: 'DATETIME' };

export const quickSightDataSets = (views: readonly ViewDefinition[], databases: Databases, places: QuickSightPlaces): object[] => views.map((view) => dataSet(view, databases, places));

function dataSet({ name, layer, description, columns }: ViewDefinition, databases: Databases, { account, dataSourceArn }: QuickSightPlaces): object {
  return {
    AwsAccountId: account,
    DataSetId: `waybill-${name.replaceAll('_', '-')}`,
    Name: `${name}: ${description}`.slice(0, 128),
    ImportMode: 'DIRECT_QUERY',
    PhysicalTableMap: { view: { RelationalTable: { DataSourceArn: dataSourceArn, Catalog: 'AwsDataCatalog', Schema: databases[layer], Name: name, InputColumns: columns.map((column) => ({ Name: column.name, Type: typeOf(column) })) } } },
    LogicalTableMap: { described: { Alias: name, Source: { PhysicalTableId: 'view' }, DataTransforms: columns.map((column) => ({ TagColumnOperation: { ColumnName: column.name, Tags: [{ ColumnDescription: { Text: column.comment } }] } })) } },
  };
}

const typeOf = ({ type }: ViewColumn): string => TYPES[type] ?? 'DECIMAL';
