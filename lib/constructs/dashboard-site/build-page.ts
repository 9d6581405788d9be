import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteFile } from '../../../lambdas/publish-site/names.ts';
import { PROJECT_ROOT } from '../bundled-function/bundle-handler.ts';

export interface BuiltPage {
  readonly files: readonly SiteFile[];
  /** Contents by path. */
  readonly bodies: Readonly<Record<string, Uint8Array>>;
  /** Of everything: equal sources give the same. */
  readonly hash: string;
}

let built: BuiltPage | undefined;

/** The page as `dashboard/build.ts` writes it, once in a process. Run as a program: it bundles, and lib imports no page. */
export function buildPage(): BuiltPage {
  built ??= build();
  return built;
}

function build(): BuiltPage {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-page-'));
  try {
    const node = join(PROJECT_ROOT, 'node_modules', 'node', 'bin', 'node');
    const list = JSON.parse(execFileSync(node, [join(PROJECT_ROOT, 'dashboard', 'build.ts'), folder], { cwd: PROJECT_ROOT, encoding: 'utf8' })) as readonly SiteFile[];
    const files = list.map(({ path, contentType, cacheControl }) => ({ path, contentType, cacheControl }));
    const bodies = Object.fromEntries(files.map(({ path }) => [path, readFileSync(join(folder, path))]));
    const hash = createHash('sha256').update(JSON.stringify(files));
    for (const body of Object.values(bodies)) hash.update(body);
    return { files, bodies, hash: hash.digest('hex').slice(0, 16) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
