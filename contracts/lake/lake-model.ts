/** The lake as the contracts declare it: what the jobs, the catalog's tables and the dictionary are made from (`contracts/generated/lake.json`). */
import type { Catalog, CatalogContract } from '../catalog.ts';
import { dereference } from '../schema/dereference.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import type { PlatformColumn } from './platform-columns.ts';
import { PLATFORM_COLUMNS } from './platform-columns.ts';
import { fieldAt } from './schema-field.ts';
import type { ColumnFile, TableFile } from './table-file.ts';
import { isAlwaysThere, readTable } from './table-file.ts';
import type { GoldFile } from './gold-file.ts';
import { readGold } from './gold-file.ts';
import type { QualityFile } from './quality-file.ts';
import { readQuality } from './quality-file.ts';

/** Values outside are of weight `range`: they become null in silver. */
export interface ColumnRange {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

export interface LakeColumn {
  readonly name: string;
  readonly type: string;
  /** JSON pointers: the first that is present gives the value. */
  readonly from: readonly string[];
  /** Whether every row has it. */
  readonly required: boolean;
  readonly description: string;
  readonly personal: boolean;
  readonly range?: ColumnRange;
  /** JSON pointers of fields without which the value counts as absent (a latitude without a longitude). */
  readonly onlyWith?: readonly string[];
}

export interface LakeTable {
  readonly name: string;
  readonly description: string;
  /** Its own columns; every events table has the platform's too. */
  readonly columns: readonly LakeColumn[];
  /** Where the platform's event_time comes from. */
  readonly eventTimeFrom: readonly string[];
  /** Where published_time comes from; empty when events do not say. */
  readonly publishedTimeFrom: readonly string[];
  readonly partition: readonly string[];
  readonly sort: readonly string[];
}

export interface LakeContract {
  readonly name: string;
  readonly owner: string;
  readonly majors: readonly number[];
  /** Newest version of each major. */
  readonly versions: Readonly<Record<string, string>>;
  readonly identity: readonly string[];
  readonly entityKey: string;
  readonly eventTime: string;
  readonly content: readonly string[];
  readonly freshnessMinutes: number;
  readonly table: LakeTable;
  /** null: nothing is asked of its rows beyond the contract. */
  readonly quality: QualityFile | null;
  /** null: no declared tables. */
  readonly gold: GoldFile | null;
}

export interface LakeModel {
  /** Contracts with a table, by name. */
  readonly contracts: readonly LakeContract[];
  readonly platformColumns: readonly PlatformColumn[];
}

/** @throws ContractFileError, SchemaError when a file of a contract is wrong */
export function lakeModel(catalog: Catalog): LakeModel {
  return { contracts: catalog.contracts.flatMap((contract) => lakeContract(contract) ?? []), platformColumns: PLATFORM_COLUMNS };
}

/** undefined for a contract without table.json: its events stay in bronze. */
export function lakeContract(contract: CatalogContract): LakeContract | undefined {
  const table = readTable(contract);
  if (table === undefined) return undefined;
  const columns = new Set([...table.columns, ...PLATFORM_COLUMNS].map((column) => column.name));
  const { name, owner, identity, entityKey, eventTime, content, freshnessMinutes } = contract.descriptor;
  return {
    name,
    owner,
    majors: contract.schemas.map(({ major }) => major),
    versions: Object.fromEntries(contract.schemas.map(({ major, version }) => [String(major), version])),
    identity,
    entityKey,
    eventTime,
    content,
    freshnessMinutes,
    table: lakeTable(table, contract),
    quality: readQuality(contract, columns) ?? null,
    gold: readGold(contract, columns) ?? null,
  };
}

/** The table with all that the file leaves out. */
export function lakeTable(table: TableFile, { schemas, descriptor }: CatalogContract): LakeTable {
  const wholes = schemas.map(({ schema }) => dereference(schema));
  const published = wholes.some((schema) => fieldAt(schema, '/publishedTime') !== undefined) ? ['/publishedTime'] : [];
  return {
    name: table.name,
    description: table.description,
    columns: table.columns.map((column) => lakeColumn(column, { wholes, personalData: descriptor.personalData })),
    eventTimeFrom: table.eventTimeFrom ?? [`/${descriptor.eventTime}`],
    publishedTimeFrom: table.publishedTimeFrom ?? published,
    partition: table.partition ?? ['days(event_time)'],
    sort: table.sort ?? ['event_time'],
  };
}

const RANGE_KEYWORDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'] as const;

/** What the file leaves out comes from the newest schema that has the field. */
function lakeColumn(column: ColumnFile, { wholes, personalData }: { readonly wholes: readonly JsonSchema[]; readonly personalData: readonly string[] }): LakeColumn {
  const [first = ''] = column.from;
  const field = wholes.toReversed().map((schema) => fieldAt(schema, first)).find((found) => found !== undefined);
  const range = field?.severity === 'range' ? Object.fromEntries(RANGE_KEYWORDS.flatMap((keyword) => (field.schema[keyword] === undefined ? [] : [[keyword, field.schema[keyword]]]))) : {};
  const beside = first.slice(0, first.lastIndexOf('/'));
  const onlyWith = (field?.onlyWith ?? []).map((name) => `${beside}/${name}`);
  return {
    name: column.name,
    type: column.type,
    from: column.from,
    required: column.required ?? isAlwaysThere(column.from, wholes),
    description: column.description ?? field?.schema.description ?? '',
    personal: column.from.some((pointer) => personalData.some((personal) => `${pointer}/`.startsWith(`${personal}/`) || `${personal}/`.startsWith(`${pointer}/`))),
    ...(Object.keys(range).length === 0 ? {} : { range }),
    ...(onlyWith.length === 0 ? {} : { onlyWith }),
  };
}
