import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShipmentEventV1 } from '../../../contracts/generated/shipment-event/v1.types.ts';
import { EVENT_CLASSIFIER, EVENT_TYPE, REASON_CODE } from '../../../contracts/generated/shipment-event/v1.types.ts';
import { CLASSIFIERS, contentHash, EVENT_TYPES, fold, fromContract, idHash, parseInstant, REASONS, textName, textOf } from '../../../domain/shipment/index.ts';
import type { ContractShipmentEvent, ShipmentEvent, StatementEvent } from '../../../domain/shipment/index.ts';
import { T0, view } from './generators.ts';

const SAMPLES = join(import.meta.dirname, '../../../contracts/shipment-event/samples');

const sent: ShipmentEventV1 = {
  schemaVersion: '1.0',
  source: 'DCSA:MAEU',
  eventId: '3cecb101-7a1a-43a4-9d62-e88a131651e2',
  sourceEventCode: 'EQUIPMENT/LOAD',
  shipmentId: 'SHP-7Q2M4',
  eventType: 'LOADED',
  eventClassifier: 'ACTUAL',
  eventTime: '2026-11-01T01:00:00+01:00',
  publishedTime: '2026-11-01T00:00:00.1239Z',
  location: { unLocode: 'NLRTM' },
};

/** What a sender may get wrong with weight `warn` or `range` keeps the event; so anything may stand there. */
const read = (changes: Record<string, unknown> = {}): ShipmentEvent | undefined => fromContract({ ...sent, ...changes }, 1);
const statement = (changes: Record<string, unknown> = {}): StatementEvent => {
  const event = read(changes);
  if (event?.operation !== 'UPSERT') throw new Error('the sample is no statement');
  return event;
};

describe('reading an event of the contract', () => {
  it('gives the event of the state', () => {
    expect(fromContract(sent, 1)).toStrictEqual({
      major: 1,
      source: 'DCSA:MAEU',
      eventId: '3cecb101-7a1a-43a4-9d62-e88a131651e2',
      operation: 'UPSERT',
      type: 'LOADED',
      classifier: 'ACTUAL',
      place: 'NLRTM',
      eventTime: T0,
      publishedTime: T0 + 123,
      neutral: false,
      sensor: { present: false, alarm: false },
    });
  });

  it('knows every word of the contract, each under the code it always had', () => {
    expect(EVENT_TYPES).toStrictEqual(EVENT_TYPE);
    expect(CLASSIFIERS).toStrictEqual(EVENT_CLASSIFIER);
    expect(REASONS).toStrictEqual(REASON_CODE);
  });

  it.each(readdirSync(join(SAMPLES, 'good')))('reads the good sample %s', (name) => {
    const event = JSON.parse(readFileSync(join(SAMPLES, 'good', name), 'utf8')) as ShipmentEventV1;
    expect(fromContract(event, 1)).toMatchObject({ source: event.source, eventId: event.eventId });
  });

  it.each(readdirSync(join(SAMPLES, 'bad')))('does not throw on the bad sample %s, and keeps the event unless the contract rejects it', (name) => {
    const sample = JSON.parse(readFileSync(join(SAMPLES, 'bad', name), 'utf8')) as { breaks: { severity: string }; event: ContractShipmentEvent };
    const result = fromContract(sample.event, 1);
    expect(result !== undefined || sample.breaks.severity === 'reject').toBe(true);
    expect(() => fold(result === undefined ? [] : [result])).not.toThrow();
  });

  it('is undefined where the contract rejects: no readable time, no classifier, a RETRACT without target', () => {
    expect(read({ eventTime: 'yesterday' })).toBeUndefined();
    expect(read({ eventClassifier: 'FINAL' })).toBeUndefined();
    expect(read({ operation: 'RETRACT' })).toBeUndefined();
  });

  it('of a RETRACT is only who, when, and what it takes back', () => {
    const { eventTime: _, eventClassifier: __, ...rest } = sent;
    expect(fromContract({ ...rest, operation: 'RETRACT', retractsEventId: 'x' }, 1)).toStrictEqual({
      major: 1, source: sent.source, eventId: sent.eventId, operation: 'RETRACT', retractsEventId: 'x', publishedTime: T0 + 123,
    });
  });
});

