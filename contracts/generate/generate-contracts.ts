/** Everything that follows from the contracts of a folder: validators, types, runtime descriptors, the lake's model and dictionary pages. Works for any folder. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { CatalogContract, CatalogSchema } from '../catalog.ts';
import { readCatalog } from '../catalog.ts';
import { pascal } from '../platform-names.ts';
import { sentinelsIn } from '../lake/quality-file.ts';
import { dereference } from '../schema/dereference.ts';
import { SchemaError } from '../schema/json-schema.ts';
import { validatorCode } from './compile-validator.ts';
import { decoderCode } from './decoder/decoder-code.ts';
import { renderDictionary } from './render-dictionary.ts';
import { renderLake } from './render-lake.ts';
import { renderTypes } from './render-types.ts';

export interface GenerateOptions {
  /** Folder whose directories are contracts. */
  readonly root: string;
  /** Folder for the generated code, one directory per contract. */
  readonly out: string;
  /** Folder for the dictionary pages; none are made when absent. */
  readonly docs?: string;
  /** Folder for the Python types of events; none are made when absent. */
  readonly python?: string;
}

/** Names of files that differ from what the contracts say, with what differs. */
export interface Drift {
  readonly file: string;
  readonly problem: 'missing' | 'differs' | 'no contract has it';
}

const CONTRACTS = resolve(import.meta.dirname, '..');
/** How every generated file begins, in one comment or the other. */
const GENERATED = /^(?:\/\/ @ts-nocheck\n)?(?:\/\/|<!--|#) Generated from /;
const HEADER = (contract: string, file: string): string => `// Generated from the contract ${contract} (${file}): do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts\n`;

/** Writes all generated files of a folder of contracts; answers their names. @throws ContractFileError, SchemaError */
export function generateContracts(options: GenerateOptions): readonly string[] {
  const files = renderContracts(options);
  for (const stale of staleFiles(options, files)) rmSync(stale);
  for (const [file, text] of files) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return [...files.keys()];
}

/** Compares what is written with what the contracts say now. Empty: nothing to do. */
export function findDrift(options: GenerateOptions): readonly Drift[] {
  const files = renderContracts(options);
  const written = [...files].flatMap(([file, text]): Drift[] => {
    if (!existsSync(file)) return [{ file, problem: 'missing' }];
    return readFileSync(file, 'utf8') === text ? [] : [{ file, problem: 'differs' }];
  });
  return [...written, ...staleFiles(options, files).map((file): Drift => ({ file, problem: 'no contract has it' }))];
}

/** The text of every generated file, by absolute name. */
export function renderContracts({ root, out, docs, python }: GenerateOptions): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const model = modelFor(resolve(out));
  if (model.copy !== undefined) files.set(join(resolve(out), 'model.ts'), model.copy);
  const catalog = readCatalog(root);
  for (const [file, text] of renderLake(catalog, { out, ...(python === undefined ? {} : { python }) })) files.set(file, text);
  for (const contract of catalog.contracts) {
    const directory = join(resolve(out), contract.name);
    for (const [name, text] of renderContract(contract, model.importedAs)) files.set(join(directory, name), text);
    if (docs !== undefined) files.set(join(resolve(docs), `${contract.name}.md`), renderDictionary(contract));
  }
  return files;
}

/** Beside our own contracts the types are at hand; anywhere else the generated code carries a copy, so that it stands alone. */
function modelFor(out: string): { readonly importedAs: string; readonly copy?: string } {
  if (dirname(out) === CONTRACTS) return { importedAs: '../../model.ts' };
  return { importedAs: '../model.ts', copy: readFileSync(join(CONTRACTS, 'model.ts'), 'utf8') };
}

function renderContract(contract: CatalogContract, model: string): [string, string][] {
  const decoders = new Map(contract.schemas.map((version) => [version.major, decoderOf(contract, version)]));
  const versions = contract.schemas.flatMap((version): [string, string][] => [
    [`v${version.major}.types.ts`, HEADER(contract.name, `v${version.major}.schema.json`) + renderTypes(dereference(version.schema), typeName(contract, version))],
    [`v${version.major}.validate.ts`, `// @ts-nocheck\n${HEADER(contract.name, `v${version.major}.schema.json`)}${validatorOf(contract, version)}`],
    ...decoderFile(contract, version, decoders.get(version.major)),
  ]);
  return [...versions, ['runtime.ts', renderRuntime(contract, model, (major) => decoders.get(major) !== undefined)]];
}

/** A contract whose rules are not all judged in place has none; its events go the full way. */
function decoderFile({ name }: CatalogContract, { major }: CatalogSchema, code: string | undefined): [string, string][] {
  return code === undefined ? [] : [[`v${major}.decode.ts`, `// @ts-nocheck\n${HEADER(name, `v${major}.schema.json`)}${code}`]];
}

const typeName = (contract: CatalogContract, { major }: CatalogSchema): string => `${pascal(contract.name)}V${major}`;

const validatorOf = ({ descriptor }: CatalogContract, { schema, file }: CatalogSchema): string => naming(file, () => validatorCode({ schema, hidden: descriptor.personalData }));
const decoderOf = ({ descriptor }: CatalogContract, { schema, file }: CatalogSchema): string | undefined => naming(file, () => decoderCode({ schema, descriptor }));

function naming<T>(file: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new SchemaError(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function renderRuntime({ name, descriptor, directory, schemas }: CatalogContract, model: string, hasDecoder: (major: number) => boolean): string {
  const imports = schemas.flatMap(({ major }) => [
    `import { validate as validateV${major} } from './v${major}.validate.ts';`,
    ...(hasDecoder(major) ? [`import { decoder as decoderV${major} } from './v${major}.decode.ts';`] : []),
  ]);
  const versions = schemas.map(({ major, version }) => `    { major: ${major}, version: '${version}', validate: validateV${major}${hasDecoder(major) ? `, decoder: decoderV${major}` : ''} },`);
  const sentinels = sentinelsIn(directory);
  return [
    HEADER(name, 'contract.json').trimEnd(),
    `import type { ContractRuntime } from '${model}';`,
    ...imports,
    '',
    '/** All that a handler needs of the contract: no file is read at run time. */',
    'export const contract: ContractRuntime = {',
    `  descriptor: ${JSON.stringify(descriptor, null, 2).replaceAll('\n', '\n  ')},`,
    '  versions: [',
    ...versions,
    '  ],',
    ...(sentinels === undefined ? [] : [`  sentinels: ${JSON.stringify(sentinels)},`]),
    '};',
    '',
  ].join('\n');
}

/** Generated files that no contract has any more: only files that say themselves that they are generated. */
function staleFiles({ out, docs, python }: GenerateOptions, files: ReadonlyMap<string, string>): string[] {
  const code = directoriesIn(out).flatMap((directory) => filesIn(directory, '.ts'));
  const pages = docs === undefined ? [] : filesIn(docs, '.md');
  const types = python === undefined ? [] : filesIn(python, '.py');
  return [...code, ...pages, ...types].filter((file) => !files.has(file) && GENERATED.test(readFileSync(file, 'utf8').slice(0, 200)));
}

const filesIn = (folder: string, ending: string): string[] => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(ending)).map((name) => join(resolve(folder), name)) : []);

function directoriesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(resolve(folder), name));
}
