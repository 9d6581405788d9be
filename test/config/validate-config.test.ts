import fc from 'fast-check';
import { ConfigError } from '../../lib/config/config-error.ts';
import type { ConfigMistake } from '../../lib/config/config-error.ts';
import { configRules } from '../../lib/config/config-rules.ts';
import type { FieldRule, ValueRule } from '../../lib/config/field-rules.ts';
import { nearestName } from '../../lib/config/nearest-name.ts';
import { DEFAULT_ALARMS, DEFAULT_API, DEFAULT_BATCH, DEFAULT_INGEST, DEFAULT_LAKE, DEFAULT_LIVE, DEFAULT_TRACKING } from '../../lib/config/platform-config.ts';
import { validateConfig } from '../../lib/config/validate-config.ts';

const CONTRACTS = ['shipment-event', 'vehicle-position'];
const GOOD = { environment: 'acme', profile: 'balanced' };

const TILES = { url: 'https://tiles.example.com/{z}/{x}/{y}.png', attribution: '© OpenStreetMap contributors', maxZoom: 19 };

const validate = (input: unknown): ReturnType<typeof validateConfig> => validateConfig({ input, source: 'acme/prod.ts', contracts: CONTRACTS });

function errorOf(input: unknown): ConfigError {
  try {
    validate(input);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

const mistakes = (input: unknown): readonly ConfigMistake[] => errorOf(input).mistakes;

describe('a configuration with nothing but a name and a profile', () => {
  it('gets the documented defaults', () => {
    expect(validate(GOOD)).toEqual({
      ...GOOD,
      ephemeral: false,
      allowDataLoss: false,
      terminationProtection: true,
      encryption: 'customer-managed',
      pointInTimeRecovery: true,
      logRetentionDays: 90,
      site: {},
      streams: {},
      ingest: DEFAULT_INGEST,
      tracking: DEFAULT_TRACKING,
      lake: DEFAULT_LAKE,
      batch: DEFAULT_BATCH,
      live: DEFAULT_LIVE,
      api: DEFAULT_API,
      alarms: DEFAULT_ALARMS,
    });
  });

  it('gets what its profile says', () => {
    expect(validate({ ...GOOD, profile: 'low-cost' })).toMatchObject({ encryption: 'aws-managed', pointInTimeRecovery: false, terminationProtection: false, logRetentionDays: 14, ingest: { batchWindowSeconds: 10, archiveMemoryMegabytes: 512 } });
    expect(validate({ ...GOOD, profile: 'low-latency' })).toMatchObject({ encryption: 'customer-managed', ingest: { batchWindowSeconds: 2, archiveMemoryMegabytes: 1_769 } });
  });

  it('may say any of it itself, also as zero or false', () => {
    expect(validate({ ...GOOD, pointInTimeRecovery: false, ingest: { batchWindowSeconds: 0 } })).toMatchObject({ pointInTimeRecovery: false, ingest: { ...DEFAULT_INGEST, batchWindowSeconds: 0 } });
  });
});

it('takes tiles of an own server, with a port and a key, and plain http in the sandbox', () => {
  const tiles = { ...TILES, url: 'https://maps.acme.example:8443/styles/light/{z}/{x}/{y}.png?key=a-B_1' };
  expect(validate({ ...GOOD, site: { tiles } }).site).toEqual({ tiles });
  const plain = { ...TILES, url: 'http://127.0.0.1:8080/{z}/{x}/{y}.png' };
  expect(validate({ ...GOOD, account: '000000000000', site: { tiles: plain } }).site).toEqual({ tiles: plain });
});

describe('a wrong configuration', () => {
  it('is told every mistake at once, in one table', () => {
    const { message } = errorOf({
      environment: 'acme',
      profile: 'cheap',
      streams: { 'shipment-evnt': { shards: 2 }, 'vehicle-position': { shards: 0 } },
      ingest: { batchWindow: 3 },
    });
    expect(message.replace(/ {2,}/g, '  ').split('\n')).toEqual([
      'Configuration of environment "acme" has 4 mistakes (acme/prod.ts):',
      '  profile  got "cheap"  allowed: "low-cost", "balanced", "low-latency"  example: "balanced"',
      '  streams.shipment-evnt  got a name that is not a contract here  allowed: shipment-event, vehicle-position  did you mean "shipment-event"?',
      '  streams.vehicle-position.shards  got 0  allowed: 1 to 10000, or "on-demand"  example: 4',
      '  ingest.batchWindow  got a name that is not a field here  allowed: batchWindowSeconds, batchSize, archiveMemoryMegabytes  did you mean "batchWindowSeconds"?',
    ]);
  });

  it('says "1 mistake" for one', () => {
    expect(errorOf({ ...GOOD, region: 'Frankfurt' }).message).toMatch(/^Configuration of environment "acme" has 1 mistake \(acme\/prod\.ts\):\n {2}region +got "Frankfurt" +allowed: an AWS region +example: "eu-central-1"$/);
  });

  it.each([
    ['nothing at all', undefined, '(the whole file)'],
    ['a list', [], '(the whole file)'],
    ['a text', 'prod', '(the whole file)'],
    ['no environment', { profile: 'balanced' }, 'environment'],
    ['an environment that names cannot carry', { ...GOOD, environment: 'Prod_1' }, 'environment'],
    ['an environment that makes bucket names too long', { ...GOOD, environment: 'my-long-environment' }, 'environment'],
    ['a number as text', { ...GOOD, tracking: { horizonDays: '45' } }, 'tracking.horizonDays'],
    ['a fraction of a second', { ...GOOD, ingest: { batchWindowSeconds: 0.5 } }, 'ingest.batchWindowSeconds'],
    ['a negative number', { ...GOOD, ingest: { batchSize: -1 } }, 'ingest.batchSize'],
    ['NaN', { ...GOOD, ingest: { batchSize: Number.NaN } }, 'ingest.batchSize'],
    ['an account as a number', { ...GOOD, account: 123456789012 }, 'account'],
    ['a group that is none', { ...GOOD, lake: 7 }, 'lake'],
    ['null for a group', { ...GOOD, alarms: null }, 'alarms'],
    ['a retention that CloudWatch does not offer', { ...GOOD, logRetentionDays: 100 }, 'logRetentionDays'],
    ['a stream kept shorter than Kinesis can', { ...GOOD, streams: { 'shipment-event': { retentionHours: 12 } } }, 'streams.shipment-event.retentionHours'],
    ['a listener that is neither e-mail nor https', { ...GOOD, alarms: { notifySev1: ['http://insecure.example.com'] } }, 'alarms.notifySev1'],
    ['an issuer without an audience', { ...GOOD, api: { issuer: 'https://login.example.com' } }, 'api.audience'],
    ['an audience without an issuer', { ...GOOD, api: { audience: ['waybill'] } }, 'api.issuer'],
    ['no audience in the list', { ...GOOD, api: { issuer: 'https://login.example.com', audience: [] } }, 'api.audience'],
    ['an ephemeral environment in a real account', { ...GOOD, ephemeral: true, terminationProtection: false, account: '123456789012' }, 'ephemeral'],
    ['an ephemeral environment in whatever account comes', { ...GOOD, ephemeral: true, terminationProtection: false }, 'ephemeral'],
    ['a protected ephemeral environment', { ...GOOD, ephemeral: true, account: '000000000000' }, 'terminationProtection'],
    ['tiles without a template', { ...GOOD, site: { tiles: { ...TILES, url: 'https://tiles.example.com/' } } }, 'site.tiles.url'],
    ['tiles of one column', { ...GOOD, site: { tiles: { ...TILES, url: 'https://tiles.example.com/{z}/{y}/{y}.png' } } }, 'site.tiles.url'],
    ['tiles by a name that nobody fills in', { ...GOOD, site: { tiles: { ...TILES, url: 'https://{s}.example.com/{z}/{x}/{y}.png' } } }, 'site.tiles.url'],
    ['tiles with a word of the policy in their host', { ...GOOD, site: { tiles: { ...TILES, url: 'https://tiles.example.com;script-src/{z}/{x}/{y}' } } }, 'site.tiles.url'],
    ['tiles over plain http', { ...GOOD, site: { tiles: { ...TILES, url: 'http://tiles.example.com/{z}/{x}/{y}.png' } } }, 'site.tiles.url'],
    ['tiles of nobody', { ...GOOD, site: { tiles: { url: TILES.url, maxZoom: 19 } } }, 'site.tiles.attribution'],
    ['tiles without a last zoom', { ...GOOD, site: { tiles: { url: TILES.url, attribution: TILES.attribution } } }, 'site.tiles.maxZoom'],
  ])('is refused with the field: %s', (_, input, field) => {
    expect(mistakes(input).map((mistake) => mistake.field)).toEqual([field]);
  });

  it('is never silently corrected: a field nobody knows is a mistake wherever it stands', () => {
    expect(mistakes({ ...GOOD, nightly: {}, api: { rate: 5 } }).map(({ field, hint }) => [field, hint])).toEqual([['api.rate', undefined], ['nightly', undefined]]);
  });
});

describe('the rules', () => {
  const leaves = (rule: FieldRule, path: string): string[] =>
    rule.kind === 'group' ? Object.entries(rule.fields).flatMap(([name, field]) => leaves(field, path === '' ? name : `${path}.${name}`)) : [path];
  const documented = (value: unknown, path: string): string[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && path !== 'streams' ? Object.entries(value).flatMap(([name, entry]) => documented(entry, path === '' ? name : `${path}.${name}`)) : [path];

  it('know every field that a complete configuration has, and only ten more that stay absent', () => {
    const absent = ['account', 'region', 'api.issuer', 'api.audience', 'site.domainName', 'site.certificateArn', 'site.clientId', 'site.tiles.url', 'site.tiles.attribution', 'site.tiles.maxZoom'];
    expect(leaves(configRules(CONTRACTS), '').sort()).toEqual(documented(validate(GOOD), '').concat(absent).sort());
  });

  it('accept their own examples', () => {
    const fieldsOf = (rule: Exclude<FieldRule, ValueRule>): FieldRule[] => Object.values(rule.kind === 'group' ? rule.fields : rule.kind === 'map' ? rule.each.fields : rule.kinds);
    const values = (rule: FieldRule): ValueRule[] => (rule.kind === 'value' ? [rule] : fieldsOf(rule).flatMap(values));
    expect(values(configRules(CONTRACTS)).filter(({ accepts, example }) => !accepts(example))).toEqual([]);
  });

  it('never let a wrong value of any kind break the checking itself', () => {
    const names = fc.constantFrom('environment', 'profile', 'streams', 'ingest', 'api', 'alarms', 'account', 'surprise');
    fc.assert(fc.property(fc.dictionary(names, fc.anything()), (input) => {
      try {
        validate(input);
      } catch (error) {
        return error instanceof ConfigError;
      }
      return true;
    }), { numRuns: Number(process.env['RUNS'] ?? 300) });
  });
});

describe('did you mean', () => {
  it.each([
    ['prdo', ['local', 'dev', 'staging', 'prod'], 'prod'],
    ['stagin', ['local', 'dev', 'staging', 'prod'], 'staging'],
    ['batchWindow', ['batchWindowSeconds', 'batchSize'], 'batchWindowSeconds'],
    ['shipmentevent', ['shipment-event', 'vehicle-position'], 'shipment-event'],
    ['banana', ['local', 'dev', 'staging', 'prod'], undefined],
    ['', ['dev'], undefined],
  ])('%s', (given, known, meant) => {
    expect(nearestName(given, known)).toBe(meant);
  });
});
