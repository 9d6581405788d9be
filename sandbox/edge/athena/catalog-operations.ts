/** Athena's view of the Glue catalog: databases and tables by its own operations. */
import { asObject, textOf } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import { type ControlClient, ControlError } from '../control-client.ts';
import { AthenaRequestError } from './errors.ts';

const CATALOG = 'AwsDataCatalog';

export async function getDatabase(control: ControlClient, input: JsonObject): Promise<JsonObject> {
  checkCatalog(input);
  const answer = await glue(control, 'GetDatabase', { Name: input['DatabaseName'] });
  return { Database: describeDatabase(asObject(answer['Database'])) };
}

export async function listDatabases(control: ControlClient, input: JsonObject): Promise<JsonObject> {
  checkCatalog(input);
  const answer = await glue(control, 'GetDatabases', {});
  return { DatabaseList: listOf(answer['DatabaseList']).map(describeDatabase) };
}

export async function getTableMetadata(control: ControlClient, input: JsonObject): Promise<JsonObject> {
  checkCatalog(input);
  const answer = await glue(control, 'GetTable', { DatabaseName: input['DatabaseName'], Name: input['TableName'] });
  return { TableMetadata: describeTable(asObject(answer['Table'])) };
}

export async function listTableMetadata(control: ControlClient, input: JsonObject): Promise<JsonObject> {
  checkCatalog(input);
  const answer = await glue(control, 'GetTables', { DatabaseName: input['DatabaseName'], ...(input['Expression'] === undefined ? {} : { Expression: input['Expression'] }) });
  return { TableMetadataList: listOf(answer['TableList']).map(describeTable) };
}

function checkCatalog(input: JsonObject): void {
  const name = textOf(input['CatalogName'], CATALOG);
  if (name.toLowerCase() !== CATALOG.toLowerCase()) throw new AthenaRequestError(`Data Catalog ${name} is not found. There is one: ${CATALOG}.`, 'MetadataException');
}

async function glue(control: ControlClient, operation: string, input: object): Promise<JsonObject> {
  try {
    return await control.json('glue', `AWSGlue.${operation}`, input);
  } catch (error) {
    if (error instanceof ControlError && error.code === 'EntityNotFoundException') throw new AthenaRequestError(error.message, 'MetadataException');
    throw error;
  }
}

const describeDatabase = (database: JsonObject): JsonObject => ({ Name: database['Name'], Description: textOf(database['Description']), Parameters: asObject(database['Parameters']) });

function describeTable(table: JsonObject): JsonObject {
  const storage = asObject(table['StorageDescriptor']);
  return {
    Name: table['Name'],
    TableType: table['TableType'],
    CreateTime: seconds(table['CreateTime']),
    Columns: listOf(storage['Columns']).map(describeColumn),
    PartitionKeys: listOf(table['PartitionKeys']).map(describeColumn),
    Parameters: asObject(table['Parameters']),
  };
}

const describeColumn = (column: JsonObject): JsonObject => ({ Name: column['Name'], Type: column['Type'], ...(column['Comment'] === undefined ? {} : { Comment: column['Comment'] }) });

const seconds = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) / 1000 : Number(value));

const listOf = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.map(asObject) : []);
