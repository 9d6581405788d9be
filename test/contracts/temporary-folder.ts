/** A folder for one test file, gone when its tests are over. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIXTURE_ROOT } from './contract-roots.ts';

export type Json = Record<string, unknown>;

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-contracts-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Copies the fixture contract to `<folder>/<case>/web-order`: a root of its own for each case. Answers the contract's directory. */
export function copyOfWebOrder(folder: string, name: string): string {
  const directory = join(folder, name, 'web-order');
  cpSync(join(FIXTURE_ROOT, 'web-order'), directory, { recursive: true });
  return directory;
}

export function editJson(file: string, edit: (content: Json) => unknown): void {
  const content = JSON.parse(readFileSync(file, 'utf8')) as Json;
  edit(content);
  writeFileSync(file, JSON.stringify(content, null, 2));
}
