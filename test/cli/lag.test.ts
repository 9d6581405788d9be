import { lagText } from '../../cli/commands/lag.ts';
import { contractLag, goldLag } from '../../cli/lag/lag.ts';
import type { ContractFacts } from '../../cli/lag/lag.ts';
import type { Io } from '../../cli/output/io.ts';

const NOW = Date.parse('2026-11-21T03:00:00Z');
const minutesAgo = (minutes: number): number => NOW - minutes * 60_000;
const PLAIN = { colour: false } as Io;

const facts = (more: Partial<ContractFacts> = {}): ContractFacts => ({ contract: 'shipment-event', freshnessMinutes: 20, newest: new Map([['shard-0', minutesAgo(0.2)], ['shard-7', minutesAgo(306)]]), open: [], waiting: 0, ...more });

test('silver is as far behind as the oldest object that it lacks', () => {
  const open = [{ shard: 'shard-0', arrival: minutesAgo(4), bytes: 100 }, { shard: 'shard-7', arrival: minutesAgo(20), bytes: 900 }];
  expect(contractLag(facts({ open, waiting: 2 }), NOW)).toEqual({
    contract: 'shipment-event', newestArrival: minutesAgo(0.2), silverBehindMinutes: 20, objectiveMinutes: 20, isBehind: false, openObjects: 2, openBytes: 1000, waitingObjects: 2,
    shards: [{ shard: 'shard-0', newestArrival: minutesAgo(0.2), behindMinutes: 4, openObjects: 1 }, { shard: 'shard-7', newestArrival: minutesAgo(306), behindMinutes: 20, openObjects: 1 }],
  });
  expect(contractLag(facts({ open: [{ shard: 'shard-7', arrival: minutesAgo(20.1), bytes: 1 }] }), NOW)).toMatchObject({ silverBehindMinutes: 20.1, isBehind: true });
});

test('what is not open is loaded, and an idle contract is not behind', () => {
  expect(contractLag(facts(), NOW)).toMatchObject({ silverBehindMinutes: 0, isBehind: false, openObjects: 0 });
  expect(contractLag(facts({ newest: new Map() }), NOW)).not.toHaveProperty('newestArrival');
});

test.each([
  ['2026-11-20', 3, false],
  ['2026-11-19', 27, false],
  ['2026-11-18', 51, true],
])('gold whose newest day is %s ended %i h ago', (day, hours, isBehind) => {
  expect(goldLag(day, NOW)).toEqual({ newestDay: day, endedHoursAgo: hours, objectiveHours: 30, isBehind });
});

test('the screen names the shard that is behind, and what waits for a person', () => {
  const behind = contractLag(facts({ open: [{ shard: 'shard-0', arrival: minutesAgo(2), bytes: 2000 }, { shard: 'shard-7', arrival: minutesAgo(306), bytes: 4000 }], waiting: 1 }), NOW);
  const idle = contractLag(facts({ contract: 'vehicle-position', newest: new Map() }), NOW);
  expect(lagText(PLAIN, [behind, idle], goldLag('2026-11-18', NOW), NOW)).toBe(`contract          newest in bronze     silver            objective        not loaded yet     waits for a person
shipment-event    02:59:48Z, 12 s ago  5 h 6 min behind  missed (20 min)  2 objects, 6.0 kB  1 object
vehicle-position  nothing yet          has all           kept (20 min)    none               none

Shards behind
  shipment-event  shard-7  5 h 6 min behind  1 object

Gold: the newest published day is 2026-11-18; it ended 51 h ago. Objective missed (30 h)
`);
  expect(lagText(PLAIN, [idle], goldLag(undefined, NOW), NOW)).toContain('Gold: no day is published yet. Next: waybill run publish-day');
});
