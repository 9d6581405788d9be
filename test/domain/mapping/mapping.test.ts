import { applyMapping, MappingError, readMapping } from '../../../domain/mapping/index.ts';

const mapping = (fields: object, sentinels: string[] = []): ReturnType<typeof readMapping> => readMapping({ name: 'test', contract: 'shipment-event', sentinels, fields });
const apply = (fields: object, record: unknown, sentinels: string[] = []): Record<string, unknown> => applyMapping(mapping(fields, sentinels), record);

describe('applyMapping', () => {
  it('follows fields, indexes and the first element with a value', () => {
    const record = { a: { b: 7 }, list: [{ type: 'TRD', value: 't' }, { type: 'BKG', value: 'b1' }, { type: 'BKG', value: 'b2' }] };
    expect(apply({ x: { from: 'a.b' }, y: { from: 'list[0].value' }, z: { from: 'list[type=BKG].value' } }, record)).toEqual({ x: 7, y: 't', z: 'b1' });
  });

  it('takes the first path that leads to a value, and leaves the field out when none does', () => {
    expect(apply({ x: { from: ['a', 'b', 'c'] }, y: { from: 'nowhere.at.all' } }, { a: null, b: '', c: 'here' })).toEqual({ x: 'here' });
  });

  it('reads sentinels as missing', () => {
    expect(apply({ x: { from: ['a', 'b'] } }, { a: ' N/A ', b: 'real' }, ['N/A'])).toEqual({ x: 'real' });
  });

  it('nests targets', () => {
    expect(apply({ 'location.lat': { from: 'lat' }, 'location.lon': { from: 'lon' } }, { lat: 1, lon: 0 })).toEqual({ location: { lat: 1, lon: 0 } });
  });

  it('fills templates and looks codes up, exact before patterns', () => {
    const fields = { source: { template: 'DCSA:{carrier|name}' }, eventType: { template: '{kind}/{code}', lookup: { 'EQUIPMENT/*': 'UNKNOWN', 'EQUIPMENT/LOAD': 'LOADED' }, otherwise: 'OTHER' } };
    expect(apply(fields, { carrier: 'MSK', kind: 'EQUIPMENT', code: 'LOAD' })).toEqual({ source: 'DCSA:MSK', eventType: 'LOADED' });
    expect(apply(fields, { name: 'x', kind: 'EQUIPMENT', code: 'MOVE' })).toEqual({ source: 'DCSA:x', eventType: 'UNKNOWN' });
    expect(apply(fields, { kind: 'DOC' })).toEqual({ source: 'DCSA:', eventType: 'OTHER' });
  });

  it('converts numbers with unit and precision, and times', () => {
    const fields = { v: { from: 'v', as: 'number', scale: 3.6, digits: 1 }, n: { from: 'n', as: 'integer' }, t: { from: 't', as: 'epoch-seconds' }, b: { from: 'b', as: 'boolean' } };
    expect(apply(fields, { v: '4.4704', n: '12.6', t: '0', b: '0' })).toEqual({ v: 16.1, n: 13, t: '1970-01-01T00:00:00.000Z', b: false });
  });

  it('keeps what it cannot convert, so that the contract names it', () => {
    expect(apply({ v: { from: 'v', as: 'number' }, t: { from: 't', as: 'epoch-seconds' } }, { v: 'fast', t: 'soon' })).toEqual({ v: 'fast', t: 'soon' });
  });

  it('applies a rule only when its condition leads to a value', () => {
    const fields = { operation: { value: 'RETRACT', when: 'retracts' } };
    expect([apply(fields, { retracts: 'x' }), apply(fields, {})]).toEqual([{ operation: 'RETRACT' }, {}]);
  });

  it('derives the same id from the same texts, another from others, whatever the separators', () => {
    const fields = { eventId: { digest: ['a', 'b'] } };
    expect(apply(fields, { a: '1', b: '2' })).toEqual(apply(fields, { a: 1, b: 2 }));
    expect(apply(fields, { a: '1,2', b: '' })).not.toEqual(apply(fields, { a: '1', b: '2' }));
  });

  it('never reaches into prototypes', () => {
    expect(apply({ x: { from: 'constructor.name' }, y: { from: '__proto__.toString' } }, {})).toEqual({});
  });
});

describe('readMapping', () => {
  it('lists every mistake of a file at once', () => {
    const file = { name: '', contract: 'c', sentinels: [1], fields: { a: { from: 'x', value: 1 }, b: { from: 'x..y' }, c: { from: 'x', as: 'date' }, d: 'x', e: { from: 'x', lokup: {} } } };
    const mistakes = (): readonly string[] => {
      try {
        readMapping(file);
        return [];
      } catch (error) {
        return error instanceof MappingError ? error.mistakes : [];
      }
    };
    expect(mistakes().map((each) => each.split(':')[0])).toEqual(['name', 'sentinels', 'fields.a', 'fields.b.from', 'fields.c.as', 'fields.d', 'fields.e']);
  });
});
