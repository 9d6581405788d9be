/** Jest's global set-up: a folder for what the suites of one run share. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { RUN_FOLDER } from './template.ts';

export default function setUp(): void {
  process.env[RUN_FOLDER] = mkdtempSync(join(tmpdir(), 'waybill-test-run-'));
}
