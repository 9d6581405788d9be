import fc from 'fast-check';
import { fold } from '../../../domain/shipment/index.ts';
import type { ShipmentEvent, StatementEvent } from '../../../domain/shipment/index.ts';
import { actual, event, events, expectSameState, HOUR, NOW, retract, RUNS, statement, T0, view } from './generators.ts';

const plain = ({ correctsEventId: _, ...rest }: StatementEvent): StatementEvent => rest;

describe('a retraction', () => {
  it('hides its target before and after it, whatever else arrives', () => {
    fc.assert(
      fc.property(statement, events, (one, rest) => {
        const target: StatementEvent = { ...plain(one), eventId: 'x' };
        const voided = retract('x', { source: one.source });
        expectSameState(fold([voided, target, ...rest]), fold([...rest, target, voided]));
        expect(view(voided, target).milestones).toStrictEqual([]);
        expect(view(target, voided, { ...target, publishedTime: NOW, eventTime: T0 + HOUR }).milestones).toStrictEqual([]);
      }),
      RUNS,
    );
  });

  it('is final: only a new id brings the fact back', () => {
    const first = actual();
    const again = actual({ publishedTime: NOW });
    expect(view(first, retract('x'), again).status).toBe('NONE');
    expect(view(first, retract('x'), actual({ eventId: 'y' })).status).toBe('IN_TRANSIT');
  });

  it('reaches only events of its own source', () => {
    expect(view(actual(), retract('x', { source: 'X12_214:FDEG' })).status).toBe('IN_TRANSIT');
  });

  it('cannot be retracted', () => {
    expect(view(actual(), retract('x', { eventId: 'r' }), retract('r')).status).toBe('NONE');
  });

  it('leaves the slot of a plan blank: the older plan was already replaced', () => {
    const older = actual({ classifier: 'PLANNED', eventId: 'old', publishedTime: T0 });
    const newer = actual({ classifier: 'PLANNED', eventId: 'new', publishedTime: T0 + HOUR });
    expect(view(older, newer, retract('new')).milestones).toStrictEqual([]);
    expect(view(newer, retract('new'), older).milestones).toStrictEqual([]);
  });

  it('shows its target as retracted in the timeline', () => {
    expect(view(actual(), retract('x')).timeline).toMatchObject([{ type: 'DEPARTED', standing: 'RETRACTED' }]);
  });
});

describe('a correction', () => {
  it('leaves only the last of a chain, in any order', () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 });
    fc.assert(
      fc.property(order, fc.constantFrom('ACTUAL' as const, 'ESTIMATED' as const), fc.boolean(), (indices, classifier, isTie) => {
        const chain = indices.map((index) =>
          actual({
            eventId: `c${index}`,
            ...(index > 0 && { correctsEventId: `c${index - 1}` }),
            type: 'ARRIVED',
            classifier,
            place: `P${index}`,
            eventTime: T0 + index,
            publishedTime: isTie ? T0 : T0 + index,
          }));
        expect(view(...chain).milestones.map(({ place }) => place)).toStrictEqual(['P4']);
      }),
      RUNS,
    );
  });

  it('beats what it corrects when both were published in the same moment', () => {
    fc.assert(
      fc.property(statement, fc.nat(99), (one, later) => {
        const wrong: StatementEvent = { ...plain(one), type: 'ARRIVED', major: 1, neutral: false, classifier: 'ESTIMATED', eventId: 'x' };
        const right: StatementEvent = { ...wrong, eventId: 'y', correctsEventId: 'x', eventTime: T0 + later };
        expect(view(wrong, right).milestones[0]?.estimated).toBe(right.eventTime);
      }),
      RUNS,
    );
  });

  it('that is retracted does not revive the original, and a cycle hides both', () => {
    const original = actual();
    const correction = actual({ eventId: 'y', correctsEventId: 'x', eventTime: T0 + HOUR });
    expect(view(original, correction, retract('y')).status).toBe('NONE');
    expect(view(actual({ correctsEventId: 'y' }), actual({ eventId: 'y', correctsEventId: 'x' })).status).toBe('NONE');
  });
});

