/**
 * npm run bench:bug-scenario -- --days 184 --shipments 900
 *
 * The bug: logic v1 of the shipping cost gives some shipments a negative amount, and is published. It is compared with v2, v2 is put
 * into force, and all days are built again by one backfill while live events flow and a reader looks on. Says, and checks: that the
 * comparison named exactly the rows that changed, that readers saw each day change once, that nothing negative is left.
 */
import { setTimeout as wait } from 'node:timers/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { addDays, businessDay } from '../../domain/time/business-day.ts';
import { table } from '../../cli/output/style.ts';
import { lakeSandbox } from './lake-sandbox.ts';
import type { LakeSandbox, Took } from './lake-sandbox.ts';
import { liveLatency } from './live-latency.ts';
import type { Latency } from './live-latency.ts';

const ZONE = 'Europe/Berlin';
const MORE_DAYS = 3;
/** Days that one Glue run of a backfill takes at most (cli/backfill/ask.ts). */
const MOST_PER_RUN = 31;
const READ_EVERY_MS = 3_000;
/** As the local profile does about: more often, loads would keep Spark from the backfill. */
const LOAD_EVERY_SECONDS = 300;
/** Tables that the logic is an input of, each with what names a row. */
const PRICED: Readonly<Record<string, readonly string[]>> = {
  shipment_daily: ['business_date', 'carrier', 'mode', 'lane', 'customer_segment'],
  carrier_performance_daily: ['business_date', 'carrier', 'mode'],
  cost_daily: ['business_date', 'carrier', 'mode', 'lane', 'service_level', 'customer_segment'],
};
/** The defect is known and the days are new: what halts otherwise is only said. */
const KNOWN = 'amounts-not-negative=warn,shipment_events.usual-volume=warn,order_changes.usual-volume=warn';

interface Range { readonly from: string; readonly to: string; readonly days: readonly string[] }
type Row = Readonly<Record<string, unknown>>;
/** By table: rows by their keys. */
type Priced = Readonly<Record<string, ReadonlyMap<string, string>>>;
interface Compared { readonly tables: readonly { readonly table: string; readonly rows: number; readonly changed: number; readonly only_current: number; readonly only_candidate: number }[]; readonly mismatchPercent: number }
interface Reading { readonly looks: number; readonly values: ReadonlyMap<string, readonly string[]> }
interface Ended { readonly took: Took; readonly latency: Latency; readonly reading: Reading }

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const GOLD = 'waybill_local_gold';
const within = ({ from, to }: Range): string => `business_date BETWEEN DATE '${from}' AND DATE '${to}'`;

async function priced(lake: LakeSandbox, range: Range): Promise<Priced> {
  const found: Record<string, ReadonlyMap<string, string>> = {};
  for (const [name, grain] of Object.entries(PRICED)) {
    const rows = await lake.rows(`SELECT * FROM ${GOLD}.${name} WHERE ${within(range)}`);
    found[name] = new Map(rows.map((row) => [JSON.stringify(grain.map((key) => row[key])), JSON.stringify(row)]));
  }
  return found;
}

const sums = (lake: LakeSandbox, range: Range): Promise<Row[]> => lake.rows(`SELECT CAST(business_date AS varchar) AS day, CAST(sum(shipping_cost) AS varchar) AS cost FROM ${GOLD}.cost_daily WHERE ${within(range)} GROUP BY 1`);
const negative = async (lake: LakeSandbox, range: Range): Promise<number> => Number((await lake.rows(`SELECT count(*) AS n FROM ${GOLD}.cost_daily WHERE shipping_cost < 0 AND ${within(range)}`))[0]?.['n']);

/** Looks again and again: the values that each day had, in their order. */
async function readers(lake: LakeSandbox, range: Range, isOver: () => boolean): Promise<Reading> {
  const values = new Map<string, string[]>();
  for (let looks = 0; ; looks++) {
    const last = isOver();
    for (const { day, cost } of await sums(lake, range)) {
      const seen = values.get(String(day)) ?? [];
      if (seen.at(-1) !== String(cost)) values.set(String(day), [...seen, String(cost)]);
    }
    if (last) return { looks: looks + 1, values };
    await wait(READ_EVERY_MS);
  }
}

async function backfilled(lake: LakeSandbox, range: Range, daysPerRun: number): Promise<Ended> {
  let isOver = false;
  const over = (): boolean => isOver;
  const [reading, latency] = [readers(lake, range, over), liveLatency(lake.platform, over)];
  const loads = (async () => {
    while (!over()) {
      await lake.waybill('run', 'ingest-silver');
      for (let waited = 0; waited < LOAD_EVERY_SECONDS && !over(); waited++) await wait(1_000);
    }
  })();
  const took = await lake.measured(async () => say(await lake.waybill('backfill', ...Object.keys(PRICED), '--from', range.from, '--to', range.to, '--run', 'repair', '--width', '1', '--days-per-run', String(daysPerRun), '--yes')));
  isOver = true;
  await loads;
  return { took, latency: await latency, reading: await reading };
}

/** How often the backfill published each table of each day. */
async function published(lake: LakeSandbox): Promise<ReadonlyMap<string, number>> {
  const rows = await lake.rows("SELECT table_name, CAST(business_date AS varchar) AS day, count(*) AS n FROM waybill_local_ops.data_versions WHERE state = 'complete' AND run LIKE 'repair%' GROUP BY 1, 2");
  return new Map(rows.map(({ table_name: name, day, n }) => [`${String(name)} ${String(day)}`, Number(n)]));
}

