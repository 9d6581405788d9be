/** A contract's table against the one that was published: may readers of the lake go on? Columns may be added (nullable) and widened, nothing else. */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogContract } from '../catalog.ts';
import { readContract, readJson } from '../catalog.ts';
import { isWidened } from '../lake/column-type.ts';
import type { LakeTable } from '../lake/lake-model.ts';
import { lakeTable } from '../lake/lake-model.ts';
import type { TableFile } from '../lake/table-file.ts';
import { readTable, tableFileOf } from '../lake/table-file.ts';
import { SchemaError } from '../schema/json-schema.ts';

export interface TableCheck {
  /** What breaks readers, each with what to do; empty when nothing does. */
  readonly problems: readonly string[];
  /** Whether the file differs from its published copy, or has none. */
  readonly isNew: boolean;
}

const publishedFile = (directory: string): string => join(directory, 'released', 'table.json');

/** undefined for a contract that never had a table. @throws ContractFileError, SchemaError */
export function checkTable(contract: CatalogContract): TableCheck | undefined {
  const table = readTable(contract);
  const copy = publishedFile(contract.directory);
  if (!existsSync(copy)) return table === undefined ? undefined : { problems: [], isNew: true };
  if (table === undefined) return { problems: [`table.json is gone, but its table is published: readers would lose it. Bring it back from ${copy}.`], isNew: false };
  const breaks = breakingChanges(lakeTable(readJson(copy) as TableFile, contract), lakeTable(table, contract));
  const problems = breaks.length === 0 ? [] : [`table.json breaks the published table ${table.name}:\n${breaks.map((text) => `  ${text}`).join('\n')}`];
  return { problems, isNew: readFileSync(copy, 'utf8') !== readFileSync(tableFileOf(contract), 'utf8') };
}

function breakingChanges(before: LakeTable, after: LakeTable): string[] {
  const renamed = before.name === after.name ? [] : [`name   ${before.name} became ${after.name}: queries name the table. Keep the name.`];
  const now = new Map(after.columns.map((column) => [column.name, column]));
  const changed = before.columns.flatMap(({ name, type, required }): string[] => {
    const column = now.get(name);
    if (column === undefined) return [`${name}   is gone or renamed: keep the column, add the new one beside it.`];
    return [
      ...(isWidened(type, column.type) ? [] : [`${name}   ${type} became ${column.type}: only int to long and more digits of a decimal are wider. Keep the type, add a column beside it.`]),
      ...(column.required && !required ? [`${name}   became required: rows of the past have none. Leave "required" out.`] : []),
    ];
  });
  const old = new Set(before.columns.map(({ name }) => name));
  const added = after.columns.filter(({ name, required }) => required && !old.has(name)).map(({ name }) => `${name}   is new and required: rows of the past have none. Set "required": false.`);
  return [...renamed, ...changed, ...added];
}

/** Publishes the table of the contract in a directory: later changes are compared with this copy. @throws SchemaError when it breaks the published one */
export function publishTable(directory: string): string {
  const contract = readContract(directory);
  const check = checkTable(contract);
  if (check === undefined) throw new SchemaError(`${directory} has no table.json to publish.`);
  if (check.problems.length > 0) throw new SchemaError(`The table cannot be published:\n${check.problems.join('\n')}`);
  mkdirSync(join(directory, 'released'), { recursive: true });
  copyFileSync(tableFileOf(contract), publishedFile(directory));
  return publishedFile(directory);
}
