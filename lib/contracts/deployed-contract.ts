import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { readCatalog } from '../../contracts/catalog.ts';
import type { CatalogContract } from '../../contracts/catalog.ts';
import { renderContracts } from '../../contracts/generate/generate-contracts.ts';
import { lakeModel } from '../../contracts/lake/lake-model.ts';
import type { ContractDescriptor } from '../../contracts/model.ts';
import { findInCache, pruneCache } from '../cache/prune-cache.ts';
import { PROJECT_ROOT } from '../constructs/bundled-function/bundle-handler.ts';

/** One contract as the stacks need it. */
export interface DeployedContract {
  readonly descriptor: ContractDescriptor;
  /** One per major version, ascending: what the registry holds. */
  readonly schemas: readonly { readonly major: number; readonly text: string }[];
  /** Its events have a table in silver; the others stay in bronze. */
  readonly hasTable: boolean;
  /** File that exports the contract for handlers to bundle. */
  readonly runtimeFile: string;
}

/** Generated code lies here, named by its content. */
const GENERATED = join(PROJECT_ROOT, '.cache', 'contracts');

/**
 * The contracts of a folder, ours or anyone's. Their validators are generated anew at every synth, so that what is
 * deployed is always what the schemas say, also in a folder that has no generated files of its own.
 *
 * @throws SchemaError, ContractFileError with the file and the field.
 */
export function loadContracts(root: string): readonly DeployedContract[] {
  const directory = generate(root);
  return readCatalog(root).contracts.map((contract) => ({
    descriptor: contract.descriptor,
    schemas: schemasOf(contract),
    hasTable: existsSync(join(contract.directory, 'table.json')),
    runtimeFile: join(directory, contract.name, 'runtime.ts'),
  }));
}

/** The lake as the contracts of a folder declare it: what the Spark jobs read. */
export const loadLakeModel = (root: string): string => `${JSON.stringify(lakeModel(readCatalog(root)), undefined, 2)}\n`;

function schemasOf({ schemas }: CatalogContract): DeployedContract['schemas'] {
  return schemas.map(({ major, schema }) => ({ major, text: JSON.stringify(schema) }));
}

/** Written beside and renamed: a second synth at the same time finds the whole folder or none. */
function generate(root: string): string {
  const planned = join(GENERATED, 'planned');
  const files = [...renderContracts({ root, out: planned })].map(([file, text]) => [relative(planned, file), text] as const);
  const directory = join(GENERATED, createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16));
  if (findInCache(directory)) return directory;
  const unfinished = `${directory}.${process.pid}`;
  for (const [file, text] of files) {
    mkdirSync(dirname(join(unfinished, file)), { recursive: true });
    writeFileSync(join(unfinished, file), text);
  }
  moveUnlessThere(unfinished, directory);
  pruneCache(GENERATED);
  return directory;
}

function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    rmSync(from, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}