interface Verdict { readonly says: string; readonly holds: boolean }

function verdicts(before: Priced, after: Priced, compared: Compared, ended: Ended, commits: ReadonlyMap<string, number>, left: number): Verdict[] {
  const changed = new Map(Object.keys(PRICED).map((name) => [name, [...(before[name] ?? [])].filter(([key, row]) => after[name]?.get(key) !== row).map(([key]) => key)]));
  const sameKeys = Object.keys(PRICED).every((name) => before[name]?.size === after[name]?.size);
  const named = compared.tables.map((each) => `${each.table} ${each.changed + each.only_current + each.only_candidate}`).sort();
  const found = [...changed].map(([name, keys]) => `${name} ${keys.length}`).sort();
  const touched = new Set([...changed].flatMap(([name, keys]) => keys.map((key) => `${name} ${String((JSON.parse(key) as string[])[0])}`)));
  const often = Math.max(0, ...[...ended.reading.values.values()].map((seen) => seen.length));
  return [
    { says: `the comparison named the rows that changed, by table: ${found.join(', ')}`, holds: JSON.stringify(named) === JSON.stringify(found) && found.length > 0 },
    { says: 'no row came or went', holds: sameKeys },
    { says: `each of the ${touched.size} table days that changed was published once, no other was`, holds: commits.size === touched.size && [...touched].every((key) => commits.get(key) === 1) },
    { says: `in ${ended.reading.looks} looks readers saw at most ${often} values of a day, before and after`, holds: often <= 2 },
    { says: `negative amounts left: ${left}`, holds: left === 0 },
  ];
}

async function scenario(lake: LakeSandbox, range: Range, daysPerRun: number): Promise<boolean> {
  await lake.waybill('promote', 'v1', '--yes');
  const first = await lake.measured(async () => {
    for (let at = 0; at < range.days.length; at += daysPerRun) {
      await lake.job('build-gold', { '--run': `first-${at}`, '--dates': range.days.slice(at, at + daysPerRun).join(','), '--tables': Object.keys(PRICED).join(','), '--logic': 'v1', '--audit-severities': KNOWN });
      say(`  ${Math.min(at + daysPerRun, range.days.length)} days published by v1`);
    }
  });
  const [before, wrong] = [await priced(lake, range), await negative(lake, range)];
  say(`Published by v1: ${Object.entries(before).map(([name, rows]) => `${name} ${rows.size} rows`).join(', ')}; negative amounts in cost_daily: ${wrong}.`);
  const compared = JSON.parse(await lake.waybill('--json', 'compare-logic', '--from', range.from, '--to', range.to, '--candidate', 'v2', '--tables', Object.keys(PRICED).join(','))) as Compared;
  say(`compare-logic --candidate v2: at most ${compared.mismatchPercent.toFixed(2)} % of a table's rows differ.`);
  await lake.waybill('promote', 'v2', '--yes');
  const ended = await backfilled(lake, range, daysPerRun);
  const all = verdicts(before, await priced(lake, range), compared, ended, await published(lake), await negative(lake, range));
  const again = JSON.parse(await lake.waybill('--json', 'compare-logic', '--from', range.from, '--to', range.to, '--against', 'published', '--tables', Object.keys(PRICED).join(','))) as Compared;
  all.push({ says: 'a new build of all days differs nowhere from what readers have', holds: again.mismatchPercent === 0 });
  say(`\n${table([['', 'wall', 'CPU of Spark'], ['first build (v1)', `${first.wall.toFixed(0)} s`, `${first.cpu.toFixed(0)} s`], ['backfill (v2), loads beside it', `${ended.took.wall.toFixed(0)} s`, `${ended.took.cpu.toFixed(0)} s`]])}`);
  say(`A live shipment, put to seen, during the backfill: p50 ${ended.latency.p50} ms, p99 ${ended.latency.p99} ms, ${ended.latency.probes} probes.\n`);
  for (const { says, holds } of all) say(`${holds ? '✔' : '✖ NOT SO:'} ${says}`);
  return wrong > 0 && all.every(({ holds }) => holds);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { days: { type: 'string', default: '184' }, shipments: { type: 'string', default: '900' }, 'days-per-run': { type: 'string', default: '31' } } });
  const [count, shipments, daysPerRun] = [Number(values.days), Number(values.shipments), Number(values['days-per-run'])];
  if (![count, shipments, daysPerRun].every((each) => Number.isInteger(each) && each > 0) || daysPerRun > MOST_PER_RUN) {
    process.stderr.write(`bench:bug-scenario: --days, --shipments and --days-per-run take whole numbers above 0, the last at most ${MOST_PER_RUN}. Example: npm run bench:bug-scenario -- --days 184\n`);
    process.exitCode = 2;
    return;
  }
  const now = Date.now();
  const to = addDays(businessDay(now, ZONE), -1);
  const days = Array.from({ length: count }, (_, back) => addDays(to, back - count + 1));
  say(`${count} days, ${days[0] ?? ''} to ${to}, ${shipments} shipments:`);
  const lake = await lakeSandbox({ seed: 29, now, days: count + MORE_DAYS, shipments });
  try {
    process.exitCode = (await scenario(lake, { from: days[0] ?? to, to, days }, daysPerRun)) ? 0 : 1;
  } finally {
    await lake.stop();
  }
}

await main();
