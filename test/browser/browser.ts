/**
 * A headless Chromium for tests of the page. `@sparticuz/chromium` brings one from npm on Linux x64; elsewhere an installed Chrome
 * or Chromium is used (WAYBILL_CHROMIUM names it, else the usual places).
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as playwright } from 'playwright-core';
import type { Browser } from 'playwright-core';

const ROOT = join(import.meta.dirname, '..', '..');
const INSTALLED = [
  '/usr/bin/google-chrome', '/usr/bin/chromium', '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The package unpacks its libraries only where it believes to be in Lambda; it reads these when it is imported. */
const LAMBDA = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x', AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' } as const;

/** @throws Error that says what to install when there is no browser on this machine. */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env['WAYBILL_CHROMIUM'];
  if (named === undefined && process.platform === 'linux' && process.arch === 'x64') return launchPackaged();
  const executablePath = [named, ...INSTALLED].find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined) throw new Error('No browser: install Chrome or Chromium, or name one in WAYBILL_CHROMIUM.');
  return playwright.launch({ executablePath, headless: true });
}

/** In one process, as Lambda wants it, the browser ends with its first closed context. */
async function launchPackaged(): Promise<Browser> {
  const before = { ...process.env };
  // Unpacked once a version: another version's libraries in the common temporary folder would be taken for its own.
  const folder = join(ROOT, '.cache', `chromium-${packagedVersion()}`);
  mkdirSync(folder, { recursive: true });
  Object.assign(process.env, LAMBDA, { TMPDIR: folder });
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    return await playwright.launch({ args: packaged.args.filter((arg) => arg !== '--single-process'), executablePath: await packaged.executablePath(), headless: true });
  } finally {
    for (const name of [...Object.keys(LAMBDA), 'TMPDIR']) {
      // The libraries' folder in LD_LIBRARY_PATH stays: the browser's children need it.
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  }
}

function packagedVersion(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', '@sparticuz', 'chromium', 'package.json'), 'utf8')) as { version: string };
  return version;
}