describe('the place of an event', () => {
  it.each([
    [{ unLocode: 'NLRTM', facilityCode: 'MVII' }, 'NLRTM'],
    [{ facilityCode: 'MVII' }, 'MVII'],
    [{ unLocode: 'nl-rtm', facilityCode: 'MVII' }, 'MVII'],
    [{ unLocode: 'nl-rtm' }, ''],
    [{ facilityCode: 'X'.repeat(21) }, ''],
    [{ name: 'Rotterdam' }, ''],
    ['Rotterdam', ''],
    [null, ''],
    [[], ''],
  ])('of %j is "%s"', (location, place) => {
    expect(statement({ location }).place).toBe(place);
  });
});

describe('fields of weight warn', () => {
  it('that are broken are ignored, the event stays', () => {
    const broken = statement({ eventType: 'TELEPORTED', reason: 'late', sensor: 'hot', equipment: 7, order: [], references: {}, correctsEventId: 'x'.repeat(101) });
    expect(broken).toMatchObject({ type: 'TELEPORTED', neutral: false, sensor: { present: false, alarm: false } });
    expect(Object.keys(broken)).not.toContain('correctsEventId');
    expect(view(broken)).toMatchObject({ status: 'NONE', timeline: [{ type: 'UNKNOWN' }] });
  });

  it('are read where they are right', () => {
    const full = statement({
      eventType: 'BOOKED',
      equipment: { empty: 'EMPTY' },
      reason: { code: 'WEATHER' },
      sensor: [{ type: 'TEMPERATURE', value: 4 }, { type: 'TEMPERATURE', value: 12, exception: 'ALARM' }],
      order: { customerId: 'C-1', serviceLevel: 'EXPRESS', priority: 2, originUnLocode: 'NLRTM', destinationUnLocode: 'uschi' },
    });
    expect(full).toMatchObject({
      neutral: true,
      reason: 'WEATHER',
      sensor: { present: true, alarm: true },
      order: { customerId: 'C-1', serviceLevel: 'EXPRESS', priority: 2, origin: 'NLRTM', destination: '' },
    });
  });

  it('of an order count on CREATED and BOOKED only, and a priority from 1 to 5 only', () => {
    const order = { customerId: 'C-1', priority: 9 };
    expect(statement({ eventType: 'LOADED', order }).order).toBeUndefined();
    expect(statement({ eventType: 'CREATED', order }).order).toMatchObject({ customerId: 'C-1', priority: 0 });
  });

  it('keep an ERROR of a sensor apart from an ALARM', () => {
    expect(statement({ sensor: [{ type: 'TEMPERATURE', exception: 'ERROR' }] }).sensor).toStrictEqual({ present: true, alarm: false });
  });
});

describe('an instant', () => {
  it.each([
    ['2026-11-01T00:00:00Z', T0],
    ['2026-11-01T05:30:00+05:30', T0],
    ['2026-10-31T19:00:00-05:00', T0],
    ['2026-11-01T00:00:00.9999999Z', T0 + 999],
    ['2026-11-01T00:00:00.5Z', T0 + 500],
    ['2026-11-01T00:00:00', undefined],
    ['2026-11-01', undefined],
    [1_793_491_200_000, undefined],
    [undefined, undefined],
  ])('%s is %s', (text, time) => {
    expect(parseInstant(text)).toBe(time);
  });
});

