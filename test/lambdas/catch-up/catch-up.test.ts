import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { objectKey } from '../../../contracts/object-keys.ts';
import { BadNoteError } from '../../../lambdas/track-shipments/notes.ts';
import { StateRefusedError } from '../../../lambdas/catch-up/create-handler.ts';
import { NotYetArchivedError } from '../../../lambdas/catch-up/positions.ts';
import { createFakeAws } from '../track-shipments/fake-aws.ts';
import type { FakeAws } from '../track-shipments/fake-aws.ts';
import { delivered, wireEvents } from '../track-shipments/generators.ts';
import { attributesOf, tableStates, visibleTexts } from '../track-shipments/table-view.ts';
import { BRONZE, createTracker, kinesisEvent, kinesisRecord, NOW, SHARD, TABLE, wireEvent } from '../track-shipments/tracker.ts';
import type { Put } from '../track-shipments/tracker.ts';
import { createArchiver, createCatchUp, noteKeys, QUARANTINE } from './lake.ts';

const HOUR = 3_600_000;
const refuseAll = (aws: FakeAws): void => void (aws.hooks = { refuse: ({ operation }) => (operation === 'BatchExecuteStatement' ? 'ThrottlingError' : undefined) });

/** A batch that track-shipments gives up on, before the lake has it. */
async function givenUp(puts: readonly Put[]): Promise<FakeAws> {
  const aws = createFakeAws();
  refuseAll(aws);
  await createTracker(aws, { giveUpAfterMs: 0 }).handle(kinesisEvent(puts));
  aws.hooks = {};
  return aws;
}

const onlyNote = (aws: FakeAws): { noteKey: string } => {
  const [noteKey, ...others] = noteKeys(aws);
  expect(others).toEqual([]);
  return { noteKey: noteKey ?? '' };
};

