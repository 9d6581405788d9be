/** What is looked at: views by theme and width, and how a page is brought there. */
import type { BrowserContext, Page } from 'playwright-core';
import type { Scenario } from './fixture/api.ts';
import { STORY_ID } from './fixture/alerts.ts';
import { PASSWORD } from './fixture/server.ts';

export const THEMES = ['dark', 'light'] as const;
export const WIDTHS = [1440, 390] as const;
const HEIGHTS: Readonly<Record<number, number>> = { 1440: 900, 390: 844 };

export interface Shot {
  readonly name: string;
  readonly hash: string;
  readonly scenario?: Scenario;
  /** Before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const openStorm = (page: Page): Promise<void> => page.getByRole('button', { name: '23 shipments' }).click();
const openSnoozeMenu = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Snooze again' }).click();
  await page.getByRole('group', { name: 'Snooze for' }).waitFor();
};
const waitForVehicles = (page: Page): Promise<void> => page.locator('.legend .scale').waitFor({ timeout: 10_000 });
const waitForChart = (page: Page): Promise<void> => page.locator('.uplot canvas').waitFor({ timeout: 10_000 });

export const SHOTS: readonly Shot[] = [
  { name: 'overview', hash: '#/overview', prepare: waitForVehicles },
  { name: 'overview-near', hash: '#/overview?at=51.2,5.6,2600', prepare: waitForVehicles },
  { name: 'alerts', hash: '#/alerts', prepare: openStorm },
  { name: 'shipment', hash: `#/shipment/${STORY_ID}` },
  { name: 'shipments', hash: '#/shipments?delayed=true' },
  { name: 'region', hash: '#/region/benelux', prepare: waitForChart },
  { name: 'health', hash: '#/health' },
  { name: 'alerts-snoozed', hash: '#/alerts?state=snoozed', prepare: openSnoozeMenu },
  { name: 'unknown', hash: '#/nonsense' },
  { name: 'overview-loading', hash: '#/overview', scenario: 'loading' },
  { name: 'overview-empty', hash: '#/overview', scenario: 'empty' },
  { name: 'overview-stale', hash: '#/overview', scenario: 'stale' },
  { name: 'overview-degraded', hash: '#/overview', scenario: 'degraded' },
  { name: 'overview-error', hash: '#/overview', scenario: 'error' },
];

/** What a browser says that a person should hear: errors, refusals of the policy. */
export interface Complaints { readonly said: string[] }

export function listen(page: Page): Complaints {
  const said: string[] = [];
  page.on('pageerror', (error) => said.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    // A refused question shows in the console by itself; scenarios refuse on purpose.
    const isAnswer = message.text().startsWith('Failed to load resource');
    if ((message.type() === 'error' || message.type() === 'warning') && !isAnswer) said.push(`console: ${message.text()}`);
  });
  return { said };
}

export const sizeOf = (width: number): { width: number; height: number } => ({ width, height: HEIGHTS[width] ?? 800 });

/** Signs in as a person would. */
export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Name or e-mail').fill('demo');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('header.top').waitFor();
}

export async function show(page: Page, url: string, hash: string): Promise<void> {
  await page.goto(`${url}/${hash}`);
  await page.locator('header.top').waitFor();
}

/** A context in which nothing leaves for another origin. */
export async function closedContext(context: BrowserContext, url: string): Promise<void> {
  await context.route((target) => !target.href.startsWith(url) && target.protocol !== 'data:', (route) => route.abort());
}