describe('one id with two contents', () => {
  it('is a conflict in which the greater published counts, in either order', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), (first, second) => {
        const a = actual({ publishedTime: T0 + first });
        const b = actual({ publishedTime: T0 + second, eventTime: T0 + HOUR });
        expectSameState(fold([a, b]), fold([b, a]));
        const shown = view(a, b);
        expect(shown.conflicts).toHaveLength(1);
        expect(shown.flags).toContain('CONFLICT');
        const winner = first > second ? a.eventTime : b.eventTime;
        // At equal published times the content hash decides: either, but the same in both orders.
        expect(first === second ? [a.eventTime, b.eventTime] : [winner]).toContain(shown.milestones[0]?.actual);
      }),
      RUNS,
    );
  });

  it('shows both contents in the timeline, one of them outvoted', () => {
    const shown = view(actual(), actual({ publishedTime: T0 + 1, eventTime: T0 + HOUR }));
    expect(shown.timeline).toMatchObject([
      { eventTime: T0, standing: 'OUTVOTED', conflict: true },
      { eventTime: T0 + HOUR, standing: 'COUNTS', conflict: true },
    ]);
  });

  it('keeps the two greatest of three contents', () => {
    const [a, b, c] = [0, 1, 2].map((hour) => actual({ eventTime: T0 + hour * HOUR, publishedTime: T0 + hour }));
    fc.assert(
      fc.property(fc.shuffledSubarray([a, b, c] as ShipmentEvent[], { minLength: 3 }), (order) => {
        expect(view(...order).timeline.map(({ eventTime }) => eventTime)).toStrictEqual([T0 + HOUR, T0 + 2 * HOUR]);
      }),
      RUNS,
    );
  });

  it('is a duplicate, not a conflict, when only the time of publication differs', () => {
    const shown = view(actual(), actual({ publishedTime: NOW }));
    expect(shown.conflicts).toStrictEqual([]);
    expect(shown.timeline).toMatchObject([{ publishedTime: NOW, standing: 'COUNTS' }]);
  });

  it('is no conflict across contract majors: the newer shape is the same event', () => {
    const shown = view(actual({ major: 2, publishedTime: T0 }), actual({ eventTime: T0 + HOUR, publishedTime: NOW }));
    expect(shown.conflicts).toStrictEqual([]);
    expect(shown.milestones[0]?.actual).toBe(T0);
  });

  it('raises no flag on a plan: which of the superseded ids existed is forgotten', () => {
    const a = actual({ classifier: 'ESTIMATED', publishedTime: T0 });
    const b = actual({ classifier: 'ESTIMATED', publishedTime: T0 + 1, eventTime: T0 + HOUR });
    expect(view(a, b)).toMatchObject({ conflicts: [], milestones: [{ estimated: T0 + HOUR }] });
  });

  it('told in two slots shows only the greater version', () => {
    const wrongPlace = actual({ classifier: 'PLANNED', place: 'NLRTM', publishedTime: T0 });
    const rightPlace = actual({ classifier: 'PLANNED', place: 'USCHI', publishedTime: T0 + 1 });
    const shown = view(rightPlace, wrongPlace);
    expect(shown.milestones.map(({ place }) => place)).toStrictEqual(['USCHI']);
    expect(shown.timeline.find(({ place }) => place === 'NLRTM')?.standing).toBe('OUTVOTED');
  });
});

describe('the order behind a shipment', () => {
  const order = { customerId: 'CUST-1', serviceLevel: 'EXPRESS', priority: 2, origin: 'NLRTM', destination: 'USCHI' };
  const booked = actual({ type: 'BOOKED', eventId: 'booked', order });

  it('is that of the greatest version, in any order of arrival', () => {
    const changed = actual({ type: 'BOOKED', eventId: 'changed', publishedTime: T0 + 1, order: { ...order, customerId: 'CUST-2' } });
    expect(view(booked, changed).order?.customerId).toBe('CUST-2');
    expect(view(changed, booked).order?.customerId).toBe('CUST-2');
  });

  it('is joined by a total order even where only the order differs', () => {
    fc.assert(
      fc.property(event, fc.string(), fc.string(), (one, first, second) => {
        const [a, b] = [first, second].map((customerId) => ({ ...booked, order: { ...order, customerId: customerId.toWellFormed() } }));
        expectSameState(fold([one, a as ShipmentEvent, b as ShipmentEvent]), fold([b as ShipmentEvent, one, a as ShipmentEvent]));
      }),
      RUNS,
    );
  });

  it('goes blank with the event that told it', () => {
    expect(view(booked, retract('booked')).order).toBeUndefined();
  });

  it('gives the destination when none is planned', () => {
    expect(view(booked).destination).toBe('USCHI');
  });
});
