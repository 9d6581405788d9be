import { buildSync } from 'esbuild';
import fc from 'fast-check';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateContracts } from '../../../contracts/generate/generate-contracts.ts';
import { contract as shipmentEvent } from '../../../contracts/generated/shipment-event/runtime.ts';
import { contract as vehiclePosition } from '../../../contracts/generated/vehicle-position/runtime.ts';
import type { ContractConsumer, ContractRuntime } from '../../../contracts/model.ts';
import { checkEvent, readEvent } from '../../../lambdas/_shared/check-event.ts';
import type { JsonObject, PlacedEvent, Verdict } from '../../../lambdas/_shared/check-event.ts';
import { Arena, EVENT_END } from '../../../lambdas/_shared/decode/arena.ts';
import { expectSame } from '../../fixtures/expect-same.ts';
import { FIXTURE_ROOT, OWN_ROOT } from '../contract-roots.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { mutatedEvent, pickFrom } from './mutated-events.ts';

const RUNS = Number(process.env['RUNS'] ?? 3_000);
const ARRIVAL = Date.parse('2026-12-01T12:00:00Z');
const folder = temporaryFolder();

/** A contract of another domain, with its decoder, as a handler bundles it. */
function webOrder(): ContractRuntime {
  generateContracts({ root: FIXTURE_ROOT, out: folder });
  const [file] = buildSync({ entryPoints: [join(folder, 'web-order', 'runtime.ts')], bundle: true, write: false, format: 'cjs', platform: 'node', outdir: folder }).outputFiles;
  writeFileSync(join(folder, 'bundle.cjs'), file?.contents ?? '');
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the bundle exists only now
  return (require(join(folder, 'bundle.cjs')) as { contract: ContractRuntime }).contract;
}

const CONTRACTS: readonly (readonly [string, ContractRuntime, string])[] = [
  ['shipment-event', shipmentEvent, OWN_ROOT],
  ['vehicle-position', vehiclePosition, OWN_ROOT],
  ['web-order', webOrder(), FIXTURE_ROOT],
];

const samples = (root: string, contract: string, kind: 'good' | 'bad'): unknown[] => {
  const directory = join(root, contract, 'samples', kind);
  return readdirSync(directory).map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as unknown);
};

/** Among other events, as in a batch: what stands around must not matter. */
function placed(event: Buffer): PlacedEvent {
  const arena = new Arena(event.length + 40);
  arena.bytes.fill('{"schemaVersion":"1.0"},:"');
  event.copy(arena.bytes, 20);
  arena.bytes[20 + event.length] = EVENT_END;
  return { arena, start: 20, end: 20 + event.length, arrivalTime: ARRIVAL };
}

const withoutDecoder = (contract: ContractRuntime): ContractRuntime => ({ ...contract, versions: contract.versions.map(({ decoder: _, ...version }) => version) });

const consumerOf = ({ descriptor }: ContractRuntime): ContractConsumer | undefined => descriptor.consumers.find(({ reads }) => !reads.includes('*'));

const valueAt = (value: unknown, pointer: string): unknown => pointer.split('/').slice(1).reduce<unknown>((at, part) => (typeof at === 'object' && at !== null ? (at as JsonObject)[part] : undefined), value);

/** What a reader of these fields sees. Of an object that is read whole, the full way also has what the contract does not describe: nobody can know to read that. */
function expectSameFields(mine: unknown, theirs: unknown): void {
  const isObject = typeof mine === 'object' && mine !== null && !Array.isArray(mine);
  if (!isObject) return expectSame(mine, theirs);
  for (const name of Object.keys(mine)) expectSameFields(valueAt(mine, `/${name}`), valueAt(theirs, `/${name}`));
}

const told = (verdict: Verdict): unknown => ({ ...verdict, inPlace: undefined, event: undefined });

function expectTheSame(event: Buffer, contract: ContractRuntime): boolean {
  const place = placed(event);
  const fully = checkEvent(place, withoutDecoder(contract));
  const verdict = checkEvent(place, contract);
  expectSame(told(verdict), told(fully));
  const consumer = consumerOf(contract);
  if (consumer !== undefined && fully.accepted) {
    const [mine, theirs] = [readEvent(place, contract, consumer.name), readEvent(place, withoutDecoder(contract), consumer.name)];
    if (!mine.accepted || !theirs.accepted) throw new Error('Reading changes the verdict.');
    expectSame(told(mine), told(theirs));
    for (const pointer of consumer.reads) expectSameFields(valueAt(mine.event, pointer), valueAt(theirs.event, pointer));
  }
  return verdict.accepted && verdict.inPlace;
}

