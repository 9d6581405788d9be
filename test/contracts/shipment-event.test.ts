import { contract } from '../../contracts/generated/shipment-event/runtime.ts';
import type { ContractRuntime, Violation } from '../../contracts/model.ts';
import { contract as positions } from '../../contracts/generated/vehicle-position/runtime.ts';
import { validateEvent } from '../../contracts/validation/validate-event.ts';

const LOADED = {
  schemaVersion: '1.0',
  eventId: 'evt-1042',
  source: 'DCSA:MAEU',
  sourceEventCode: 'EQUIPMENT/LOAD',
  shipmentId: 'SHP-7Q2M4',
  eventType: 'LOADED',
  eventClassifier: 'ACTUAL',
  eventTime: '2026-11-05T22:17:00+01:00',
};
const RETRACTION = { schemaVersion: '1.0', eventId: 'evt-2', source: 'DCSA:MAEU', operation: 'RETRACT', shipmentId: 'SHP-7Q2M4', retractsEventId: 'evt-1042', publishedTime: '2026-11-06T08:00:00Z' };

const brokenBy = (event: unknown, of: ContractRuntime = contract): string[] => validateEvent(of, event).map(({ path, rule, severity }) => `${path} ${rule} ${severity}`);
const without = (event: object, ...fields: string[]): object => Object.fromEntries(Object.entries(event).filter(([name]) => !fields.includes(name)));

describe('the shipment event contract', () => {
  it('says what a producer reads on the screen, all mistakes of an event at once', () => {
    const event = { ...without(LOADED, 'shipmentId'), eventTime: '2026-02-30T10:00:00Z', eventClassifier: 'FINAL' };
    const said = Object.fromEntries(validateEvent(contract, event).map(({ path, message }) => [path, message]));
    expect(said).toEqual({
      '/eventTime': '"2026-02-30T10:00:00Z" is not a calendar date',
      '/shipmentId': 'missing, and no reference is given',
      '/eventClassifier': '"FINAL" is not one of PLANNED, REQUESTED, ESTIMATED, ACTUAL',
    });
  });

  it.each(['PLANNED', 'REQUESTED', 'ESTIMATED'])('requires publishedTime of a %s event, because it decides which statement counts', (eventClassifier) => {
    expect(brokenBy({ ...LOADED, eventClassifier })).toEqual(['/publishedTime required reject']);
    expect(brokenBy({ ...LOADED, eventClassifier, publishedTime: '2026-11-05T20:00:00Z' })).toEqual([]);
  });

  it('requires of a retraction what takes an event back, and nothing of what an event says', () => {
    expect(brokenBy(RETRACTION)).toEqual([]);
    for (const field of ['schemaVersion', 'source', 'eventId', 'shipmentId', 'retractsEventId', 'publishedTime']) expect(brokenBy(without(RETRACTION, field))).toEqual([`/${field} required reject`]);
  });

  it('takes a reference or the equipment in place of the shipment, but not an empty list', () => {
    const event = without(LOADED, 'shipmentId');
    expect(brokenBy({ ...event, references: [{ type: 'BKG', value: 'MAEU1' }] })).toEqual([]);
    expect(brokenBy({ ...event, equipment: { id: 'T5521', idType: 'TRAILER' } })).toEqual([]);
    expect(brokenBy({ ...event, references: [] })).toEqual(['/shipmentId required reject']);
    expect(brokenBy({ ...event, equipment: { idType: 'TRAILER' } })).toEqual(['/shipmentId required reject']);
  });

  it('lets a newer minor version send fields that this one does not know', () => {
    expect(brokenBy({ ...LOADED, schemaVersion: '1.3', carbonKg: 12, location: { unLocode: 'NLRTM', gate: '4B' } })).toEqual([]);
  });

  it('says that a newer major version cannot be read', () => {
    expect(validateEvent(contract, { ...LOADED, schemaVersion: '2.0' })).toEqual([
      { path: '/schemaVersion', rule: 'VERSION', message: '"2.0" cannot be read: shipment-event is read in 1.x', severity: 'reject' },
    ]);
  });

  it('keeps an event of an unknown type, and one with a wrong check digit', () => {
    expect(brokenBy({ ...LOADED, eventType: 'TELEPORTED' })).toEqual(['/eventType enum warn']);
    expect(brokenBy({ ...LOADED, equipment: { id: 'GMCU6094137', idType: 'CONTAINER' } })).toEqual(['/equipment/id CHECK_DIGIT warn']);
  });

  it.each([
    ['2026-11-05T22:17:00Z', '2026-11-05T22:17:00.5Z', []],
    ['2026-11-05T22:17:00Z', '2026-11-04T22:17:00Z', []],
    ['2026-11-05T22:17:00Z', '2026-11-04T22:16:59Z', ['/publishedTime PUBLISHED_BEFORE_EVENT warn']],
    ['2026-11-05T22:17:00-05:00', '2026-11-05T03:17:00Z', []],
    ['2026-11-05T22:17:00-05:00', '2026-11-05T03:16:59Z', ['/publishedTime PUBLISHED_BEFORE_EVENT warn']],
  ])('of an event at %s published at %s says %j: a day early is still believed', (eventTime, publishedTime, broken) => {
    expect(brokenBy({ ...LOADED, eventTime, publishedTime })).toEqual(broken);
    expect(brokenBy({ ...LOADED, eventTime, publishedTime, eventClassifier: 'PLANNED' })).toEqual([]);
  });

  it('voids coordinates that cannot be, each for its own reason', () => {
    const at = (location: object): string[] => brokenBy({ ...LOADED, location });
    expect(at({ lat: 91, lon: 4 })).toEqual(['/location/lat maximum range']);
    expect(at({ lat: 51.9 })).toEqual(['/location/lat dependencies range']);
    expect(at({ lat: 0, lon: 0 })).toEqual(['/location/lat NULL_ISLAND range']);
    expect(at({ countryCode: 'NL', lat: 4.05, lon: 51.95 })).toEqual(['/location/lat AXES_SWAPPED range']);
    expect(at({ countryCode: 'NL', lat: 40.7, lon: -74 })).toEqual([]);
    expect(at({ countryCode: 'TR', lat: 40, lon: 38 })).toEqual([]);
  });

  it('never shows personal data in a message', () => {
    const event = { ...LOADED, reason: { text: 'Ask Ms Smith '.repeat(60) }, order: { customerId: 17 }, transport: { licencePlate: 'RTM-4711-'.repeat(4) } };
    const messages = validateEvent(contract, event).map(({ message }) => message);
    expect(messages).toHaveLength(3);
    expect(messages.join()).not.toMatch(/Smith|17|4711/);
  });

  it('answers the same empty list for every good event: nothing is allocated', () => {
    expect(validateEvent(contract, LOADED)).toBe(validateEvent(contract, RETRACTION));
  });

  it.each([null, undefined, 17, 'text', [], [LOADED]])('refuses %j, which is no event', (event) => {
    expect(brokenBy(event)).toEqual([' type reject']);
  });

  it('reports a wrong type once, not what follows from it', () => {
    expect(brokenBy({ ...LOADED, eventType: 17, eventTime: 1762377420 })).toEqual(expect.arrayContaining(['/eventType type warn', '/eventTime type reject']));
    expect(brokenBy({ ...LOADED, eventType: 17, eventTime: 1762377420 })).toHaveLength(2);
  });

  it('shows long values shortened', () => {
    const [violation] = validateEvent(contract, { ...LOADED, source: 'x'.repeat(10_000) }) as [Violation];
    expect(violation.message.length).toBeLessThan(120);
  });
});

