import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the platform's own package. */
export const PROJECT = join(import.meta.dirname, '..');

export const version = (): string => (JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string }).version;
