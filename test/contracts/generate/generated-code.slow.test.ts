import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { generateContracts } from '../../../contracts/generate/generate-contracts.ts';
import { FIXTURE_ROOT, OWN_ROOT } from '../contract-roots.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ROOT = join(OWN_ROOT, '..');
const NODE_24 = join(ROOT, 'node_modules', 'node', 'bin', 'node');
const node = existsSync(NODE_24) ? NODE_24 : process.execPath;
const folder = temporaryFolder();

const run = (...args: string[]): string => execFileSync(node, args, { encoding: 'utf8', cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });

/** Imports a generated runtime in Node as it is, and answers what it says of an empty event. */
function violationsInNode(runtime: string): unknown {
  const script = join(folder, 'probe.ts');
  writeFileSync(script, `import { contract } from ${JSON.stringify(runtime)};\nprocess.stdout.write(JSON.stringify(contract.versions[0]!.validate({}).length));`);
  return JSON.parse(run(script));
}

describe('generated code in Node 24', () => {
  it('runs as it is, ours and that of another folder', () => {
    expect(violationsInNode(join(OWN_ROOT, 'generated', 'shipment-event', 'runtime.ts'))).toBe(8);
    generateContracts({ root: FIXTURE_ROOT, out: join(folder, 'out') });
    expect(violationsInNode(join(folder, 'out', 'web-order', 'runtime.ts'))).toBe(6);
  });

  it('is checked for drift by a command', () => {
    expect(run('contracts/generate/main.ts', '--check')).toBe('');
    expect(() => run('contracts/generate/main.ts', '--check', '--root', FIXTURE_ROOT, '--out', join(folder, 'none'))).toThrow(/out of date/);
  });

  it('has types that a program of another folder compiles against', () => {
    const out = join(folder, 'typed');
    generateContracts({ root: FIXTURE_ROOT, out });
    const program = join(folder, 'program.ts');
    const good = `import type { WebOrderV1 } from './typed/web-order/v1.types.ts';\nimport { contract } from './typed/web-order/runtime.ts';\n`;
    const compile = (body: string): string => {
      writeFileSync(program, good + body);
      return run(join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2022', '--allowImportingTsExtensions', '--skipLibCheck', program);
    };
    const event = `schemaVersion: '1.0', source: 's', eventId: 'e', orderId: 'o', eventTime: 't'`;
    expect(compile(`export const order: WebOrderV1 = { ${event}, status: 'PAID' };\nexport const name: string = contract.descriptor.name;`)).toBe('');
    expect(() => compile(`export const order: WebOrderV1 = { ${event}, status: 'LOST' };`)).toThrow();
  });
});
