/** The contracts of a folder: every directory in it with a `contract.json` is one. Adding a data product is adding a directory. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ContractFileError, parseDescriptor } from './descriptor.ts';
import type { FileMistake } from './descriptor.ts';
import type { ContractDescriptor } from './model.ts';
import { dereference } from './schema/dereference.ts';
import type { JsonSchema } from './schema/json-schema.ts';
import { SchemaError } from './schema/json-schema.ts';
import { assertSupported } from './schema/supported.ts';

/** One schema of a contract, newest of its major. */
export interface CatalogSchema {
  readonly major: number;
  /** `x-version` of the schema, e.g. `1.0`. */
  readonly version: string;
  readonly file: string;
  readonly schema: JsonSchema;
}

export interface CatalogContract {
  readonly name: string;
  readonly directory: string;
  readonly descriptor: ContractDescriptor;
  /** Ascending by major; at least one. */
  readonly schemas: readonly CatalogSchema[];
}

export interface Catalog {
  readonly root: string;
  /** In the order of their names. */
  readonly contracts: readonly CatalogContract[];
}

/**
 * Reads and checks every contract under a folder.
 *
 * @throws ContractFileError or SchemaError with the file, the field, what stands there, what may stand there, and an example.
 */
export function readCatalog(root: string): Catalog {
  if (!existsSync(root)) throw new SchemaError(`No such folder of contracts: ${root}. Make one with: waybill contract new web-order --root ${root}`);
  const names = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, 'contract.json')))
    .map(({ name }) => name)
    .sort();
  return { root, contracts: names.map((name) => readContract(join(root, name))) };
}

/** Reads and checks the contract in a directory. @throws ContractFileError, SchemaError */
export function readContract(directory: string): CatalogContract {
  const file = join(directory, 'contract.json');
  const descriptor = parseDescriptor(readJson(file), file);
  if (descriptor.name !== basename(directory)) {
    throw new ContractFileError(file, [{ field: 'name', got: descriptor.name, allowed: 'the name of its directory', example: basename(directory) }]);
  }
  const schemas = readdirSync(directory)
    .map((name) => ({ name, major: Number(/^v([1-9]\d*)\.schema\.json$/.exec(name)?.[1] ?? 0) }))
    .filter(({ major }) => major > 0)
    .sort((one, other) => one.major - other.major)
    .map(({ name, major }) => readSchema(join(directory, name), { major, descriptor }));
  if (schemas.length === 0) throw new SchemaError(`${directory} has no schema. Write its first version: ${join(directory, 'v1.schema.json')}`);
  return { name: descriptor.name, directory, descriptor, schemas };
}

/** @throws SchemaError naming the file and where its JSON ends to make sense. */
export function readJson(file: string): unknown {
  if (!existsSync(file)) throw new SchemaError(`No such file: ${file}`);
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SchemaError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function readSchema(file: string, of: { readonly major: number; readonly descriptor: ContractDescriptor }): CatalogSchema {
  const schema = parseSchema(file);
  const mistakes = schemaMistakes(schema, of);
  if (mistakes.length > 0) throw new ContractFileError(file, mistakes);
  return { major: of.major, version: schema['x-version'] ?? `${of.major}.0`, file, schema };
}

/** A schema file, within what contracts support. @throws SchemaError naming the file and the place in it. */
export function parseSchema(file: string): JsonSchema {
  const schema = readJson(file) as JsonSchema;
  try {
    assertSupported(schema);
    dereference(schema);
  } catch (error) {
    throw new SchemaError(`${file}, ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return schema;
}

/** What the platform itself needs of a schema: a version, an event that says its version, and the fields the descriptor names. */
function schemaMistakes(schema: JsonSchema, { major, descriptor }: { readonly major: number; readonly descriptor: ContractDescriptor }): FileMistake[] {
  const mistakes: FileMistake[] = [];
  const expect = (holds: boolean, mistake: FileMistake): void => void (holds || mistakes.push(mistake));
  const version = schema['x-version'];
  const properties = dereference(schema).properties ?? {};
  expect(typeof version === 'string' && new RegExp(`^${major}\\.(0|[1-9]\\d*)$`).test(version), { field: 'x-version', got: version, allowed: `${major}.<minor>`, example: `${major}.0` });
  expect(schema.type === 'object', { field: 'type', got: schema.type, allowed: '"object"', example: 'object' });
  expect(schema.required?.includes('schemaVersion') === true, { field: 'required', got: schema.required, allowed: 'a list with "schemaVersion"', example: ['schemaVersion'] });
  const named = [['entityKey', descriptor.entityKey], ['eventTime', descriptor.eventTime], ...descriptor.identity.map((field) => ['identity', field] as const)] as const;
  for (const [where, field] of [['(the platform)', 'schemaVersion'] as const, ...named]) {
    expect(properties[field] !== undefined, { field: `properties.${field}`, got: undefined, allowed: `the field that ${where} names`, example: { type: 'string' } });
  }
  return mistakes;
}
