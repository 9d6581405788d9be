import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pruneCache } from '../../../lib/cache/prune-cache.ts';
import type { StackKind } from '../../../contracts/platform-names.ts';
import type { CommandContext } from '../../../lib/config/read-context.ts';
import type * as Now from './synthesize-now.ts';

export const PROJECT_ROOT = join(import.meta.dirname, '..', '..', '..');

/** A resource as CloudFormation gets it. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface TemplateJson {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: unknown }>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: string }>>;
}

export interface SynthesizedStack {
  readonly name: string;
  readonly terminationProtection: boolean;
  /** Names of the stacks that are deployed before it. */
  readonly after: readonly string[];
  readonly template: TemplateJson;
}

export interface Acknowledgement {
  readonly path: string;
  readonly id: string;
  readonly reason: string;
}

/** All that tests ask about a synthesized environment; plain data, so that it can be kept between test files. */
export interface Synthesized {
  readonly stacks: Readonly<Partial<Record<StackKind, SynthesizedStack>>>;
  readonly alarms: readonly { readonly name: string; readonly kind: string; readonly subject: string }[];
  /** What cdk-nag's AwsSolutions rules still find, as `<rule> <construct path>`. */
  readonly nag: readonly string[];
  /** What the validation that is built into the CDK finds. */
  readonly validation: readonly string[];
  readonly acknowledgements: readonly Acknowledgement[];
}

/** What a template is made from. A change in any of it makes the kept results worthless. */
const SOURCES = ['bin', 'lib', 'contracts', 'domain', 'lambdas', 'dashboard', 'test/infra/support', 'test/infra/fixtures', 'test/fixtures/contracts', 'cdk.json', 'package-lock.json'];
const KEPT = join(PROJECT_ROOT, '.cache', 'synthesized');

let sourcesHash: string | undefined;

/**
 * The templates of an environment, as `cdk synth` would write them. Made once for the sources as they are and kept in
 * `.cache`, so that a dozen test files share four syntheses.
 */
export function synthesize(context: CommandContext): Synthesized {
  sourcesHash ??= hashOf(SOURCES.map((path) => join(PROJECT_ROOT, path)));
  const folder = join(KEPT, sourcesHash);
  const file = join(folder, `${createHash('sha256').update(JSON.stringify(context)).digest('hex').slice(0, 16)}.json`);
  if (!existsSync(file)) keep(file, make(context));
  return JSON.parse(readFileSync(file, 'utf8')) as Synthesized;
}

function make(context: CommandContext): Synthesized {
  // Loading the CDK takes seconds; only the test file that comes first pays.
  const { synthesizeNow } = jest.requireActual<typeof Now>('./synthesize-now.ts');
  const outdir = mkdtempSync(join(tmpdir(), 'waybill-synth-'));
  try {
    return synthesizeNow(context, outdir);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function keep(file: string, made: Synthesized): void {
  mkdirSync(join(file, '..'), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(made));
  renameSync(unfinished, file);
  pruneCache(KEPT);
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(filesUnder)) hash.update(file).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = readdirSyncOrFile(path);
  return entries === undefined ? [path] : entries.sort().flatMap((name) => filesUnder(join(path, name)));
}

function readdirSyncOrFile(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch {
    return undefined;
  }
}
