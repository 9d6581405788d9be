/** The built page in a real browser, against an API of real shapes: one browser for all, a fresh context each. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { STORY_ID } from './fixture/alerts.ts';
import { startSite } from './fixture/server.ts';
import type { FixtureSite } from './fixture/server.ts';
import { startTiles } from './fixture/tiles.ts';
import type { FixtureTiles } from './fixture/tiles.ts';
import { axeViolations, overflows, overlaps } from './judge.ts';
import { mapColours } from './pixels.ts';
import { closedContext, listen, show, signIn, sizeOf } from './shots.ts';
import type { Complaints } from './shots.ts';
import { until } from '../until.ts';

let browser: Browser;
let site: FixtureSite;
let context: BrowserContext;
let page: Page;
let complaints: Complaints;

beforeAll(async () => {
  [browser, site] = await Promise.all([launchBrowser(), startSite()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await site.close();
});

async function open(width: number): Promise<void> {
  context = await browser.newContext({ viewport: sizeOf(width), reducedMotion: 'reduce', locale: 'en-GB', hasTouch: width < 700 });
  await closedContext(context, site.url);
  page = await context.newPage();
  complaints = listen(page);
  await signIn(page, site.url);
}

/** Full load at a hash, as by a link from a colleague. */
async function openLink(hash: string): Promise<void> {
  await page.goto('about:blank');
  await show(page, site.url, hash);
}

jest.setTimeout(120_000);

