import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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
  /** More files beside the code, by their path in the package: what the function hands out. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

export interface Bundle {
  /** Folder with `index.mjs`, whose export is `handler`, and the request's own files. */
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
  const { files = {}, ...rest } = request;
  const key = JSON.stringify([rest, hashOf(files)]);
  const known = made.get(key);
  if (known !== undefined) return known;
  const bundle = store(request.lambda, { 'index.mjs': compile(entryOf(request)), ...files });
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
function store(name: string, files: Readonly<Record<string, Uint8Array>> & { readonly 'index.mjs': Uint8Array }): Bundle {
  const code = files['index.mjs'];
  const hash = Object.keys(files).length === 1 ? createHash('sha256').update(code).digest('hex').slice(0, 16) : hashOf(files);
  const directory = join(BUNDLES, `${name}-${hash}`);
  const file = join(directory, 'index.mjs');
  if (!(findInCache(directory) && existsSync(file))) {
    mkdirSync(directory, { recursive: true });
    for (const [path, body] of Object.entries(files)) if (path !== 'index.mjs') writeWhole(join(directory, path), `${directory}.${process.pid}.part`, body);
    // Last: where the code is, the rest is.
    writeWhole(file, `${directory}.${process.pid}.mjs`, code);
    pruneCache(BUNDLES);
  }
  return { directory, bytes: code.byteLength };
}

function writeWhole(file: string, unfinished: string, body: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(unfinished, body);
  renameSync(unfinished, file);
}

function hashOf(files: Readonly<Record<string, Uint8Array>>): string {
  const hash = createHash('sha256');
  for (const [path, body] of Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1))) hash.update(`${path}\0${body.length}\0`).update(body);
  return hash.digest('hex').slice(0, 16);
}