describe.each(CONTRACTS)('Judging events of %s where they lie', (name, contract, root) => {
  it('is what happens to every good sample', () => {
    const inPlace = samples(root, name, 'good').map((event) => expectTheSame(Buffer.from(JSON.stringify(event)), contract));

    expect(inPlace).toEqual(inPlace.map(() => true));
  });

  it('happens to no bad sample', () => {
    const inPlace = samples(root, name, 'bad').map((event) => expectTheSame(Buffer.from(JSON.stringify(event)), contract));

    expect(inPlace).toEqual(inPlace.map(() => false));
  });

  it('says what parsing and the validator say, of events that are nearly right', () => {
    const from = [...samples(root, name, 'good'), ...samples(root, name, 'good'), ...samples(root, name, 'bad').slice(0, 10)];
    let inPlace = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        if (expectTheSame(mutatedEvent(from, pickFrom(seed)), contract)) inPlace += 1;
      }),
      { numRuns: RUNS },
    );
    expect(inPlace).toBeGreaterThan(RUNS / 20);
  });

  it('needs neither an order of fields nor a space, but takes the one that some senders put', () => {
    const event = samples(root, name, 'good')[0] as JsonObject;
    const reversed = Object.fromEntries(Object.entries(event).reverse());

    expect(expectTheSame(Buffer.from(JSON.stringify(reversed)), contract)).toBe(true);
    expect(expectTheSame(Buffer.from(JSON.stringify(event, null, 1).replaceAll(/\n */g, ' ').replaceAll(/([{[]) | ([\]}])/g, '$1$2')), contract)).toBe(true);
    expect(expectTheSame(Buffer.from(JSON.stringify(event, null, 1)), contract)).toBe(false);
  });
});

describe('Judging where it lies', () => {
  const event = samples(OWN_ROOT, 'shipment-event', 'good')[0] as JsonObject;
  const inPlace = (text: string): boolean => expectTheSame(Buffer.from(text), shipmentEvent);

  it('takes fields that a newer minor version adds, free objects, escapes in texts and any UTF-8', () => {
    expect(inPlace(JSON.stringify({ ...event, schemaVersion: '1.7', added: { deep: [1, { x: null }] }, extensions: { a: 1, b: 'c\n' } }))).toBe(true);
    expect(inPlace(JSON.stringify({ ...event, eventTimeRaw: 'a "quoted" \u00e9\u4e0a\u{1f6a2}' }))).toBe(true);
  });

  it('reads what the consumer reads, and nothing else', () => {
    const reason = { code: 'WEATHER', raw: 'WX', text: 'Stürme' };
    const order = { customerId: 'C', serviceLevel: 'S', priority: 2, originUnLocode: 'DEHAM', destinationUnLocode: 'SGSIN' };
    const verdict = readEvent(placed(Buffer.from(JSON.stringify({ ...event, reason, order, quantity: 4, references: [{ type: 'BKG', value: 'B' }] }))), shipmentEvent, 'track-shipments');

    expect(verdict).toMatchObject({ accepted: true, inPlace: true, event: { eventId: event['eventId'], reason, order, references: [{ type: 'BKG', value: 'B' }] } });
    expect(verdict).not.toHaveProperty('event.quantity');
  });

  it.each([
    ['a repeated field', JSON.stringify(event).replace('{', '{"eventId":"other",')],
    ['a known field spelled with an escape', JSON.stringify(event).replace('"eventId"', '"event\\u0049d"')],
    ['a line break between tokens', JSON.stringify(event).replace(',', ',\n')],
    ['something behind the event', `${JSON.stringify(event)} `],
    ['bytes that are no UTF-8', JSON.stringify({ ...event, eventTimeRaw: '\ufffd' })],
    ['a clock too far ahead', JSON.stringify({ ...event, publishedTime: '2026-12-03T12:00:00Z' })],
    ['another major version', JSON.stringify({ ...event, schemaVersion: '2.0' })],
  ])('leaves %s to the full way', (_what, text) => {
    const bytes = Buffer.from(text);
    const at = bytes.indexOf('\ufffd');
    if (at !== -1) bytes.fill(0xed, at, at + 1);

    expect(expectTheSame(bytes, shipmentEvent)).toBe(false);
  });
});
