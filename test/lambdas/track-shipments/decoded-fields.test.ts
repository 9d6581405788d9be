import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { contract } from '../../../contracts/generated/shipment-event/runtime.ts';
import type { ContractRuntime } from '../../../contracts/model.ts';
import { decodeRecords } from '../../../lambdas/_shared/decode/decode-records.ts';
import { foldBatch } from '../../../lambdas/track-shipments/fold-batch.ts';
import { validEvents } from '../../../lambdas/track-shipments/valid-events.ts';
import { mutatedEvent, pickFrom } from '../../contracts/decoder/mutated-events.ts';
import { expectSame } from '../../fixtures/expect-same.ts';
import { kinesisRecord, streamOf } from '../fixtures/kinesis.ts';

const GOOD = join(import.meta.dirname, '..', '..', '..', 'contracts', 'shipment-event', 'samples', 'good');
const samples = readdirSync(GOOD).map((file) => JSON.parse(readFileSync(join(GOOD, file), 'utf8')) as Record<string, unknown>);
const rich = {
  ...samples[0], eventType: 'BOOKED', references: [{ type: 'BKG', value: 'B1' }], reason: { code: 'WEATHER', raw: 'WX', text: 'Stürme' }, order: { customerId: 'C', serviceLevel: 'S', priority: 2, originUnLocode: 'DEHAM', destinationUnLocode: 'SGSIN' },
  location: { facilityCode: 'F', name: 'Köln Eifeltor', city: 'Köln' }, equipment: { empty: 'EMPTY' }, sensor: [{ type: 'T', exception: 'ALARM' }], correctsEventId: 'c', transport: { vesselImo: '9321483', voyage: '245W', vehicleId: 'TRK-0412' },
};
const parsed: ContractRuntime = { ...contract, versions: contract.versions.map(({ decoder: _, ...version }) => version) };

describe('What the contract says that track-shipments reads', () => {
  it('is all that state is made of: the fold is the same as of whole parsed events', () => {
    const bent = Array.from({ length: 600 }, (_, seed) => mutatedEvent([...samples, rich], pickFrom(seed)));
    const events = decodeRecords(streamOf([...samples, rich].map((event) => JSON.stringify(event)).concat(bent.map((bytes) => bytes.toString())), { start: Date.parse('2026-12-01T00:00:00Z') }).map(kinesisRecord));
    const folded = (by: ContractRuntime) => foldBatch(validEvents(events, by), { entityKey: contract.descriptor.entityKey, horizonMs: 365 * 86_400_000 });

    const whole = folded(parsed);
    expect(whole.counts.folded).toBeGreaterThan(200);
    expectSame(folded(contract), whole);
  });
});
