/** Addresses that the control plane handed out (API endpoints, queue URLs) name the port of the edge; with another port they must follow. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './paths.ts';

/** Files that hold data, not addresses; they may be large. */
const DATA = new Set(['kinesis.json', 'dynamodb.json', 'cloudwatch_logs.json']);

/** Rewrites the addresses in a snapshot's files, all ports at once: one may take another's place. @returns how many files changed. */
export function moveAddresses(controlFolder: string, moves: ReadonlyMap<number, number>): number {
  if (!existsSync(controlFolder)) return 0;
  const former = new RegExp(`127\\.0\\.0\\.1:(${[...moves.keys()].join('|')})(?!\\d)`, 'g');
  let changed = 0;
  for (const entry of readdirSync(controlFolder)) {
    if (!entry.endsWith('.json') || DATA.has(entry)) continue;
    const file = join(controlFolder, entry);
    const text = readFileSync(file, 'utf8');
    const moved = text.replaceAll(former, (_address, port: string) => `127.0.0.1:${moves.get(Number(port)) ?? port}`);
    if (moved === text) continue;
    writeWhole(file, moved);
    changed += 1;
  }
  return changed;
}
