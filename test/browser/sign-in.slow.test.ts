/** Sign-in at an OpenID Connect issuer on another origin, the whole way there and back in a real browser, under the page's strict policy. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { startIssuer } from './fixture/issuer.ts';
import type { FixtureIssuer } from './fixture/issuer.ts';
import { startSite } from './fixture/server.ts';
import type { FixtureSite } from './fixture/server.ts';
import { axeViolations } from './judge.ts';
import { listen } from './shots.ts';
import type { Complaints } from './shots.ts';
import { until } from '../until.ts';

jest.setTimeout(120_000);

const LINK = '#/alerts?state=mine&region=benelux';

let browser: Browser;
let issuer: FixtureIssuer;
let site: FixtureSite;
let context: BrowserContext;
let page: Page;
let complaints: Complaints;
let strangers: string[];

beforeAll(async () => {
  issuer = await startIssuer(() => site.url);
  [browser, site] = await Promise.all([launchBrowser(), startSite({ issuer })]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await Promise.all([site.close(), issuer.close()]);
});

beforeEach(async () => {
  issuer.isDown = false;
  issuer.grants.length = 0;
  context = await browser.newContext({ viewport: { width: 1200, height: 800 }, reducedMotion: 'reduce' });
  strangers = [];
  context.on('request', (request) => { if (![site.url, issuer.url].includes(new URL(request.url()).origin)) strangers.push(request.url()); });
  page = await context.newPage();
  complaints = listen(page);
});
afterEach(async () => {
  await context.close();
  if (complaints.said.length + strangers.length > 0) throw new Error(`The browser complains, or somebody else was asked: ${[...complaints.said, ...strangers].join('\n')}`);
});

const button = (): ReturnType<Page['getByRole']> => page.getByRole('button', { name: `Sign in at ${new URL(issuer.url).host}` });
const outcomes = (): string[] => issuer.grants.map(({ grant, outcome }) => `${grant} ${outcome}`);

async function signIn(hash = LINK): Promise<void> {
  await page.goto(`${site.url}/${hash}`);
  await button().click();
  await page.getByRole('link', { name: 'Go on as Kim' }).click();
  await page.locator('header.top').waitFor();
}

it('goes to the issuer and comes back to the link, with a code that only this tab can use', async () => {
  const answer = await page.goto(`${site.url}/${LINK}`);
  expect(answer?.headers()['content-security-policy']).toContain(`connect-src 'self' ${issuer.url};`);
  await button().waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await button().click();
  await page.waitForURL(`${issuer.url}/authorize?**`);
  const asked = new URL(page.url()).searchParams;
  expect(Object.fromEntries(asked)).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', redirect_uri: `${site.url}/` });
  await page.getByRole('link', { name: 'Go on as Kim' }).click();
  await page.locator('.who').getByText('kim@example.com').waitFor();
  expect(page.url()).toBe(`${site.url}/${LINK}`);
  expect(outcomes()).toEqual(['authorization_code granted']);
  // What proves it has served, and is gone.
  expect(await page.evaluate(() => sessionStorage.getItem('waybill.sign-in'))).toBeNull();
  await page.reload();
  await page.locator('header.top').waitFor();
  expect(outcomes()).toHaveLength(1);
});

it('takes no code that it did not ask for', async () => {
  await page.goto(`${site.url}/?code=stolen&state=forged${LINK}`);
  await page.getByRole('alert').getByText('This sign-in was not begun in this tab. Sign in again.').waitFor();
  await page.goto(`${site.url}/${LINK}`);
  await button().click();
  await page.getByRole('link', { name: 'Go on as Kim' }).waitFor();
  await page.goto(`${site.url}/?code=stolen&state=forged`);
  await page.getByRole('alert').getByText('This sign-in was not begun in this tab. Sign in again.').waitFor();
  expect(new URL(page.url()).search).toBe('');
  expect(outcomes()).toEqual([]);
  await button().click();
  await page.getByRole('link', { name: 'Go on as Kim' }).click();
  await page.locator('header.top').waitFor();
});

it('is refused by the issuer when the verifier is another one', async () => {
  await page.addInitScript(() => {
    const left = sessionStorage.getItem('waybill.sign-in');
    if (left !== null && location.search.includes('code=')) sessionStorage.setItem('waybill.sign-in', JSON.stringify({ ...(JSON.parse(left) as object), verifier: 'x'.repeat(43) }));
  });
  await page.goto(`${site.url}/${LINK}`);
  await button().click();
  await page.getByRole('link', { name: 'Go on as Kim' }).click();
  await page.getByRole('alert').getByText('The issuer refused: invalid_grant.').waitFor();
  expect(outcomes()).toEqual(['authorization_code invalid_grant']);
});

it('says in the issuer\'s words why somebody may not, and that an issuer does not answer', async () => {
  await page.goto(`${site.url}/${LINK}`);
  await button().click();
  await page.getByRole('link', { name: 'Refuse' }).click();
  await page.getByRole('alert').getByText('Kim is not assigned to this application.').waitFor();
  issuer.isDown = true;
  await button().click();
  await page.getByRole('alert').getByText('The issuer does not answer. Try again in a moment.').waitFor();
  expect(outcomes()).toEqual([]);
});

it('renews a token that counts no more, outlives an issuer that is down, and asks to sign in again when the session is over', async () => {
  await signIn('#/alerts?region=benelux');
  await page.locator('tr.pickable').first().waitFor();
  issuer.expireTokens();
  await until(() => outcomes().includes('refresh_token granted'), 'the token is refreshed');
  await page.getByRole('button', { name: 'Acknowledge', exact: true }).waitFor();

  expect(outcomes()).toEqual(['authorization_code granted', 'refresh_token granted']);
  issuer.isDown = true;
  issuer.expireTokens();
  await until(() => issuer.refusals > 0, 'the issuer has refused');
  issuer.isDown = false;
  await until(() => outcomes().length > 2, 'a third token is asked for');
  await page.getByRole('button', { name: 'Acknowledge', exact: true }).waitFor();
  expect(await page.locator('tr.pickable').count()).toBeGreaterThan(0);
  expect(outcomes()).toEqual(['authorization_code granted', 'refresh_token granted', 'refresh_token granted']);

  issuer.endSessions();
  await page.getByRole('alert').getByText('Your sign-in has ended.', { exact: false }).waitFor({ timeout: 60_000 });
  await button().click();
  await page.getByRole('link', { name: 'Go on as Kim' }).click();
  await page.locator('tr.pickable').first().waitFor();
  expect(new URL(page.url()).hash).toBe('#/alerts?region=benelux');
});

it('signs out: the tab forgets the tokens, and a link asks to sign in first', async () => {
  await signIn();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await button().waitFor();
  expect(await page.evaluate(() => ({ ...sessionStorage }))).toEqual({});
  await page.goto('about:blank');
  await page.goto(`${site.url}/#/overview`);
  await button().waitFor();
  expect(await page.locator('header.top').count()).toBe(0);
});