describe('catch-up', () => {
  it('folds the noted positions from bronze and lets the note go', async () => {
    const puts: Put[] = [
      { event: wireEvent({ eventId: '1', reason: { text: 'storm' } }) },
      { event: '{"broken":' },
      { event: wireEvent({ eventId: '2', shipmentId: 'SHP-2' }) },
      { event: wireEvent({ eventId: '3', eventTime: '2026-09-01T00:00:00Z' }) },
    ];
    const aws = await givenUp(puts);
    await createArchiver(aws)(kinesisEvent(puts));
    const answer = await createCatchUp(aws)(onlyNote(aws));
    expect(answer).toMatchObject({ records: 3, shipments: 2, written: 2 });
    expect(noteKeys(aws)).toEqual([]);
    expect(attributesOf(aws, 'SHP-1')).toMatchObject({ status: 'IN_TRANSIT' });
    expect(visibleTexts(aws, 'SHP-1')).toEqual([expect.stringContaining('storm')]);
  });

  it('refuses, and deletes nothing, while bronze and quarantine do not hold all of them', async () => {
    const puts: Put[] = [{ event: wireEvent({ eventId: '1' }) }, { event: '{"broken":' }, { event: wireEvent({ eventId: '2' }) }];
    const aws = await givenUp(puts);
    const catchUp = createCatchUp(aws);
    const request = onlyNote(aws);
    await expect(catchUp(request)).rejects.toThrow(NotYetArchivedError);
    const [first, ...rest] = kinesisEvent(puts).Records;
    await createArchiver(aws)({ Records: first === undefined ? [] : [first] });
    await expect(catchUp(request)).rejects.toThrow(/hold 1 of the 3 positions 1 to 3/);
    expect(aws.items(TABLE)).toEqual([]);
    expect(noteKeys(aws)).toEqual([request.noteKey]);
    await createArchiver(aws)({ Records: rest });
    expect(await catchUp(request)).toMatchObject({ records: 2, shipments: 1, written: 1 });
  });

  it('finds positions in an object that began hours before them, and in overlapping objects of a retried batch', async () => {
    const early = { event: wireEvent({ eventId: '0', shipmentId: 'OTHER' }), sequence: '4', arrivalTime: NOW - 5 * HOUR };
    const puts: Put[] = [5, 6, 7].map((n) => ({ event: wireEvent({ eventId: String(n) }), sequence: String(n), arrivalTime: NOW }));
    const aws = await givenUp(puts);
    const archive = createArchiver(aws);
    await archive({ Records: [early, ...puts.slice(0, 2)].map(kinesisRecord) });
    await archive({ Records: puts.slice(1).map(kinesisRecord) });
    expect(await createCatchUp(aws)(onlyNote(aws))).toMatchObject({ records: 3, shipments: 1, written: 1 });
    expect([...tableStates(aws).keys()]).toEqual(['SHP-1']);
  });

  it('counts an identity once that lies in quarantine and in bronze: another one is still missing', async () => {
    const puts: Put[] = [{ event: wireEvent({ eventId: '1' }) }, { event: wireEvent({ eventId: '2' }) }];
    const aws = await givenUp(puts);
    const [first] = kinesisEvent(puts).Records;
    await createArchiver(aws)({ Records: first === undefined ? [] : [first] });
    // A validator of another release refused the first record before this one took it.
    const key = objectKey({ contract: 'shipment-event', shard: SHARD, firstSequence: '1', lastSequence: '1', count: 1, hash8: '0123abcd', arrivalTime: NOW });
    aws.objects.set(`${QUARANTINE}/${key}`, gzipSync(`${JSON.stringify({ k: '1', i: 0, t: NOW, reasons: [], encoding: 'utf8', data: '{}' })}\n`));
    await expect(createCatchUp(aws)(onlyNote(aws))).rejects.toThrow(/hold 1 of the 2 positions/);
  });

  it('answers that the note is gone when it was folded already', async () => {
    const puts: Put[] = [{ event: wireEvent() }];
    const aws = await givenUp(puts);
    await createArchiver(aws)(kinesisEvent(puts));
    const request = onlyNote(aws);
    await createCatchUp(aws)(request);
    const writes = aws.writes();
    expect(await createCatchUp(aws)(request)).toEqual({ ...request, records: 0, shipments: 0, written: 0, noteAbsent: true });
    expect(aws.writes()).toBe(writes);
  });

  it('keeps the note while state cannot be written', async () => {
    const puts: Put[] = [{ event: wireEvent() }];
    const aws = await givenUp(puts);
    await createArchiver(aws)(kinesisEvent(puts));
    refuseAll(aws);
    await expect(createCatchUp(aws)(onlyNote(aws))).rejects.toThrow(StateRefusedError);
    expect(noteKeys(aws).length).toBe(1);
  });

  it.each([
    ['is not JSON', '{'],
    ['lacks a field', '{"contract":"shipment-event"}'],
    ['has a sequence that is none', JSON.stringify({ contract: 'shipment-event', stream: 's', shard: SHARD, firstSequence: '1; drop', lastSequence: '2', firstArrival: 1, lastArrival: 2, records: 1, reason: 'r', notedAt: 'n' })],
    ['is of another contract', JSON.stringify({ contract: 'web-order', stream: 's', shard: SHARD, firstSequence: '1', lastSequence: '2', firstArrival: 1, lastArrival: 2, records: 1, reason: 'r', notedAt: 'n' })],
  ])('names what is wrong with a note that %s, and leaves it', async (_, body) => {
    const aws = createFakeAws();
    const noteKey = 'catch-up/track-shipments/shipment-event/x.json';
    aws.objects.set(`${BRONZE}/${noteKey}`, Buffer.from(body));
    await expect(createCatchUp(aws)({ noteKey })).rejects.toThrow(BadNoteError);
    expect(noteKeys(aws)).toEqual([noteKey]);
  });

  it.each([undefined, '', 'shipment-event/arrival_date=2026-11-20/x.json', 3])('takes only keys of notes: %p', async (noteKey) => {
    await expect(createCatchUp(createFakeAws())({ noteKey } as { noteKey: string })).rejects.toThrow(BadNoteError);
  });
});

describe('a run that gave up and caught up', () => {
  it('equals one that was never refused, whatever was given up and in whatever order it is folded', async () => {
    const world = wireEvents.chain((events) =>
      fc.record({ delivery: delivered(events), refused: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), size: fc.integer({ min: 1, max: 6 }), reverse: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(world, async ({ delivery, refused, size, reverse }) => {
        const records = kinesisEvent(delivery.map((event) => ({ event }))).Records;
        const batches = Array.from({ length: Math.ceil(records.length / size) }, (_, index) => ({ Records: records.slice(index * size, (index + 1) * size) }));
        const aws = createFakeAws();
        const tracker = createTracker(aws, { giveUpAfterMs: 0 });
        for (const [index, batch] of batches.entries()) {
          aws.hooks = {};
          if (refused[index % refused.length] === true) refuseAll(aws);
          expect(await tracker.handle(batch)).toEqual({ batchItemFailures: [] });
          aws.hooks = {};
          await createArchiver(aws)(batch);
        }
        const keys = noteKeys(aws);
        for (const noteKey of reverse ? keys.reverse() : keys) await createCatchUp(aws)({ noteKey });

        const calm = createFakeAws();
        await createTracker(calm).handle({ Records: records });
        expect(noteKeys(aws)).toEqual([]);
        expect(tableStates(aws)).toEqual(tableStates(calm));
        expect(['SHP-1', 'SHP-2', 'SHP-3'].map((id) => [attributesOf(aws, id), visibleTexts(aws, id)])).toEqual(['SHP-1', 'SHP-2', 'SHP-3'].map((id) => [attributesOf(calm, id), visibleTexts(calm, id)]));
      }),
      { numRuns: Number(process.env['RUNS'] ?? 60) },
    );
  });
});
