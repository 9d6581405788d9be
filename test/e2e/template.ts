/**
 * One deployment for all end-to-end tests of a run of Jest: the first that needs it makes it, every test works on a copy in a folder
 * and on ports of its own. A deployment costs half a minute of both cores, a copy a second; what is deployed is the same.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Variable that names the folder of this run of Jest: `template-run.ts` sets it. Without it there is no sharing. */
export const RUN_FOLDER = 'WAYBILL_TEST_RUN';

/** Longest time that a test waits for another one's deployment, and short enough to fail by itself within a suite's own time. */
const PATIENCE_MS = 240_000;

interface Settings { readonly port: number; readonly sitePort: number }

/** Ports of the copy, which `startSandbox` is to be given with the folder. */
export interface Copy { readonly dir: string; readonly port: number }

/**
 * A copy of the run's deployed sandbox, stopped. `make` deploys into the folder that it is given and stops what it started.
 * @throws Error of `make`, for each test that waited for it.
 */
export async function copyOfTemplate(runFolder: string, make: (dir: string) => Promise<void>): Promise<Copy> {
  const template = join(runFolder, 'template');
  await once(template, make);
  const dir = mkdtempSync(join(tmpdir(), 'waybill-sandbox-'));
  cpSync(template, dir, { recursive: true });
  const old = JSON.parse(readFileSync(join(dir, 'settings.json'), 'utf8')) as Settings;
  const port = await freePair();
  writeFileSync(join(dir, 'settings.json'), JSON.stringify({ port, sitePort: port + 1 } satisfies Settings));
  readdress(dir, [[address(old.port), address(port)], [address(old.sitePort), address(port + 1)]]);
  return { dir, port };
}

/** The folder appears when it is complete; whoever makes the lock makes it. */
async function once(template: string, make: (dir: string) => Promise<void>): Promise<void> {
  const [lock, failed, draft] = [`${template}.lock`, `${template}.failed`, `${template}.draft`];
  if (claim(lock)) {
    try {
      await make(draft);
      renameSync(draft, template);
    } catch (error) {
      writeFileSync(failed, String(error));
      throw error;
    }
    return;
  }
  const deadline = Date.now() + PATIENCE_MS;
  while (!existsSync(template)) {
    if (existsSync(failed)) throw new Error(`the deployment that all tests share failed: ${readFileSync(failed, 'utf8')}`);
    if (Date.now() > deadline) throw new Error(`the deployment that all tests share was not there after ${PATIENCE_MS / 1000} s`);
    await sleep(200);
  }
}

function claim(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

const address = (port: number): string => `127.0.0.1:${port}`;

/** The sandbox's own addresses stand in outputs of stacks and in the page's configuration. */
function readdress(dir: string, replacements: readonly (readonly [string, string])[]): void {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.json') || entry.parentPath.includes('cdk.out')) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8');
    const changed = replacements.reduce((out, [from, to]) => out.replaceAll(from, to), text);
    if (changed !== text) writeFileSync(path, changed);
  }
}

/** Five digits, as the template's own: what is written keeps its length. */
const LEAST_PORT = 10_000;

/** A free port with a free one after it: the site stands beside the endpoint. */
async function freePair(): Promise<number> {
  for (;;) {
    const port = await listenOnce(0);
    if (port !== undefined && port >= LEAST_PORT && (await listenOnce(port + 1)) !== undefined) return port;
  }
}

/** Answers the port when it could be had. */
function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const got = (server.address() as AddressInfo).port;
      server.close(() => resolve(got));
    });
  });
}

/** Removes what a run shared. */
export const removeRun = (runFolder: string): void => rmSync(runFolder, { recursive: true, force: true, maxRetries: 5 });
