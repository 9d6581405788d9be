import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from './support/synthesize.ts';

const NODE_24 = join(PROJECT_ROOT, 'node_modules', 'node', 'bin', 'node');
const CDK = join(PROJECT_ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** Loaded before everything else: whoever looks up a name or opens a connection is written down and refused. */
const NO_NETWORK = `
const { appendFileSync } = require('node:fs');
const refuse = (what) => (...args) => {
  const target = typeof args[0] === 'object' ? JSON.stringify({ host: args[0].host, port: args[0].port, path: args[0].path }) : String(args[0]);
  if (typeof args[0] === 'object' && args[0].path) return original.apply(this, args);
  appendFileSync(process.env.NETWORK_LOG, what + ' ' + target + '\\n');
  throw new Error('No network: ' + what + ' ' + target);
};
const net = require('node:net');
const dns = require('node:dns');
const original = net.Socket.prototype.connect;
net.Socket.prototype.connect = refuse('connect');
dns.lookup = refuse('lookup');
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-offline-'));
  writeFileSync(join(folder, 'no-network.cjs'), NO_NETWORK);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A machine without account, credentials, region, home settings and network. */
function synth(args: readonly string[], { program = CDK, cwd = PROJECT_ROOT }: { program?: string; cwd?: string } = {}): { code: number | null; said: string; network: string } {
  const log = join(folder, 'network.log');
  writeFileSync(log, '');
  const env = { PATH: `${join(PROJECT_ROOT, 'node_modules', '.bin')}:/usr/bin:/bin`, HOME: folder, NODE_OPTIONS: `--require ${join(folder, 'no-network.cjs')}`, NETWORK_LOG: log, CDK_DISABLE_CLI_TELEMETRY: 'true' };
  const { status, stdout, stderr } = spawnSync(NODE_24, [program, ...args], { cwd, env, encoding: 'utf8' });
  return { code: status, said: stdout + stderr, network: readFileSync(log, 'utf8') };
}

describe('cdk synth on a machine without account, credentials or network', () => {
  it.each(['local', 'prod'])('makes the templates of %s', (env) => {
    const out = join(folder, `out-${env}`);
    const { code, said } = synth(['synth', '-c', `env=${env}`, '-q', '--no-notices', '--no-version-reporting', '-o', out]);
    expect([code, said]).toEqual([0, expect.stringContaining('Successfully synthesized')]);
    expect(existsSync(join(out, `assembly-${env}`, 'manifest.json'))).toBe(true);
  }, 120_000);

  it('asks nobody anything: the app opens no connection', () => {
    const { code, said, network } = synth([], { program: join(PROJECT_ROOT, 'bin', 'app.ts') });
    expect([code, network]).toEqual([2, '']);
    expect(said).toContain('Which environment?');
  }, 60_000);
});

describe('somebody\'s own folder, outside the project', () => {
  it('gives the same templates as the project\'s own: the flags of the CDK come with the app', () => {
    const own = join(folder, 'own');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'package.json'), '{ "type": "commonjs" }');
    writeFileSync(join(own, 'prod.mts'), "import type { EnvironmentInput } from 'waybill';\nexport default { environment: 'own', profile: 'low-cost' as const } satisfies EnvironmentInput;\n");
    writeFileSync(join(own, 'same.json'), '{ "environment": "own", "profile": "low-cost" }');
    const app = `${NODE_24} ${join(PROJECT_ROOT, 'bin', 'app.ts')}`;
    expect(synth(['synth', '--app', app, '-c', 'config=prod.mts', '-q', '--no-notices', '-o', join(folder, 'out-own')], { cwd: own }).said).toContain('Successfully synthesized');
    expect(synth(['synth', '-c', `config=${join(own, 'same.json')}`, '-q', '--no-notices', '-o', join(folder, 'out-same')]).said).toContain('Successfully synthesized');
    expect(templatesOf(join(folder, 'out-own'))).toEqual(templatesOf(join(folder, 'out-same')));
  }, 120_000);
});

function templatesOf(out: string): Record<string, unknown> {
  const assembly = join(out, 'assembly-own');
  const names = readdirSync(assembly).filter((name) => name.endsWith('.template.json'));
  expect(names).toHaveLength(7);
  return Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(join(assembly, name), 'utf8')) as unknown]));
}

describe('a mistake of the person who synthesizes', () => {
  it.each([
    ['no environment', [], 'Which environment?'],
    ['a typo', ['-c', 'env=prdo'], 'There is no environment "prdo". Did you mean "prod"?'],
    ['a wrong file', ['-c', 'config=test/config/fixtures/typos.json'], 'Configuration of environment "acme" has 4 mistakes (test/config/fixtures/typos.json):'],
    ['a folder that is not there', ['-c', 'env=dev', '-c', 'contracts=nowhere'], 'No such folder of contracts'],
    ['one key of two', ['-c', 'env=prod', '-c', 'destroy=prod'], 'the other is missing: allowDataLoss is false'],
  ])('is said in words, without a stack trace, and nothing is synthesized: %s', (_, context, message) => {
    const out = join(folder, 'out-mistake');
    const { code, said } = synth(['synth', ...context, '-q', '--no-notices', '-o', out]);
    expect(code).not.toBe(0);
    expect(said).toContain(message);
    expect(said).toContain('Nothing was synthesized.');
    expect(said).not.toMatch(/\n\s+at /);
    expect(existsSync(join(out, 'manifest.json'))).toBe(false);
  }, 60_000);
});
