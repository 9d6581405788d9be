/** What the deployed app is made of, as one hash: equal hashes mean that deploying again would change nothing. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOTS = ['bin', 'lib', 'lambdas', 'domain', 'contracts', 'dashboard'];
const FILES = ['cdk.json', 'package-lock.json'];

export function fingerprint(project: string): string {
  const hash = createHash('sha256');
  for (const file of [...ROOTS.flatMap((root) => filesUnder(join(project, root))), ...FILES.map((file) => join(project, file))]) {
    hash.update(`${relative(project, file)}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

const filesUnder = (dir: string): string[] => readdirSync(dir, { withFileTypes: true, recursive: true }).filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name)).sort();