describe('at a desk', () => {
  beforeEach(async () => {
    site.scenario = 'live';
    site.posted.length = 0;
    await open(1440);
  });
  afterEach(() => context.close());

  it('refuses a wrong password in words and lets the right one in', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Name or e-mail').fill('demo');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('Incorrect username or password.').waitFor();
    await signIn(page, site.url);
    await page.getByRole('heading', { name: /^Alerts \d+ open$/ }).waitFor();
    expect(await page.getByLabel('Password').count()).toBe(0);
  });

  it('shows the whole picture: nothing sticks out, nothing overlaps, axe and the browser have no complaint', async () => {
    await page.getByText('Cells of about').waitFor();
    await page.locator('.daily').waitFor();
    expect({ overflows: await overflows(page), overlaps: await overlaps(page), axe: await axeViolations(page), said: complaints.said }).toEqual({ overflows: [], overlaps: [], axe: [], said: [] });
    expect(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true);
  });

  it('keeps the place of the map in the address and opens there again', async () => {
    await page.getByText('Cells of about 970 km').waitFor();
    await page.getByRole('application').focus();
    for (let press = 0; press < 6; press += 1) await page.keyboard.press('+');
    await page.getByText('One mark per vehicle').waitFor();
    await page.waitForURL(/at=/);
    const hash = new URL(page.url()).hash;
    await openLink(hash);
    await page.getByText('One mark per vehicle').waitFor();
    expect(new URL(page.url()).hash).toBe(hash);
  });

  it('picks a vehicle from the map and tells what is aboard', async () => {
    await openLink('#/overview?at=40.39,-69.6,6000');
    await page.getByText('One mark per vehicle').waitFor();
    const box = await page.getByRole('application').boundingBox();
    if (box === null) throw new Error('no map');
    await page.waitForTimeout(300);
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator('.card').getByRole('link', { name: STORY_ID }).waitFor();
    expect(page.url()).toContain('vehicle=TRK-');
  });

  it('restores the filters of the alerts from a link and opens the whole of a storm', async () => {
    await openLink('#/alerts?severity=2&region=benelux');
    await page.getByRole('button', { name: '23 shipments' }).click();
    await page.locator('tr.member').nth(22).waitFor();
    expect(await page.locator('tr.member').count()).toBe(23);
    expect(await page.getByLabel('Severity', { exact: true }).inputValue()).toBe('2');
    expect(await page.getByLabel('Region', { exact: true }).inputValue()).toBe('benelux');
    await page.getByRole('button', { name: 'Closed', exact: true }).click();
    expect(page.url()).toContain('state=closed');
  });

  it('wakes what was snoozed: by the button, by the menu with keys, and back again by undo', async () => {
    const minutes = (): number[] => site.posted.map(({ body }) => (body as { minutes: number }).minutes);
    await openLink('#/alerts?state=snoozed');
    await page.getByRole('button', { name: 'End snooze', exact: true }).click();
    await page.getByRole('status').getByText('Snooze ended:', { exact: false }).waitFor();
    await page.getByText('No snoozed alerts').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('tr[aria-current]').waitFor();
    expect(minutes()).toEqual([0, expect.any(Number)]);
    expect(minutes()[1]).toBeGreaterThan(100);
    await page.keyboard.press('s');
    await page.getByRole('group', { name: 'Snooze for' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('End snooze');
    await page.keyboard.press('Enter');
    await page.getByText('No snoozed alerts').waitFor();
    await page.keyboard.press('z');
    await page.locator('tr[aria-current]').waitFor();
    expect(minutes().slice(2)).toEqual([0, expect.any(Number)]);
    expect(minutes()[3]).toBeGreaterThan(100);
    await openLink('#/overview');
    await page.getByRole('button', { name: /^End snooze: / }).click();
    await until(() => site.posted.length === 5, 'five statements are posted');
    await page.getByRole('button', { name: /^End snooze: / }).waitFor({ state: 'detached' });
  });

  it('is worked by keys: go to alerts, next, snooze for minutes, acknowledge', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.locator('tr[aria-current]').waitFor();
    await page.keyboard.press('j');
    await page.locator('tr[aria-current]', { hasText: STORY_ID }).waitFor();
    await page.keyboard.press('s');
    await page.getByLabel('Minutes').fill('45');
    await page.getByLabel('Minutes').press('Enter');
    await page.getByText('Snoozed until', { exact: false }).first().waitFor();
    // It has left the open ones, and is still the one that is looked at; the next is the one that took its place.
    await page.locator('.dhead').getByText(STORY_ID).waitFor();
    await page.keyboard.press('j');
    await page.locator('tr[aria-current]').waitFor();
    const next = await page.locator('tr[aria-current] .linkish').innerText();
    await page.keyboard.press('a');
    await page.getByRole('status').getByText(`Acknowledged: ${next}`).waitFor();
    expect(site.posted).toEqual([{ path: expect.stringContaining('/snooze') as string, body: { minutes: 45 } }, { path: expect.stringMatching(/\/acknowledge$/) as string, body: {} }]);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  });

  it('lands on the right view from an address that was guessed, and says of an unknown one that there is no such page', async () => {
    const title = (): Promise<string> => page.title();
    for (const [guess, hash, heading] of [[`#/shipments/${STORY_ID}`, `#/shipment/${STORY_ID}`, STORY_ID], ['#/regions/benelux', '#/region/benelux', 'Region Benelux'], ['#/alert', '#/alerts', 'Alerts']] as const) {
      await openLink(guess);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      expect(new URL(page.url()).hash).toBe(hash);
    }
    const vehicle = site.vehicleAboard(STORY_ID);
    // Its answer is slow, and the window changes meanwhile: that is nobody's wish to be elsewhere.
    await page.route(`**/v1/vehicles/${vehicle}`, async (route) => {
      await page.setViewportSize({ width: 1300, height: 860 });
      await page.waitForTimeout(500);
      await route.continue();
    }, { times: 1 });
    await openLink(`#/vehicles/${vehicle}`);
    await page.locator('.card').getByRole('link', { name: STORY_ID }).waitFor();
    await page.getByText('One mark per vehicle').waitFor();
    expect(page.url()).toMatch(new RegExp(`#/overview\\?.*vehicle=${vehicle}`));
    await openLink('#/nonsense/%3Cimg%20src=x%3E');
    await page.getByText('There is no such page').waitFor();
    await page.getByText('#/nonsense/%3Cimg%20src%3Dx%3E').waitFor();
    expect([await title(), await axeViolations(page), await overflows(page)]).toEqual(['No such page · Waybill', [], []]);
    await page.getByRole('navigation', { name: 'Pages that there are' }).getByRole('link', { name: 'Shipments' }).click();
    await page.getByRole('heading', { level: 1, name: 'Shipments' }).waitFor();
    await openLink('#/region/atlantis');
    await page.getByText('There is no region atlantis').waitFor();
    await openLink('#/alerts/LATE%3AARRIVED%3ANLRTM%3ANOBODY');
    await page.getByText('This alert is not among the open ones').waitFor();
    expect(await page.locator('tr[aria-current]').count()).toBe(0);
  });

  it('tells a shipment: plan against actual, the conflict, its vehicle on the map, HTML in a reference as text', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type(STORY_ID);
    await page.keyboard.press('Enter');
    await page.getByRole('rowheader', { name: /ARRIVED/ }).waitFor();
    await page.getByText('LOADED came twice with different content.').waitFor();
    await page.getByText('PO <b>4471</b>').waitFor();
    await page.getByRole('application', { name: /its vehicle is at 40\.39, -69\.60/ }).waitFor();
    expect(await page.title()).toBe(`${STORY_ID} · Waybill`);
    await openLink('#/shipment/SHP-NONE');
    await page.getByText('No shipment SHP-NONE in live state').waitFor();
  });

  it('runs nothing that comes from outside: HTML in every text shows as text', async () => {
    site.scenario = 'hostile';
    for (const hash of ['#/overview', '#/alerts', '#/shipments', '#/region/benelux', '#/health', `#/shipment/${encodeURIComponent('<img src=x onerror="window.hit=1">')}`]) {
      await openLink(hash);
      await page.locator('main').getByText('<img src=x', { exact: false }).locator('visible=true').first().waitFor();
      expect({ hash, hit: await page.evaluate(() => (window as { hit?: number }).hit ?? 0), images: await page.locator('img').count() }).toEqual({ hash, hit: 0, images: 0 });
    }
  });

  it('keeps what it knows when the API falls silent, says so, and recovers by itself', async () => {
    await page.locator('li.alert').nth(10).waitFor();
    await page.locator('.daily').waitFor();
    site.scenario = 'error';
    await page.getByText('The API does not answer').waitFor({ timeout: 60_000 });
    expect(await page.locator('li.alert').count()).toBeGreaterThan(10);
    site.scenario = 'live';
    await page.getByText('The API does not answer').waitFor({ state: 'detached', timeout: 60_000 });
    expect(await page.locator('li.alert').count()).toBeGreaterThan(10);
  });
});

