/**
 * `npm run screens [-- <folder>]`: a picture of every view in both themes at 1440 and 390 px, and what is wrong with each:
 * what sticks out, what covers what, what axe finds, what the browser complains of. Exit code 1 when anything is.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startSite } from './fixture/server.ts';
import type { FixtureSite } from './fixture/server.ts';
import { axeViolations, overflows, overlaps } from './judge.ts';
import { closedContext, listen, show, SHOTS, signIn, sizeOf, THEMES, WIDTHS } from './shots.ts';

const SETTLED_MS = 600;

async function main(folder: string, only: string | undefined): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const [site, browser] = await Promise.all([startSite(), launchBrowser()]);
  const wrong: string[] = [];
  for (const theme of THEMES) for (const width of WIDTHS) wrong.push(...(await pictures({ site, browser, folder, theme, width, only })));
  await browser.close();
  await site.close();
  for (const line of wrong) process.stdout.write(`${line}\n`);
  process.stdout.write(`${wrong.length === 0 ? 'Nothing wrong' : `${wrong.length} things wrong`}; the pictures are in ${folder}\n`);
  return wrong.length === 0 ? 0 : 1;
}

interface Round { readonly site: FixtureSite; readonly browser: Browser; readonly folder: string; readonly theme: 'dark' | 'light'; readonly width: number; readonly only: string | undefined }

async function pictures({ site, browser, folder, theme, width, only }: Round): Promise<string[]> {
  const context = await browser.newContext({ viewport: sizeOf(width), colorScheme: theme, reducedMotion: 'reduce', locale: 'en-GB', hasTouch: width < 700 });
  await closedContext(context, site.url);
  const page = await context.newPage();
  const complaints = listen(page);
  site.scenario = 'live';
  await signIn(page, site.url);
  const wrong: string[] = [];
  for (const { name, hash, scenario = 'live', prepare } of SHOTS.filter((shot) => only === undefined || shot.name === only)) {
    site.scenario = scenario;
    await page.goto('about:blank');
    await show(page, site.url, hash);
    await page.waitForTimeout(SETTLED_MS);
    await prepare?.(page).catch((error: unknown) => complaints.said.push(`did not get ready: ${String(error)}`));
    await page.mouse.move(0, 0);
    const file = `${name}-${theme}-${width}.png`;
    await page.screenshot({ path: join(folder, file), fullPage: !name.startsWith('overview-') });
    const said = [...(await overflows(page)), ...(await overlaps(page)), ...(await axeViolations(page)), ...complaints.said.splice(0)];
    wrong.push(...said.map((line) => `${file}: ${line}`));
  }
  await context.close();
  return wrong;
}

process.exitCode = await main(process.argv[2] ?? join(import.meta.dirname, '..', '..', '.cache', 'screens'), process.argv[3]);
