/**
 * `npm run bench:map`: frames of the map in a headless browser while it is moved and zoomed, at 1,000 and at 100,000 vehicles.
 * Drawing is a canvas without a graphics card here: a desk with one is faster. Two things are measured: how long one whole
 * drawing takes on the page's thread, and how far apart the frames come that the browser shows.
 */
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startSite } from './fixture/server.ts';
import { show, signIn } from './shots.ts';

const FLEETS = [1_000, 100_000] as const;
const PLACES = [
  { name: 'world, cells', hash: '#/overview' },
  { name: 'continent, cells', hash: '#/overview?at=50.2,7,560' },
  { name: 'country, single vehicles or cells', hash: '#/overview?at=51.2,5.6,2600' },
  { name: 'city, single vehicles', hash: '#/overview?at=51.2,5.6,8000' },
] as const;

interface Figures { readonly shown: string; readonly frames: number; readonly drawP50: number; readonly drawP95: number; readonly gapP50: number; readonly gapP95: number }

/** Moves the map by script for as many frames as asked, as a hand would: the view changes before each frame. */
async function measure(page: Page): Promise<Figures> {
  const canvas = page.getByRole('application');
  const box = await canvas.boundingBox();
  if (box === null) throw new Error('the page shows no map');
  return page.evaluate(async ({ x, y }) => {
    const target = document.querySelector('.mapbox canvas');
    if (!(target instanceof HTMLCanvasElement)) throw new Error('the page shows no map');
    const asked = requestAnimationFrame.bind(window);
    const draws: number[] = [];
    // The map draws in a frame that it asks for: the time in it is the drawing.
    window.requestAnimationFrame = (callback) => asked((time) => {
      const before = performance.now();
      callback(time);
      draws.push(performance.now() - before);
    });
    const gaps: number[] = [];
    let last = performance.now();
    for (let frame = 0; frame < 150; frame += 1) {
      target.dispatchEvent(new WheelEvent('wheel', { deltaY: frame % 30 < 15 ? -12 : 12, clientX: x, clientY: y, bubbles: true, cancelable: true }));
      target.dispatchEvent(new KeyboardEvent('keydown', { key: frame % 60 < 30 ? 'ArrowLeft' : 'ArrowRight', bubbles: true }));
      await new Promise<void>((resolve) => { asked(() => resolve()); });
      const now = performance.now();
      gaps.push(now - last);
      last = now;
    }
    window.requestAnimationFrame = asked;
    const quantile = (values: readonly number[], share: number): number => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
    const shown = document.querySelector('.legend .scale')?.textContent ?? '';
    return { shown, frames: draws.length, drawP50: quantile(draws, 0.5), drawP95: quantile(draws, 0.95), gapP50: quantile(gaps, 0.5), gapP95: quantile(gaps, 0.95) };
  }, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
}

async function bench(browser: Browser, vehicles: number): Promise<void> {
  const site = await startSite({ vehicles });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce', locale: 'en-GB' });
  const page = await context.newPage();
  await signIn(page, site.url);
  for (const { name, hash } of PLACES) {
    await page.goto('about:blank');
    await show(page, site.url, hash);
    await page.locator('.legend .scale', { hasText: /./ }).waitFor({ timeout: 60_000 });
    await page.waitForTimeout(500);
    const { shown, frames, drawP50, drawP95, gapP50, gapP95 } = await measure(page);
    process.stdout.write(`| ${vehicles.toLocaleString('en-US')} | ${name} (${shown}) | ${frames} | ${drawP50.toFixed(1)} | ${drawP95.toFixed(1)} | ${gapP50.toFixed(1)} | ${gapP95.toFixed(1)} |\n`);
  }
  await context.close();
  await site.close();
}

process.stdout.write('| vehicles | map | frames | draw p50 ms | draw p95 ms | frame p50 ms | frame p95 ms |\n|---|---|---|---|---|---|---|\n');
const browser = await launchBrowser();
for (const vehicles of FLEETS) await bench(browser, vehicles);
await browser.close();
