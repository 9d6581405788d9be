import { ENVIRONMENTS } from '../../lib/config/environments/index.ts';
import type { PlatformConfig } from '../../lib/config/platform-config.ts';
import { validateConfig } from '../../lib/config/validate-config.ts';

const CONTRACTS = ['order-change', 'shipment-event', 'vehicle-position'];

const config = (name: string): PlatformConfig => validateConfig({ input: ENVIRONMENTS[name], source: name, contracts: CONTRACTS });

/** Every leaf by its path. */
function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, entry]) => leaves(entry, path === '' ? name : `${path}.${name}`));
}

function differences(one: string, other: string): string[] {
  const [a, b] = [new Map(leaves(config(one))), new Map(leaves(config(other)))];
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => JSON.stringify(a.get(path)) !== JSON.stringify(b.get(path))).sort();
}

/** All that the sandbox may do otherwise than shared development. Code never asks where it runs, so this is everything. */
const LOCAL_DIFFERS = {
  environment: 'its name',
  account: 'no account of AWS has this number, so a deployment by mistake is refused',
  region: 'the sandbox has one',
  ephemeral: 'its data goes with its folder',
  allowDataLoss: 'not needed where data is ephemeral',
  'ingest.batchWindowSeconds': 'a newcomer sees an event after two seconds, not after ten',
  'ingest.batchSize': 'a laptop has less memory than Lambda; it also makes several batches of a small load',
  'live.countEverySeconds': 'the overview is looked at while one tries things',
  'live.fleetVehicles': 'the simulated fleet has 220; pages for ten thousand would hold two vehicles each',
  'streams.order-change.shards': 'as the contract says; one is enough for a database of this size',
  'streams.order-change.retentionHours': 'records are kept in memory',
  'streams.shipment-event.shards': 'two shards, so that what only shows with several shards shows on a laptop',
  'streams.shipment-event.retentionHours': 'as above',
  'streams.vehicle-position.shards': 'two, as above',
  'streams.vehicle-position.retentionHours': 'as above',
  'alarms.behindMinutes': 'an alarm can be seen going off within a coffee',
  'alarms.minutesInARow': 'as above',
  'alarms.quarantineMinimumRecords': 'a world of 60 events a second, and a few put by hand, are a sample',
};

describe('the environments that come with the platform', () => {
  it.each(Object.keys(ENVIRONMENTS))('%s is valid and carries its own name', (name) => {
    expect(config(name).environment).toBe(name);
  });

  it('are local, dev, staging and prod', () => {
    expect(Object.keys(ENVIRONMENTS)).toEqual(['local', 'dev', 'staging', 'prod']);
  });

  it('local differs from dev in these values and no other', () => {
    expect(differences('local', 'dev')).toEqual(Object.keys(LOCAL_DIFFERS).sort());
  });

  it('staging differs from prod in its name, its size and its protection against deletion only', () => {
    expect(differences('staging', 'prod')).toEqual(['environment', 'streams.shipment-event.shards', 'streams.vehicle-position.shards', 'terminationProtection']);
  });

  it('only dev and nothing else may lose data, and only with the second key', () => {
    expect(Object.keys(ENVIRONMENTS).filter((name) => config(name).allowDataLoss)).toEqual(['dev']);
    expect(Object.keys(ENVIRONMENTS).filter((name) => config(name).ephemeral)).toEqual(['local']);
  });

  it('read their streams in windows of ten seconds, the sandbox of two', () => {
    expect(Object.keys(ENVIRONMENTS).map((name) => config(name).ingest.batchWindowSeconds)).toEqual([2, 10, 10, 10]);
  });
});
