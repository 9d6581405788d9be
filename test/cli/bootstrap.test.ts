import { spawn } from 'node:child_process';
import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

let clone: string;

/** A clone without packages, and an npm that takes a moment: it removes what is there first, as `npm ci` does. */
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'waybill-bootstrap-'));
  cpSync(join(ROOT, 'bin', 'run.mjs'), join(clone, 'bin', 'run.mjs'));
  writeFileSync(join(clone, 'package-lock.json'), '{}');
  writeFileSync(join(clone, 'hello.ts'), "process.stdout.write('hello');");
  mkdirSync(join(clone, 'path'));
  const npm = join(clone, 'path', 'npm');
  writeFileSync(npm, `#!/bin/sh\necho begin >> npm.log\nrm -rf node_modules\nsleep 1\nmkdir -p node_modules/node/bin\nln -s '${process.execPath}' node_modules/node/bin/node || exit 1\necho end >> npm.log\n`);
  chmodSync(npm, 0o755);
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

async function hello(): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['bin/run.mjs', 'hello.ts'], { cwd: clone, env: { PATH: [join(clone, 'path'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter) } });
  const said = { out: '', err: '' };
  child.stdout.on('data', (part: Buffer) => (said.out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said.err += part.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { code, ...said };
}

const npmLog = (): string => readFileSync(join(clone, 'npm.log'), 'utf8');
const turn = (): string => join(clone, '.cache', 'npm-ci.pid');

describe('the bootstrap', () => {
  it('brings the packages once when two commands begin together: the second says that it waits', async () => {
    const both = await Promise.all([hello(), hello()]);
    expect(both.map(({ code, out }) => [code, out.endsWith('hello')])).toEqual([[0, true], [0, true]]);
    expect(npmLog()).toBe('begin\nend\n');
    expect(both.map(({ err }) => err).join('')).toContain('Another command is bringing the Node packages');
    expect(existsSync(turn())).toBe(false);
  });

  it('does not wait for one that was killed', async () => {
    const dead = spawn('/bin/true');
    await new Promise((resolve) => dead.on('exit', resolve));
    mkdirSync(join(clone, '.cache'));
    appendFileSync(turn(), String(dead.pid));
    expect(await hello()).toMatchObject({ code: 0, err: '' });
    expect(npmLog()).toBe('begin\nend\n');
  });
});
