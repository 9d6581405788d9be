import type { ChildReport, Variant } from './child.ts';
import type { Counts } from './stub-services.ts';

export interface Measurement extends ChildReport, Counts {
  readonly variant: Variant;
}

export interface LoadFacts {
  readonly node: string;
  readonly cpu: string;
  readonly batches: number;
  readonly warmUp: number;
  readonly shipments: number;
  readonly recordsPerBatch: number;
  readonly rounds: number;
  readonly eventsPerSecond: number;
  readonly referencePercent: number;
}

interface Line {
  readonly name: string;
  readonly cpuMicros: number;
  readonly requests: number;
  readonly writes: number;
  readonly bytes: number;
}

const GOAL = 1 / 10;

/** Prints medians per event, the ratio, and what the load was. `rounds`: in each, what every variant took. */
export function printReport({ rounds, facts, asJson }: { rounds: readonly (readonly Measurement[])[]; facts: LoadFacts; asJson: boolean }): void {
  const measurements = rounds.flat();
  const lines = [...new Set(measurements.map(({ variant }) => variant))].map((variant) => medianLine(variant, measurements.filter((one) => one.variant === variant)));
  const ours = sum(lines.filter(({ name }) => name === 'archive-events' || name === 'track-shipments'));
  const ratios = rounds.map((round) => (cpuOf(round, 'archive-events') + cpuOf(round, 'track-shipments')) / cpuOf(round, 'naive')).sort((a, b) => a - b);
  const ratio = median(ratios);
  // Every process had the same load; the naive one less of it.
  const { eventsPerShipment, bytesPerEvent } = measurements[0] ?? { eventsPerShipment: Number.NaN, bytesPerEvent: Number.NaN };
  const archiveToBare = median(rounds.map((round) => cpuOf(round, 'archive-events') / cpuOf(round, 'parse')));

  if (asJson) {
    process.stdout.write(`${JSON.stringify({ facts: { ...facts, eventsPerShipment, bytesPerEvent }, lines, ours, ratio, ratios, archiveToBare }, null, 2)}\n`);
    return;
  }
  process.stdout.write(
    [
      '',
      `${facts.rounds} rounds of ${facts.batches} batches of ${facts.recordsPerBatch} records (${facts.eventsPerSecond}/s on one shard, 10 s window), after ${facts.warmUp} that warm the process up; events of ${bytesPerEvent.toFixed(0)} bytes,`,
      `${facts.shipments} shipments under way: a shipment in a batch has ${eventsPerShipment.toFixed(1)} events there. Repeated 1 %, invalid 0.5 %, truncated 0.05 %.`,
      `References in each event of ${facts.referencePercent} % of shipments. Those of a shipment's first events and the reasons of any are text items, written beside the state; the naive handler keeps none.`,
      `All shipments alive, their state read and merged. Stubs on the loopback without TLS, their CPU not counted. Node ${facts.node}, ${facts.cpu}, medians of the rounds.`,
      '',
      row(['', 'CPU µs/event', 'requests/1,000', 'writes/1,000', 'put bytes/event']),
      ...lines.map(printLine),
      printLine({ ...ours, name: 'ours together' }),
      '',
      `ours ÷ naive: ${ratio.toFixed(3)} = ${share(ratio)} (rounds ${share(ratios.at(-1) ?? ratio)} to ${share(ratios[0] ?? ratio)}); goal 1/${1 / GOAL}: ${ratio <= GOAL ? 'reached' : 'NOT reached'}`,
      `archive-events ÷ bare parse: ${archiveToBare.toFixed(2)}`,
      '',
    ].join('\n'),
  );
}

const share = (ratio: number): string => `1/${(1 / ratio).toFixed(1)}`;

/** µs an event of one variant in a round. */
function cpuOf(round: readonly Measurement[], variant: Variant): number {
  const found = round.find((one) => one.variant === variant);
  return found === undefined ? Number.NaN : found.cpuMicros / found.records;
}

function medianLine(name: string, runs: readonly Measurement[]): Line {
  const perEvent = (read: (one: Measurement) => number): number => median(runs.map((one) => read(one) / one.records));
  return { name, cpuMicros: perEvent((one) => one.cpuMicros), requests: perEvent((one) => one.requests) * 1000, writes: perEvent((one) => one.writes) * 1000, bytes: perEvent((one) => one.putBytes) };
}

function sum(lines: readonly Line[]): Omit<Line, 'name'> {
  const total = (read: (line: Line) => number): number => lines.reduce((all, line) => all + read(line), 0);
  return { cpuMicros: total((line) => line.cpuMicros), requests: total((line) => line.requests), writes: total((line) => line.writes), bytes: total((line) => line.bytes) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

const printLine = ({ name, cpuMicros, requests, writes, bytes }: Line): string => row([name === 'parse' ? 'bare parse' : name, cpuMicros.toFixed(1), requests.toFixed(1), writes.toFixed(1), bytes.toFixed(0)]);
const row = ([name = '', ...cells]: readonly string[]): string => `  ${name.padEnd(18)}${cells.map((cell) => cell.padStart(17)).join('')}`;
