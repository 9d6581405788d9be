import fc from 'fast-check';
import { EMPTY, fold, merge, NewerFormatError, pack, PACKED_FORMAT, PackedStateError, unpack, viewOf } from '../../../domain/shipment/index.ts';
import type { Entry, EntrySet } from '../../../domain/shipment/index.ts';
import { actual, events, expectSameState, NOW, RUNS, T0 } from './generators.ts';

describe('the packed state', () => {
  it('comes back as the same set', () => {
    fc.assert(
      fc.property(events, (list) => {
        const set = fold(list);
        expect(unpack(pack(set))).toStrictEqual(set);
        expectSameState(unpack(pack(set)), set);
      }),
      RUNS,
    );
  });

  it('is canonical: equal sets give equal bytes, different sets different bytes', () => {
    fc.assert(
      fc.property(events, events, (a, b) => {
        const [x, y] = [fold(a), fold(b)];
        const isSame = sorted(x) === sorted(y);
        expect(pack(x).equals(pack(y))).toBe(isSame);
      }),
      RUNS,
    );
  });

  it('has the layout that the documentation prints', () => {
    const set = fold([actual({ source: 'S:1', place: 'NLRTM', type: 'DEPARTED', reason: 'WEATHER', sensor: { present: true, alarm: true } })]);
    const [entry] = [...set.kept.values()].flat();
    const time = T0.toString(16).padStart(12, '0');
    expect(pack(set).toString('hex')).toBe(
      ['01', '01', '03', Buffer.from('S:1').toString('hex'), '01', '05', Buffer.from('NLRTM').toString('hex'), '00', '01',
        '33', '01', '0b', '01', '00', '00', time, time, entry?.id, entry?.hash, '00'].join(''),
    );
  });

  it('ends with the order, in the layout that the documentation prints', () => {
    const set = fold([actual({ type: 'BOOKED', order: { customerId: 'C-1', serviceLevel: '', priority: 3, origin: 'NLRTM', destination: 'USCHI' } })]);
    const text = (value: string): string => Buffer.from([value.length, ...Buffer.from(value)]).toString('hex');
    const time = T0.toString(16).padStart(12, '0');
    const tail = ['01', '00', '01', time, set.order?.id, set.order?.hash, text('C-1'), text(''), '03', text('NLRTM'), text('USCHI')].join('');
    expect(pack(set).toString('hex').endsWith(tail)).toBe(true);
    expect(pack(set).length - pack({ ...set, order: undefined }).length).toBe(tail.length / 2 - 1);
  });

  it('keeps every bit of text, times and counts beyond one byte', () => {
    const list = Array.from({ length: 300 }, (_, index) => actual({ eventId: `e${index}`, source: `S:${index}`, place: `Ö𝄞${index}`, eventTime: T0 + index }));
    expect(unpack(pack(fold(list)))).toStrictEqual(fold(list));
  });

  it('of an empty set is a few bytes', () => {
    expect(pack(EMPTY).toString('hex')).toBe('010000000000');
  });

  it('is refused when a newer release wrote it, with what to do', () => {
    const bytes = pack(fold([actual()]));
    bytes[0] = PACKED_FORMAT + 1;
    expect(() => unpack(bytes)).toThrow(NewerFormatError);
    expect(() => unpack(bytes)).toThrow(/format 2; this release reads formats up to 1.*not touched/s);
  });

  it('is refused when it is cut short, too long, or nothing of ours', () => {
    const bytes = pack(fold([actual()]));
    for (let length = 0; length < bytes.length; length += 1) expect(() => unpack(bytes.subarray(0, length))).toThrow(PackedStateError);
    expect(() => unpack(Buffer.concat([bytes, Buffer.from([0])]))).toThrow(/goes on for 1 bytes/);
    expect(() => unpack(Buffer.from([0, 0, 0]))).toThrow(PackedStateError);
  });
});

describe('an event type that a newer release appended', () => {
  const newer = (code: number): EntrySet => {
    const set = fold([actual({ type: 'UNKNOWN' })]);
    const [entry] = [...set.kept.values()].flat() as [Entry];
    return { ...set, kept: new Map([[entry.id, [{ ...entry, typeCode: code }]]]) };
  };

  it.each([30, 127, 128, 70_000])('keeps its code %i through bytes and merges, and shows as UNKNOWN', (code) => {
    const through = merge(unpack(pack(newer(code))), fold([actual({ eventId: 'other' })]));
    const codes = [...unpack(pack(through)).kept.values()].flat().map(({ typeCode }) => typeCode);
    expect(codes).toContain(code);
    expect(viewOf(newer(code), NOW)).toMatchObject({ status: 'NONE', milestones: [], timeline: [{ type: 'UNKNOWN', standing: 'COUNTS' }] });
  });

  it('wins over the UNKNOWN that an older release made of the same event, and is no conflict', () => {
    const older = fold([actual({ type: 'UNKNOWN' })]);
    for (const both of [merge(older, newer(30)), merge(newer(30), older)]) {
      expect([...both.kept.values()].flat().map(({ typeCode }) => typeCode)).toStrictEqual([30]);
    }
  });
});

/** The set as text, without the order in which its maps were filled. */
function sorted(set: EntrySet): string {
  const entries = [...[...set.kept.values()].flat(), ...set.slots.values()].map((entry) => JSON.stringify(Object.entries(entry).sort())).sort();
  return JSON.stringify([entries, [...set.tombs].sort(), set.order]);
}
