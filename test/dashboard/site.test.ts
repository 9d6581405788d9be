import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildDashboard } from '../../dashboard/build.ts';
import type { BuiltFile } from '../../dashboard/build.ts';
import { commandOf } from '../../dashboard/frame/keys.ts';
import { dailyTiles } from '../../dashboard/model/daily.ts';
import { parsePlaces, regionPlaces } from '../../dashboard/model/places.ts';
import { isUserPool, parseSiteConfig } from '../../dashboard/model/site-config.ts';
import { personOf } from '../../dashboard/model/token.ts';

const DASHBOARD = join(import.meta.dirname, '..', '..', 'dashboard');
/** The first visit, gzipped. */
const MOST_BYTES = 120_000;

describe('the built site', () => {
  let files: readonly BuiltFile[];
  let index: string;
  beforeAll(async () => {
    files = await buildDashboard();
    index = Buffer.from(files.find(({ path }) => path === 'index.html')?.body ?? []).toString('utf8');
  }, 60_000);

  it('loads with under 120 KB, gzipped', () => {
    const named = files.filter(({ path }) => path === 'index.html' || index.includes(`/${path}`));
    const imported = files.filter(({ path }) => path.includes('/chunk-'));
    const bytes = [...named, ...imported].reduce((sum, { body }) => sum + gzipSync(body).length, 0);
    expect(named).toHaveLength(4);
    expect(bytes).toBeLessThan(MOST_BYTES);
    expect(bytes).toBeGreaterThan(40_000);
  });

  it('has no inline script, no inline style and no address of another origin', () => {
    expect(index).not.toMatch(/<style|style=|onclick|<script(?![^>]*src="\/assets\/main-[A-Z0-9]+\.js")/i);
    expect(index).not.toMatch(/https?:/);
    for (const { path, body } of files.filter((file) => /\.(js|css)$/.test(file.path))) {
      const text = Buffer.from(body).toString('utf8');
      const outside = [...text.matchAll(/(?:url\(|fetch\(|import\(|src=)["']?(https?:\/\/[^"')]+)/g)].map((match) => match[1]);
      expect({ path, outside }).toEqual({ path, outside: [] });
    }
  });

  it('keeps what carries its hash for ever, and asks again for the page that names it', () => {
    expect(files.filter(({ path }) => path.startsWith('assets/')).every(({ path, cacheControl }) => /-[A-Za-z0-9]{8}\./.test(path) && cacheControl.includes('immutable'))).toBe(true);
    expect(files.find(({ path }) => path === 'index.html')?.cacheControl).toBe('no-cache');
  });

  it('is the same twice', async () => {
    const again = await buildDashboard();
    expect(again.map(({ path }) => path)).toEqual(files.map(({ path }) => path));
  });

  it('is written without a way around escaping', () => {
    const sources = readdirSync(DASHBOARD, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
    const wrong = sources.filter((name) => /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\bstyle=/.test(readFileSync(join(DASHBOARD, name), 'utf8')));
    expect(sources.length).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });
});

describe('what the page is told at its start', () => {
  const config = { apiBase: '/', issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbC123', clientId: 'c', signIn: 'https://x', region: 'eu-central-1', environment: 'prod' };

  it('takes a whole configuration, and names the field that is missing', () => {
    expect(parseSiteConfig(config)).toEqual({ ...config, apiBase: '' });
    expect(() => parseSiteConfig({ ...config, clientId: undefined })).toThrow('/config.json: clientId is missing');
    expect(() => parseSiteConfig(null)).toThrow('apiBase is missing');
    expect(() => parseSiteConfig({ ...config, tiles: { url: 'https://t/{z}/{x}/{y}' } })).toThrow('/config.json: tiles.attribution is missing');
  });

  it('knows a user pool from another issuer', () => {
    expect([isUserPool(config), isUserPool({ issuer: 'http://127.0.0.1:4710/us-gov-west-1_x9' }), isUserPool({ issuer: 'https://login.example.com/tenant' })]).toEqual([true, true, false]);
  });

  it('reads who is signed in, and nothing from what is no token', () => {
    const token = (claims: object): string => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
    expect(personOf(token({ sub: '1', email: 'zoë@x.example', 'cognito:groups': ['operators'], exp: 10 }))).toEqual({ name: 'zoë@x.example', names: ['zoë@x.example', '1'], isOperator: true, expiresAt: 10_000 });
    expect(personOf(token({ sub: '1' })).isOperator).toBe(false);
    expect(personOf('nonsense')).toEqual({ name: 'unknown', names: [], isOperator: false, expiresAt: null });
  });
});

describe('small tables', () => {
  it('gives keys their meaning, alone and after g', () => {
    expect([commandOf('a', false), commandOf('a', true), commandOf('x', true), commandOf('g', false), commandOf('toString', false)]).toEqual(['acknowledge', { go: 'alerts' }, null, 'prefix', null]);
  });

  it('shows the share on time of what was judged, and none of nothing', () => {
    const day = { businessDate: '2026-11-17', publishedAt: '2026-11-18T04:12:00Z', delivered: 12_480, onTime: 11_406, late: 1_074, exceptions: 3 };
    expect(dailyTiles(day)[1]).toEqual({ label: 'On time', value: '91.4', unit: '%', part: 'of 12,480' });
    expect(dailyTiles({ ...day, onTime: 0, late: 0 })[1]?.value).toBe('–');
  });

  it('knows every place and region of the reference data', () => {
    const reference = join(DASHBOARD, '..', 'contracts', 'reference');
    const places = parsePlaces(readFileSync(join(reference, 'locations.csv'), 'utf8'));
    const rotterdam = places.get('NLRTM');
    expect([rotterdam?.name, Math.round(rotterdam?.lat ?? 0)]).toEqual(['Rotterdam', 52]);
    const { regions } = JSON.parse(readFileSync(join(reference, 'regions.json'), 'utf8')) as { regions: Parameters<typeof regionPlaces>[0] };
    expect(regionPlaces(regions)).toHaveLength(regions.length);
  });
});
