/** A contract's schemas against what was published of them: may this be published, and under which version? */
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogContract, CatalogSchema } from '../catalog.ts';
import { parseSchema, readContract, readJson } from '../catalog.ts';
import { lakeContract } from '../lake/lake-model.ts';
import { runtimeOf } from '../load-contract.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { SchemaError } from '../schema/json-schema.ts';
import { validateEvent } from '../validation/validate-event.ts';
import type { Change } from './change.ts';
import { checkTable } from './check-table.ts';
import { compareSchemas } from './compare-schemas.ts';

export interface MajorCheck {
  readonly major: number;
  /** What the schema calls itself. */
  readonly version: string;
  /** Newest published version of this major; absent: none yet. */
  readonly published?: string;
  readonly changes: readonly Change[];
  /** The version that the changes need; the published one when they need none. */
  readonly needs: string;
  readonly verdict: 'new' | 'unchanged' | 'words' | 'compatible' | 'breaking';
}

export interface ContractCheck {
  readonly contract: string;
  readonly directory: string;
  readonly majors: readonly MajorCheck[];
  /** What must be put right first, each with what to do; empty when all is well. */
  readonly problems: readonly string[];
  /** Versions that are good and not published yet: `publishVersion` writes their copies. */
  readonly publishable: readonly string[];
  /** Whether table.json is good and not published as it stands: `publishTable` writes its copy. */
  readonly tablePublishable: boolean;
  readonly ok: boolean;
}

const RELEASED = /^([1-9]\d*)\.(0|[1-9]\d*)\.schema\.json$/;

interface Release {
  readonly major: number;
  readonly minor: number;
  readonly version: string;
  readonly file: string;
}

const releasedFile = (directory: string, version: string): string => join(directory, 'released', `${version}.schema.json`);

/** Published versions of the contract in a directory, oldest first. */
function releasesOf(directory: string): Release[] {
  const folder = join(directory, 'released');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => RELEASED.exec(name))
    .filter((match) => match !== null)
    .map(([name, major, minor]) => ({ major: Number(major), minor: Number(minor), version: `${major}.${minor}`, file: join(folder, name) }))
    .sort((one, other) => one.major - other.major || one.minor - other.minor);
}

/** Checks the contract in a directory. @throws ContractFileError, SchemaError when its files cannot be read at all. */
export function checkContract(directory: string): ContractCheck {
  const contract = readContract(directory);
  const releases = releasesOf(directory);
  const majors = contract.schemas.map((schema) => checkMajor(contract, schema, releases));
  // Reads quality.json and gold.json too: what is wrong with them is said here, before any job meets it.
  lakeContract(contract);
  const table = checkTable(contract);
  const problems = [
    ...majors.flatMap((check) => versionProblems(check)),
    ...releases.flatMap((release) => releaseProblems(contract, release)),
    ...sampleProblems(contract),
    ...(table?.problems ?? []),
  ];
  const publishable = problems.length > 0 ? [] : majors.filter(({ version, published }) => version !== published).map(({ version }) => version);
  return { contract: contract.name, directory, majors, problems, publishable, tablePublishable: problems.length === 0 && table?.isNew === true, ok: problems.length === 0 };
}

function checkMajor({ descriptor }: CatalogContract, { major, version, schema }: CatalogSchema, releases: readonly Release[]): MajorCheck {
  const newest = releases.filter((release) => release.major === major).at(-1);
  if (newest === undefined) return { major, version, changes: [], needs: version, verdict: 'new' };
  const before: JsonSchema = { ...parseSchema(newest.file), 'x-version': newest.version };
  const changes = compareSchemas(before, schema, descriptor.consumers);
  const verdict = verdictOf(changes);
  const needs = { unchanged: newest.version, words: newest.version, compatible: `${major}.${newest.minor + 1}`, breaking: `${major + 1}.0` }[verdict];
  return { major, version, published: newest.version, changes, needs, verdict };
}

function verdictOf(changes: readonly Change[]): 'unchanged' | 'words' | 'compatible' | 'breaking' {
  const impacts = new Set(changes.map(({ impact }) => impact));
  if (impacts.has('breaking')) return 'breaking';
  if (impacts.has('compatible')) return 'compatible';
  return impacts.has('words') ? 'words' : 'unchanged';
}

const minorOf = (version: string): number => Number(version.split('.')[1]);

function versionProblems({ major, version, published, changes, needs, verdict }: MajorCheck): string[] {
  if (published === undefined) return minorOf(version) === 0 ? [] : [`v${major}.schema.json calls itself ${version}, but nothing of ${major}.x is published: begin with "x-version": "${major}.0".`];
  if (verdict === 'breaking') {
    const fields = changes.filter(({ breaking }) => breaking).map(({ field, reason, consumers }) => `  ${field === '' ? '(the event)' : field}   ${reason}${consumers.length === 0 ? '' : `; concerns ${consumers.join(', ')}`}`);
    return [`v${major}.schema.json breaks ${published}: it needs version ${needs} in v${major + 1}.schema.json, with v${major}.schema.json left as it was published.\n${fields.join('\n')}`];
  }
  if (minorOf(version) < minorOf(published)) return [`v${major}.schema.json calls itself ${version}, but ${published} is published: set "x-version": "${needs}".`];
  return verdict === 'compatible' && version === published ? [`v${major}.schema.json has changed since ${published} was published: set "x-version": "${needs}".`] : [];
}

function releaseProblems({ schemas }: CatalogContract, { major, version, file }: Release): string[] {
  const said = parseSchema(file)['x-version'];
  const mislabelled = said === version ? [] : [`${file} calls itself ${String(said)}: a published copy is never edited, bring back the one that was published.`];
  const readable = schemas.some((schema) => schema.major === major);
  return readable ? mislabelled : [...mislabelled, `${version} is published, but v${major}.schema.json is gone: events of ${major}.x could not be read any more. Bring it back from ${file}.`];
}

function sampleProblems(contract: CatalogContract): string[] {
  const folder = join(contract.directory, 'samples', 'good');
  if (!existsSync(folder)) return [];
  const runtime = runtimeOf(contract);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => validateEvent(runtime, readJson(join(folder, name))).map(({ path, message }) => `samples/good/${name} is not good: ${path === '' ? 'the event' : path} ${message}`));
}

/**
 * Publishes a version: its schema is copied to `released/`, where nobody edits it again. Answers the copy's name.
 *
 * @throws SchemaError when the check does not allow it; the message says why.
 */
export function publishVersion(directory: string, version: string): string {
  const { problems, publishable, majors } = checkContract(directory);
  if (problems.length > 0) throw new SchemaError(`${version} cannot be published:\n${problems.join('\n')}`);
  if (!publishable.includes(version)) throw new SchemaError(`${version} cannot be published. Publishable now: ${publishable.join(', ') || 'nothing, all is published'}.`);
  const check = majors.find((one) => one.version === version);
  mkdirSync(join(directory, 'released'), { recursive: true });
  const copy = releasedFile(directory, version);
  copyFileSync(join(directory, `v${check?.major ?? 1}.schema.json`), copy);
  return copy;
}
