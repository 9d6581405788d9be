/** Share of its shipment events that the running world damages on purpose: `waybill break contract` sets it, `heal` clears it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readStateFile, writeStateFile } from '../state-file.ts';

const fileIn = (dir: string): string => join(dir, 'damage.json');

export const readDamage = (dir: string): number => readStateFile(fileIn(dir), ({ number }) => number('share')) ?? 0;

export function writeDamage(dir: string, share: number): void {
  if (share === 0) rmSync(fileIn(dir), { force: true });
  else writeStateFile(fileIn(dir), { share });
}
