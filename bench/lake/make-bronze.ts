/**
 * Bronze objects of a simulated world as archive-events writes them, in a folder: what a lake job has to read.
 * Usage: node bench/lake/make-bronze.ts <folder> <shipment events>. Prints how many records it wrote, by contract, as JSON.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { packLines } from '../../contracts/object-lines.ts';
import { createWorld, history } from '../../simulator/index.ts';

/** Everything follows from it: two runs write the same bytes. */
const NOW = Date.parse('2026-11-21T00:00:00Z');
const DAYS = 30;
/** Measured: events of a simulated shipment's life, corrupt ones and repeats included. */
const EVENTS_PER_SHIPMENT = 14.5;
const LINES_PER_OBJECT = 5_000;
const SHARD = 'shardId-000000000000';

class Archive {
  readonly written: Record<string, number> = {};
  readonly #folder: string;
  readonly #open = new Map<string, string[]>();
  #sequence = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  add(contract: string, event: string): void {
    const lines = this.#open.get(contract) ?? [];
    this.#sequence += 1;
    lines.push(`{"k":"${this.#sequence}","i":0,"t":${NOW},"v":"1.0","e":${event}}\n`);
    this.#open.set(contract, lines);
    if (lines.length === LINES_PER_OBJECT) this.#write(contract, lines);
  }

  close(): void {
    for (const [contract, lines] of this.#open) if (lines.length > 0) this.#write(contract, lines);
  }

  #write(contract: string, lines: string[]): void {
    const text = lines.join('');
    const body = packLines(Buffer.from(text));
    const last = this.#sequence;
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 8);
    const first = /"k":"(\d+)"/.exec(text)?.[1] ?? '';
    const key = join(contract, 'arrival_date=2026-11-21', 'arrival_hour=00', `${SHARD}-${first}-${last}-${lines.length}-${hash}.ndjson.zst`);
    mkdirSync(dirname(join(this.#folder, key)), { recursive: true });
    writeFileSync(join(this.#folder, key), body);
    this.written[contract] = (this.written[contract] ?? 0) + lines.length;
    this.#open.set(contract, []);
  }
}

const [folder = '', wanted = ''] = process.argv.slice(2);
const archive = new Archive(folder);
const world = createWorld({ seed: 1, now: NOW, days: DAYS, shipments: Math.ceil(Number(wanted) / EVENTS_PER_SHIPMENT), vehicles: 0, orders: true, shares: { corrupt: 0 } });
for (const { contract, data } of history(world)) archive.add(contract, data.toString());
archive.close();
process.stdout.write(`${JSON.stringify(archive.written)}\n`);