describe('the vehicle position contract', () => {
  const position = { schemaVersion: '1.0', source: 'GPS:fleet-eu', vehicleId: 'TRK-0412', eventTime: '2026-11-20T11:59:58.250Z', lat: 51.9512, lon: 4.0531 };

  it('keeps a stale fix and says so; refuses a position without coordinates', () => {
    expect(brokenBy({ ...position, deviceTime: '2026-11-20T12:00:58.250Z' }, positions)).toEqual([]);
    expect(brokenBy({ ...position, deviceTime: '2026-11-20T12:00:58.251Z' }, positions)).toEqual(['/eventTime STALE_FIX warn']);
    expect(brokenBy(without(position, 'lat', 'lon'), positions)).toEqual(['/lat required reject', '/lon required reject']);
  });

  it('stays under 250 bytes with the fields that every position has', () => {
    expect(JSON.stringify({ ...position, speedKmh: 63.5, headingDeg: 271, seq: 120993 }).length).toBeLessThan(250);
  });
});

describe('a text that means "no value"', () => {
  it('breaks no rule of a field that may be absent, for the sources that use it', () => {
    expect(brokenBy({ ...LOADED, publishedTime: 'Date Not Captured', plannedTime: 'N/A' })).toEqual([]);
    expect(brokenBy({ ...LOADED, carrier: { scac: '00000000' } })).toEqual(['/carrier/scac pattern warn']);
    expect(brokenBy({ ...LOADED, source: 'X12_214:FDEG', carrier: { scac: '00000000' } })).toEqual([]);
    expect(brokenBy({ ...LOADED, publishedTime: 'soon', plannedTime: 'N/A' })).toEqual(['/publishedTime format reject', '/plannedTime format warn']);
  });

  it('is told as it was sent where the field must be there', () => {
    expect(brokenBy({ ...LOADED, eventTime: 'N/A', publishedTime: 'N/A' })).toEqual(['/eventTime format reject', '/publishedTime format reject']);
  });

  it('leaves the event as it is', () => {
    const event = { ...LOADED, carrier: { scac: 'N/A' } };
    expect(brokenBy(event)).toEqual([]);
    expect(event.carrier).toEqual({ scac: 'N/A' });
  });
});
