import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import { findInCache, pruneCache } from '../../cache/prune-cache.ts';

/** The folder that holds `lambdas/`, `contracts/` and `node_modules/`. */
export const PROJECT_ROOT = join(import.meta.dirname, '..', '..', '..');

/** Bundles lie here, named by their content: the same sources give the same folder, so a deployment sees no change. */
const BUNDLES = join(PROJECT_ROOT, '.cache', 'bundles');

/** Runtime of every function, and what its syntax is compiled for. */
const TARGET = 'node24';

export interface BundleRequest {
  /** Handler of a folder in `lambdas/`, e.g. `archive-events`. */
  readonly lambda: string;
  /**
   * File that exports `contract`, for handlers that work for one contract: the entry is then generated and calls the
   * handler's `bindHandler(contract)`. Without it the handler exports `handler` itself.
   */
  readonly contractRuntime?: string;
}

export interface Bundle {
  /** Folder with one file, `index.mjs`; its export is `handler`. */
  readonly directory: string;
  /** Bytes of `index.mjs`. */
  readonly bytes: number;
}

/** A handler's file is absent: the project is not whole. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

const made = new Map<string, Bundle>();

/** One ES module with everything the handler needs, for Node 24. The same request is bundled once in a process. */
export function bundleHandler(request: BundleRequest): Bundle {
  const key = JSON.stringify(request);
  const known = made.get(key);
  if (known !== undefined) return known;
  const bundle = store(request.lambda, compile(entryOf(request)));
  made.set(key, bundle);
  return bundle;
}

function entryOf({ lambda, contractRuntime }: BundleRequest): string {
  const handler = join(PROJECT_ROOT, 'lambdas', lambda, 'handler.ts');
  for (const file of [handler, ...(contractRuntime === undefined ? [] : [contractRuntime])]) {
    if (!existsSync(file)) throw new BundleError(`Function ${lambda} cannot be bundled: ${file} does not exist.`);
  }
  if (contractRuntime === undefined) return `export { handler } from ${JSON.stringify(handler)};`;
  return [
    `import { contract } from ${JSON.stringify(contractRuntime)};`,
    `import { bindHandler } from ${JSON.stringify(handler)};`,
    'export const handler = bindHandler(contract);',
  ].join('\n');
}

/** CommonJS packages call `require`, which an ES module lacks; esbuild leaves this sentence where it happens. */
const CALLS_REQUIRE = 'Dynamic require of';
const REQUIRE_BANNER = 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);';

function compile(entry: string): Uint8Array {
  const options: BuildOptions & { write: false } = {
    stdin: { contents: entry, resolveDir: PROJECT_ROOT, loader: 'ts' },
    absWorkingDir: PROJECT_ROOT,
    nodePaths: [join(PROJECT_ROOT, 'node_modules')],
    bundle: true,
    write: false,
    minify: true,
    sourcemap: false,
    legalComments: 'none',
    platform: 'node',
    target: TARGET,
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  };
  const plain = outputOf(options);
  return Buffer.from(plain).includes(CALLS_REQUIRE) ? outputOf({ ...options, banner: { js: REQUIRE_BANNER } }) : plain;
}

function outputOf(options: BuildOptions & { write: false }): Uint8Array {
  const [file] = buildSync(options).outputFiles;
  if (file === undefined) throw new BundleError('esbuild gave no output.');
  return file.contents;
}

/** Written beside and renamed, so that a second synth at the same time never packs half a file. */
function store(name: string, code: Uint8Array): Bundle {
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 16);
  const directory = join(BUNDLES, `${name}-${hash}`);
  const file = join(directory, 'index.mjs');
  if (!(findInCache(directory) && existsSync(file))) {
    mkdirSync(directory, { recursive: true });
    const unfinished = `${directory}.${process.pid}.mjs`;
    writeFileSync(unfinished, code);
    renameSync(unfinished, file);
    pruneCache(BUNDLES);
  }
  return { directory, bytes: code.byteLength };
}
