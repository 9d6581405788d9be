/** Jest's global teardown. */
import process from 'node:process';
import { removeRun, RUN_FOLDER } from './template.ts';

export default function tearDown(): void {
  const folder = process.env[RUN_FOLDER];
  if (folder !== undefined) removeRun(folder);
}
