// The bootstrap: plain JavaScript that any Node from 20.19 runs. It brings the pinned Node packages (among them Node 24)
// when they are missing or out of date, then runs a TypeScript file of ours with that Node 24.
// Usage: node bin/run.mjs <file.ts> [arguments]
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const ROOT = join(import.meta.dirname, '..');
const NODE_24 = join(ROOT, 'node_modules', 'node', 'bin', 'node');
const STAMP = join(ROOT, 'node_modules', '.waybill-lock');
/** Holds the pid of who brings the packages now. */
const TURN = join(ROOT, '.cache', 'npm-ci.pid');
const PAUSE_MS = 500;

function fail(what, todo) {
  process.stderr.write(`${what}\n  ${todo}\n`);
  process.exit(2);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`Waybill needs Node 20.19 or newer to set itself up; this is Node ${process.versions.node}.`, 'Install a current Node, then run the same command again.');

const lock = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json'))).digest('hex');
const isCurrent = () => existsSync(NODE_24) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock;

function isAtWork() {
  try {
    return process.kill(Number(readFileSync(TURN, 'utf8')), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function endTurn() {
  process.off('exit', endTurn);
  rmSync(TURN, { force: true });
}

/** Two at once would tear each other's packages away (a second terminal, while the first sets up): whoever comes second waits. */
function takeTurn() {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  for (let told = false; ; told = true) {
    try {
      writeFileSync(TURN, String(process.pid), { flag: 'wx' });
      process.on('exit', endTurn);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isAtWork()) rmSync(TURN, { force: true });
    else {
      if (!told) process.stderr.write('Another command is bringing the Node packages; waiting for it …\n');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function bringPackages() {
  const begun = Date.now();
  process.stdout.write('Node packages (about 600 MB on disk, once, half a minute or more) …\n');
  const npm = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (npm.error) fail(`npm could not be started: ${npm.error.message}`, 'npm comes with Node; put it on the PATH.');
  if (npm.status !== 0) fail(`"npm ci" ended with code ${npm.status}.`, 'Its own message stands above. Most often the package registry could not be reached.');
  if (!existsSync(NODE_24)) fail('The package "node" brought no Node 24 binary.', 'Its install script was blocked: allow it (npm install-scripts approve node) and run the same command again.');
  writeFileSync(STAMP, lock);
  process.stdout.write(`Node packages ready in ${Math.round((Date.now() - begun) / 1000)} s\n`);
}

if (!isCurrent()) {
  takeTurn();
  if (!isCurrent()) bringPackages();
  endTurn();
}

const [file, ...args] = process.argv.slice(2);
if (file === undefined) fail('Nothing to run.', 'Usage: node bin/run.mjs <file.ts> [arguments]');
const child = spawn(NODE_24, [join(ROOT, file), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` },
});
// Ctrl-C reaches the child through the terminal; we only wait for it. A signal sent to us alone is passed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
