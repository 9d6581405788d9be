#!/usr/bin/env node
// The `waybill` command. Our files are TypeScript that Node 24 runs as it is; an older Node hands over to the bootstrap,
// which brings the pinned Node 24 when it is missing.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import('./waybill.ts');
} else {
  const run = spawnSync(process.execPath, [join(import.meta.dirname, '..', 'bin', 'run.mjs'), 'cli/waybill.ts', ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = run.status ?? 1;
}
