/**
 * Builds the page: `node dashboard/build.ts <folder>` writes it, `buildDashboard()` returns it. Scripts and styles carry the
 * hash of their content in the name, so that they can be kept for ever; index.html, which names them, cannot.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { build } from 'esbuild';

export interface BuiltFile {
  /** Path under the site's root, without a leading slash. */
  readonly path: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
}

const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';
const CONTENT_TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.html': 'text/html; charset=utf-8', '.svg': 'image/svg+xml' };

/** The whole site except /config.json, which the deployment knows. Equal sources give equal files. */
export async function buildDashboard(): Promise<readonly BuiltFile[]> {
  const folder = import.meta.dirname;
  const result = await build({
    entryPoints: [join(folder, 'main.tsx'), join(folder, 'style.css')],
    absWorkingDir: join(folder, '..'),
    outdir: '/assets',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: ['es2023', 'chrome121', 'firefox122', 'safari17.4'],
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.csv': 'text' },
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  const assets = result.outputFiles.map(({ path, contents }) => file(`assets/${basename(path)}`, contents, FOR_EVER));
  const icon = readFileSync(join(folder, 'icon.svg'));
  const iconPath = `assets/icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}.svg`;
  return [file('index.html', Buffer.from(page(folder, assets, iconPath)), ASK_AGAIN), ...assets, file(iconPath, icon, FOR_EVER)];
}

function page(folder: string, assets: readonly BuiltFile[], iconPath: string): string {
  const named = (start: string, end: string): string => {
    const found = assets.find(({ path }) => path.startsWith(`assets/${start}-`) && path.endsWith(end));
    if (found === undefined) throw new Error(`the build made no ${start}${end}`);
    return `/${found.path}`;
  };
  return readFileSync(join(folder, 'index.html'), 'utf8').replace('/style.css', named('style', '.css')).replace('/main.js', named('main', '.js')).replace('/icon.svg', `/${iconPath}`);
}

const file = (path: string, body: Uint8Array, cacheControl: string): BuiltFile => ({ path, body, contentType: CONTENT_TYPES[extname(path)] ?? 'application/octet-stream', cacheControl });

async function main(target: string | undefined): Promise<void> {
  if (target === undefined) throw new Error('Usage: node dashboard/build.ts <folder>');
  const files = await buildDashboard();
  for (const { path, body } of files) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), body);
  }
  process.stdout.write(`${JSON.stringify(files.map(({ path, body, contentType, cacheControl }) => ({ path, bytes: body.length, contentType, cacheControl })), undefined, 2)}\n`);
}

if (import.meta.main) {
  main(process.argv[2]).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  });
}
