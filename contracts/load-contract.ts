/** A contract straight from its directory, without generated code: for tools that look at contracts of any folder. Handlers bundle generated code instead. */
import { readContract } from './catalog.ts';
import type { CatalogContract } from './catalog.ts';
import { validatorOf } from './generate/compile-validator.ts';
import { sentinelsIn } from './lake/quality-file.ts';
import type { ContractRuntime } from './model.ts';

/** @throws ContractFileError, SchemaError */
export const loadContract = (directory: string): ContractRuntime => runtimeOf(readContract(directory));

/** The runtime form of a contract that was read: its validators are compiled here and now. @throws SchemaError */
export function runtimeOf({ descriptor, directory, schemas }: CatalogContract): ContractRuntime {
  const versions = schemas.map(({ major, version, schema }) => ({ major, version, validate: validatorOf({ schema, hidden: descriptor.personalData }) }));
  const sentinels = sentinelsIn(directory);
  return { descriptor, versions, ...(sentinels === undefined ? {} : { sentinels }) };
}