describe('in a hand', () => {
  beforeAll(async () => {
    site.scenario = 'live';
    await open(390);
  });
  afterAll(() => context.close());

  it.each(['#/overview', '#/alerts', `#/shipment/${STORY_ID}`, '#/shipments'])('fits 390 px: %s', async (hash) => {
    await openLink(hash);
    await page.locator('main .panel').first().waitFor();
    await page.waitForTimeout(500);
    expect({ overflows: await overflows(page), overlaps: await overlaps(page), axe: await axeViolations(page), said: complaints.said }).toEqual({ overflows: [], overlaps: [], axe: [], said: [] });
  });

  it('is picked by a tap: a vehicle tells what is aboard', async () => {
    await openLink('#/overview?at=40.39,-69.6,6000');
    await page.getByText('One mark per vehicle').waitFor();
    const box = await page.getByRole('application').boundingBox();
    if (box === null) throw new Error('no map');
    await page.waitForTimeout(300);
    await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator('.card').getByRole('link', { name: STORY_ID }).waitFor();
    expect(await overflows(page)).toEqual([]);
  });

  it('is moved by one finger and zoomed by two', async () => {
    await openLink('#/overview');
    await page.getByText('Cells of about 370 km').waitFor();
    await fingers(page, [[{ x: 200, y: 250 }, { x: 120, y: 300 }]]);
    await page.waitForURL(/at=/);
    const scaleOf = (): number => Number(/at=[-\d.]+,[-\d.]+,(\d+)/.exec(page.url())?.[1]);
    const before = scaleOf();
    await fingers(page, [[{ x: 180, y: 250 }, { x: 90, y: 250 }], [{ x: 220, y: 250 }, { x: 310, y: 250 }]]);
    await until(() => scaleOf() !== before, 'the map has its new scale');
    expect(scaleOf()).toBeGreaterThan(before * 2);
  });
});

