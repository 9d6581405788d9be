/** The deployed page in a real browser, signed in as the demo user would be, with all that is wrong on the way written down. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { demoPasswordFile } from '../../cli/platform/api.ts';
import { launchBrowser } from '../browser/browser.ts';
import { listen } from '../browser/shots.ts';
import type { Deployed } from './deployed.ts';

export interface OperationsPage {
  readonly page: Page;
  /** What the browser complained of, answers that were errors, requests that left for elsewhere. */
  readonly wrong: () => readonly string[];
  /** Loads the page anew at a hash, as by a link from a colleague. */
  readonly open: (hash: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function openOperationsPage({ platform, sandbox }: Deployed): Promise<OperationsPage> {
  const url = await platform.output('serving', OUTPUTS.siteUrl);
  const { signIn } = (await (await fetch(`${url}/config.json`)).json()) as { signIn: string };
  const own = [url, signIn].map((each) => new URL(each).origin);
  const browser = await launchBrowser();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', locale: 'en-GB' });
  const failed: string[] = [];
  context.on('request', (request) => { if (!own.includes(new URL(request.url()).origin)) failed.push(`asked elsewhere: ${request.url()}`); });
  context.on('response', (response) => { if (response.status() >= 400) failed.push(`${response.status()} ${response.request().method()} ${response.url()}`); });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const { said } = listen(page);
  await page.goto(url);
  await page.getByLabel('Name or e-mail').fill('demo');
  await page.getByLabel('Password').fill(readFileSync(demoPasswordFile(sandbox.dir), 'utf8').trim());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('header.top').waitFor();
  return {
    page,
    wrong: () => [...said, ...failed],
    open: async (hash) => {
      await page.goto('about:blank');
      await page.goto(`${url}/${hash}`);
      await page.locator('header.top').waitFor();
    },
    close: () => browser.close(),
  };
}
