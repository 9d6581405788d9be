/** Addresses that the control plane handed out (API endpoints, queue URLs) name the port of the edge; with another port they must follow. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './paths.ts';

/** Files that hold data, not addresses; they may be large. */
const DATA = new Set(['kinesis.json', 'dynamodb.json', 'cloudwatch_logs.json']);

/** Rewrites the addresses in a snapshot's files. @returns how many files changed. */
export function moveAddresses(controlFolder: string, fromPort: number, toPort: number): number {
  if (!existsSync(controlFolder)) return 0;
  const former = new RegExp(`127\\.0\\.0\\.1:${fromPort}(?!\\d)`, 'g');
  let changed = 0;
  for (const entry of readdirSync(controlFolder)) {
    if (!entry.endsWith('.json') || DATA.has(entry)) continue;
    const file = join(controlFolder, entry);
    const text = readFileSync(file, 'utf8');
    const moved = text.replaceAll(former, `127.0.0.1:${toPort}`);
    if (moved === text) continue;
    writeWhole(file, moved);
    changed += 1;
  }
  return changed;
}