describe('on tiles', () => {
  const PLACE = '#/overview?at=40.39,-69.6,6000';
  let tiles: FixtureTiles;
  let strangers: string[];
  beforeAll(async () => {
    tiles = await startTiles();
    site.scenario = 'live';
    site.tiles = tiles;
    context = await browser.newContext({ viewport: sizeOf(1440), colorScheme: 'light', reducedMotion: 'reduce', locale: 'en-GB' });
    strangers = [];
    context.on('request', (request) => { if (![site.url, tiles.origin].includes(new URL(request.url()).origin) && !request.url().startsWith('data:')) strangers.push(request.url()); });
    page = await context.newPage();
    complaints = listen(page);
    await signIn(page, site.url);
  });
  afterAll(async () => {
    site.tiles = undefined;
    await context.close();
    await tiles.close();
  });

  /** #e0e0e0 under a veil of a third of the land's colour. */
  const isTile = ([r, g, b]: readonly [number, number, number]): boolean => [r, g, b].every((value) => value > 230 && value < 240);

  async function pickInTheMiddle(): Promise<void> {
    const box = await page.getByRole('application').boundingBox();
    if (box === null) throw new Error('no map');
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator('.card').getByRole('link', { name: STORY_ID }).waitFor();
  }

  it('lays them under the vehicles, as near as streets, and asks nobody else', async () => {
    await openLink(PLACE);
    await page.getByText('One mark per vehicle').waitFor();
    const spots = [[60, 60], [-200, -90], [150, -160]] as const;
    // Tiles come one by one, on a busy machine slowly.
    for (let look = 0; look < 60 && !(await mapColours(page, spots)).every(isTile); look += 1) await page.waitForTimeout(250);
    const [marks, around] = [await mapColours(page, [[0, 0], [1, 2], [-1, 2], [0, -3]]), await mapColours(page, spots)];
    expect({ isMarked: !marks.every(isTile), around: around.map(isTile) }).toEqual({ isMarked: true, around: [true, true, true] });
    await pickInTheMiddle();
    expect(new Set(tiles.asked.map(({ referrer }) => referrer))).toEqual(new Set([`${site.url}/`]));
    expect({ strangers, said: complaints.said }).toEqual({ strangers: [], said: [] });
    await page.getByRole('application').focus();
    for (let press = 0; press < 16; press += 1) await page.keyboard.press('+');
    await until(() => tiles.asked.some(({ tile }) => tile.startsWith('16/')), 'tiles of level 16 are asked for');
    await page.waitForURL(/at=40\.\d{5},/);
  });

  it('goes on without them when their server is down: land of the bundle, vehicles, picking', async () => {
    tiles.isDown = true;
    const before = tiles.asked.length;
    await openLink(PLACE);
    await page.getByText('One mark per vehicle').waitFor();
    await until(() => tiles.asked.length > before + 5, 'more tiles are asked for');
    await page.waitForTimeout(300);
    await pickInTheMiddle();
    // Over the sea off Nantucket there is no land: the page's own ground shows.
    expect((await mapColours(page, [[60, 60]])).map(isTile)).toEqual([false]);
    await openLink('#/overview?at=51,20,500');
    await page.getByText('Cells of about').waitFor();
    expect({ strangers, said: complaints.said }).toEqual({ strangers: [], said: [] });
  });
});

interface Spot { readonly x: number; readonly y: number }

/** Fingers that go down, move in ten steps and lift, through the browser's own touch input. */
async function fingers(target: Page, paths: readonly (readonly [Spot, Spot])[]): Promise<void> {
  const session = await target.context().newCDPSession(target);
  const at = (share: number): { x: number; y: number; id: number }[] => paths.map(([from, to], id) => ({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, id }));
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
  for (let step = 1; step <= 10; step += 1) await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(step / 10) });
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}