describe('the hashes', () => {
  // Fixed for ever: Spark and silver compute the same; a change here makes every stored shipment a conflict.
  it('are the first 8 bytes of SHA-256 over a JSON array, computed elsewhere', () => {
    expect(idHash('DCSA:MAEU', 'x')).toBe('6a6872cabfda36e0');
    expect(contentHash(statement({ reason: { code: 'WEATHER' } }))).toBe('46c6a2baabcbd77a');
  });

  it('do not cover who said it, when it was published, or what the platform adds', () => {
    const one = contentHash(statement());
    expect(contentHash(statement({ eventId: 'other', source: 'X12_214:FDEG', publishedTime: undefined, sensor: [{ type: 'T' }], references: [{ type: 'PO', value: '1' }] }))).toBe(one);
  });

  it.each([
    [{ eventType: 'GATE_IN' }], [{ eventClassifier: 'PLANNED' }], [{ eventTime: '2026-11-01T00:00:00.001Z' }], [{ location: { unLocode: 'DEHAM' } }],
    [{ reason: { code: 'WEATHER' } }], [{ equipment: { empty: 'EMPTY' } }], [{ correctsEventId: 'x' }],
  ])('cover %j', (change) => {
    expect(contentHash(statement(change))).not.toBe(contentHash(statement()));
  });

  it('take an unmapped type as sent, so that a release that knows it later sees the same event', () => {
    expect(contentHash(statement({ eventType: 'TELEPORTED' }))).not.toBe(contentHash(statement({ eventType: 'UNKNOWN' })));
  });

  it('are the same for the same instant written in two ways', () => {
    expect(contentHash(statement({ eventTime: '2026-11-01T00:00:00.000Z' }))).toBe(contentHash(statement()));
  });
});

describe('free texts', () => {
  it('are none when there is only a raw code and a place that its code names', () => {
    expect(textOf(statement({ location: { unLocode: 'NLRTM', name: 'Rotterdam' } }))).toBeUndefined();
  });

  it('are kept with what comes along', () => {
    expect(textOf(statement({
      reason: { code: 'WEATHER', raw: 'WEA', text: 'Storm over the Bay of Biscay' },
      location: { unLocode: 'NLRTM', name: 'Rotterdam' },
      references: [{ type: 'BKG', value: 'B-1' }, { type: 'BOL' }, 'junk'],
    }))).toStrictEqual({
      rawCode: 'EQUIPMENT/LOAD',
      reasonRaw: 'WEA',
      reasonText: 'Storm over the Bay of Biscay',
      placeName: 'Rotterdam',
      references: [{ type: 'BKG', value: 'B-1' }],
    });
  });

  it('hold references on their own only with the events that bring a shipment into being', () => {
    const references = [{ type: 'BKG', value: 'B-1' }];
    expect(textOf(statement({ eventType: 'BOOKED', references }))).toMatchObject({ references });
    expect(textOf(statement({ eventType: 'CREATED', references }))).toMatchObject({ references });
    expect(textOf(statement({ eventType: 'DEPARTED', references }))).toBeUndefined();
  });

  it('include the name of a place that has no code', () => {
    expect(textOf(statement({ location: { city: 'Wesel' } }))).toMatchObject({ placeName: 'Wesel' });
  });

  it('are cut to a bounded size, whatever was sent', () => {
    const text = textOf(statement({ reason: { text: '𝄞'.repeat(5000) }, references: Array.from({ length: 5000 }, () => ({ type: 'PO', value: 'x'.repeat(5000) })) }));
    expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(100_000);
  });

  it('of an entry are found under the name that its timeline line carries', () => {
    const event = statement({ reason: { text: 'late' } });
    expect(view(event).timeline[0]?.name).toBe(textName(event));
    expect([...fold([event]).kept.keys()][0]).toBe(textName(event).slice(0, 16));
  });

  it('of a RETRACT are none', () => {
    expect(textOf({ major: 1, source: 'S:1', eventId: 'r', operation: 'RETRACT', retractsEventId: 'x' })).toBeUndefined();
  });
});
