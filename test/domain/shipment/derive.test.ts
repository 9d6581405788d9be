import fc from 'fast-check';
import { derive, EVENT_TYPES, fold } from '../../../domain/shipment/index.ts';
import type { DerivedState, ShipmentEvent, StatementEvent } from '../../../domain/shipment/index.ts';
import { actual, DAY, events, HOUR, NOW, RUNS, T0, view } from './generators.ts';

const MINUTE = 60_000;
const planned = (overrides: Partial<StatementEvent> = {}): StatementEvent => actual({ classifier: 'PLANNED', eventId: `plan-${overrides.type}-${overrides.place}`, ...overrides });
const estimated = (overrides: Partial<StatementEvent> = {}): StatementEvent => actual({ classifier: 'ESTIMATED', eventId: `estimate-${overrides.type}`, ...overrides });
const at = (now: number, ...list: ShipmentEvent[]): DerivedState => derive(fold(list), now);

describe('what is derived', () => {
  it('does not change before reviewAt, except for the growing delay', () => {
    fc.assert(
      fc.property(events, fc.nat(99), (list, share) => {
        const set = fold(list);
        const now = derive(set, NOW);
        const end = now.reviewAt ?? NOW + 1000 * HOUR;
        const later = derive(set, NOW + Math.floor(((end - 1 - NOW) * share) / 99));
        expect({ ...later, delay: 0 }).toStrictEqual({ ...now, delay: 0 });
      }),
      RUNS,
    );
  });

  it('changes at reviewAt: no moment is reviewed for nothing', () => {
    const due = at(T0, planned({ type: 'ARRIVED', eventTime: T0 + HOUR }));
    expect(due.reviewAt).toBe(T0 + HOUR + 30 * MINUTE);
    expect(due.flags).toStrictEqual([]);
    expect(at(T0 + HOUR + 30 * MINUTE, planned({ type: 'ARRIVED', eventTime: T0 + HOUR })).flags).toStrictEqual(['DELAYED', 'OVERDUE']);
  });

  it('of nothing but a retraction has no status and nothing to review', () => {
    const state = at(NOW, { major: 1, source: 'DCSA:MAEU', eventId: 'r', operation: 'RETRACT', retractsEventId: 'x', publishedTime: T0 });
    expect(state).toMatchObject({ status: 'NONE', milestones: [], flags: [], alerts: [] });
    expect(state.reviewAt).toBeUndefined();
  });
});

describe('status', () => {
  const cases: [string, string][] = [
    ['CREATED', 'CREATED'], ['BOOKED', 'BOOKED'], ['PICKED_UP', 'PICKED_UP'],
    ['DEPARTED', 'IN_TRANSIT'], ['ARRIVED', 'IN_TRANSIT'], ['IN_TRANSIT', 'IN_TRANSIT'], ['HANDED_OVER', 'IN_TRANSIT'], ['UNLOADED', 'IN_TRANSIT'],
    ['AVAILABLE_FOR_PICKUP', 'AT_DESTINATION'], ['OUT_FOR_DELIVERY', 'OUT_FOR_DELIVERY'], ['DELIVERY_ATTEMPTED', 'OUT_FOR_DELIVERY'],
    ['DELIVERED', 'DELIVERED'], ['RETURNED', 'RETURNED'], ['CANCELLED', 'CANCELLED'], ['LOST', 'LOST'],
  ];

  it.each(cases)('after %s is %s', (type, status) => {
    expect(view(actual({ type })).status).toBe(status);
  });

  it('is moved by no other type', () => {
    const silent = EVENT_TYPES.filter((type) => !cases.some(([moving]) => moving === type));
    for (const type of silent) expect(view(actual({ type })).status).toBe('NONE');
  });

  it('is moved by ACTUAL events only, and not by those about empty equipment', () => {
    expect(view(planned({ type: 'DEPARTED' }), estimated({ type: 'DEPARTED' }), actual({ neutral: true })).status).toBe('NONE');
  });

  it('is AT_DESTINATION after an arrival at the planned destination only', () => {
    const plan = planned({ type: 'ARRIVED', place: 'USCHI', eventTime: T0 + DAY });
    expect(view(plan, actual({ type: 'ARRIVED', place: 'NLRTM' })).status).toBe('IN_TRANSIT');
    expect(view(plan, actual({ type: 'ARRIVED', place: 'USCHI' })).status).toBe('AT_DESTINATION');
  });

  it('goes by rank before time: a late ACTUAL of an earlier step fills its milestone and leaves the status', () => {
    const delivered = actual({ type: 'DELIVERED', eventId: 'd', eventTime: T0 });
    const late = actual({ type: 'DEPARTED', eventId: 'l', eventTime: T0 + HOUR });
    expect(view(delivered, late)).toMatchObject({ status: 'DELIVERED', milestones: [{ type: 'DELIVERED' }, { type: 'DEPARTED', actual: T0 + HOUR }] });
  });

  it('of two ends of the journey is the later one', () => {
    expect(view(actual({ type: 'LOST', eventId: 'l', eventTime: T0 }), actual({ type: 'DELIVERED', eventId: 'd', eventTime: T0 + HOUR })).status).toBe('DELIVERED');
  });

  it('waits for an ACTUAL more than 15 minutes ahead of the clock, and says when to look again', () => {
    const early = actual({ eventTime: T0 + HOUR });
    expect(at(T0 + 45 * MINUTE - 1, early)).toMatchObject({ status: 'NONE', reviewAt: T0 + 45 * MINUTE });
    expect(at(T0 + 45 * MINUTE, early).status).toBe('IN_TRANSIT');
  });

  it('says since when: the first report of the present status', () => {
    expect(view(actual({ type: 'ARRIVED', eventId: 'a', eventTime: T0 + HOUR }), actual({ eventTime: T0 })).statusSince).toBe(T0);
  });
});

describe('milestones', () => {
  it('take the newest statement over all sources and the earliest report, and count the reports', () => {
    const shown = view(
      planned({ eventId: 'p1', source: 'DCSA:MAEU', publishedTime: T0, eventTime: T0 + HOUR }),
      planned({ eventId: 'p2', source: 'X12_214:FDEG', publishedTime: T0 + 1, eventTime: T0 + 2 * HOUR }),
      actual({ eventId: 'a1', eventTime: T0 + 4 * HOUR }),
      actual({ eventId: 'a2', eventTime: T0 + 3 * HOUR, source: 'X12_214:FDEG' }),
    );
    expect(shown.milestones).toStrictEqual([{ type: 'DEPARTED', place: 'NLRTM', planned: T0 + 2 * HOUR, estimated: undefined, estimatedAt: undefined, actual: T0 + 3 * HOUR, count: 2, source: 'X12_214:FDEG' }]);
  });

  it('of the cargo are not replaced by a newer plan for the empty equipment', () => {
    const cargo = planned({ eventId: 'cargo', eventTime: T0 + HOUR });
    const empty = planned({ eventId: 'empty', eventTime: T0 + 2 * HOUR, publishedTime: T0 + 1, neutral: true });
    expect(view(cargo, empty).milestones).toMatchObject([{ planned: T0 + HOUR }]);
  });

  it('give an ACTUAL without place to the only stated place of its type, and to none when there are two', () => {
    const [rotterdam, chicago] = ['NLRTM', 'USCHI'].map((place) => planned({ type: 'ARRIVED', place, eventTime: T0 + HOUR }));
    const somewhere = actual({ type: 'ARRIVED', place: '' });
    expect(view(rotterdam as ShipmentEvent, somewhere).milestones).toMatchObject([{ place: 'NLRTM', actual: T0 }]);
    expect(view(rotterdam as ShipmentEvent, chicago as ShipmentEvent, somewhere).milestones.map(({ place }) => place)).toStrictEqual(['', 'NLRTM', 'USCHI']);
  });

  it('do not include what nobody can name', () => {
    expect(view(planned({ type: 'UNKNOWN' }), actual({ type: 'TELEPORTED' })).milestones).toStrictEqual([]);
  });
});

describe('the next event and the delay', () => {
  const departure = planned({ type: 'DEPARTED', eventTime: T0 + HOUR });
  const arrival = planned({ type: 'ARRIVED', place: 'USCHI', eventTime: T0 + 10 * HOUR });

  it('skip a missed step once a later one is reached', () => {
    const arrived = actual({ type: 'ARRIVED', place: 'USCHI', eventTime: T0 + 9 * HOUR });
    expect(at(NOW, departure, arrival).next).toMatchObject({ type: 'DEPARTED', due: T0 + HOUR + 30 * MINUTE });
    expect(at(NOW, departure, arrival, arrived).next).toBeUndefined();
  });

  it('go by the estimate for the due time, and by the later of estimate and now against the plan for the delay', () => {
    const estimate = estimated({ type: 'ARRIVED', place: 'USCHI', eventTime: T0 + 12 * HOUR });
    const state = at(T0 + 11 * HOUR, arrival, estimate);
    expect(state).toMatchObject({ delay: 2 * HOUR, next: { due: T0 + 12.5 * HOUR } });
    expect(at(T0 + 15 * HOUR, arrival, estimate).delay).toBe(5 * HOUR);
  });

  it('stop with the end of the journey: what was late stays as it was', () => {
    const arrived = actual({ type: 'ARRIVED', place: 'USCHI', eventTime: T0 + 13 * HOUR });
    expect(at(T0 + 14 * HOUR, arrival, arrived).delay).toBe(3 * HOUR);
    expect(at(T0 + 99 * HOUR, arrival, arrived).delay).toBe(3 * HOUR);
    expect(at(T0 + 99 * HOUR, arrival, actual({ type: 'CANCELLED', eventTime: T0 }))).toMatchObject({ delay: 0, alerts: [] });
  });

  it('are 0 for what is early', () => {
    expect(at(T0 + 9 * HOUR, arrival, actual({ type: 'ARRIVED', place: 'USCHI', eventTime: T0 + 8 * HOUR })).delay).toBe(0);
  });

  it('take the grace that the caller gives for type and service level', () => {
    const booked = actual({ type: 'BOOKED', eventId: 'b', order: { customerId: 'C', serviceLevel: 'EXPRESS', priority: 1, origin: '', destination: '' } });
    const state = derive(fold([departure, booked]), T0, { graceFor: (type, level) => (type === 'DEPARTED' && level === 'EXPRESS' ? 5 * MINUTE : HOUR) });
    expect(state.next?.due).toBe(T0 + HOUR + 5 * MINUTE);
  });
});

describe('the ETA', () => {
  const plan = planned({ type: 'ARRIVED', place: 'USCHI', eventTime: T0 + 20 * HOUR });
  const estimate = estimated({ type: 'ARRIVED', place: 'USCHI', eventTime: T0 + 22 * HOUR, publishedTime: T0 });
  const departed = actual({ eventTime: T0 + HOUR });

  it('is the actual time once there is one', () => {
    expect(at(NOW, plan, estimate, actual({ type: 'ARRIVED', place: 'USCHI', eventTime: T0 + 5 * HOUR })).eta).toStrictEqual({ time: T0 + 5 * HOUR, basis: 'ACTUAL' });
  });

  it('is the estimate while it is younger than 12 hours, then the plan; reviewAt names the moment', () => {
    expect(at(T0 + 12 * HOUR - 1, plan, estimate)).toMatchObject({ eta: { time: T0 + 22 * HOUR, basis: 'ESTIMATED' }, reviewAt: T0 + 12 * HOUR });
    expect(at(T0 + 12 * HOUR, plan, estimate).eta).toStrictEqual({ time: T0 + 20 * HOUR, basis: 'PLANNED' });
  });

  it('is the last event plus the median of the lane when the estimate is old', () => {
    const state = derive(fold([plan, estimate, departed]), T0 + 13 * HOUR, {
      laneMedianFrom: ({ type, place, destination }) => (`${type} ${place} ${destination}` === 'DEPARTED NLRTM USCHI' ? 18 * HOUR : undefined),
    });
    expect(state.eta).toStrictEqual({ time: T0 + 19 * HOUR, basis: 'LANE_MEDIAN' });
  });

  it('hands a model what it needs to know of the plan', () => {
    const asked: object[] = [];
    derive(fold([planned({ type: 'DEPARTED', eventTime: T0 }), plan, departed]), T0 + 13 * HOUR, { laneMedianFrom: (last) => { asked.push(last); return undefined; } });
    expect(asked).toStrictEqual([{ type: 'DEPARTED', place: 'NLRTM', eventTime: T0 + HOUR, destination: 'USCHI', plannedRest: 20 * HOUR, plannedEnd: T0 + 20 * HOUR }]);
  });

  it('is unknown when nothing states an end', () => {
    expect(at(NOW, departed).eta).toBeUndefined();
  });
});

describe('alerts', () => {
  const hold = (eventId: string, hour: number, place = 'USNYC'): StatementEvent => actual({ type: 'CUSTOMS_HOLD', eventId, place, eventTime: T0 + hour * HOUR });
  const release = (hour: number, place = 'USNYC'): StatementEvent => actual({ type: 'CUSTOMS_RELEASED', eventId: `r${hour}`, place, eventTime: T0 + hour * HOUR });

  it('open LATE exactly from the grace on, and rise in steps', () => {
    const plan = planned({ type: 'ARRIVED', eventTime: T0 });
    const levelAfter = (time: number): number => at(T0 + time, plan).alerts[0]?.level ?? 0;
    expect([30 * MINUTE - 1, 30 * MINUTE, 4 * HOUR - 1, 4 * HOUR, DAY - 1, DAY].map(levelAfter)).toStrictEqual([0, 1, 1, 2, 2, 3]);
  });

  it('tell since when a level stands: by the clock, or since an estimate foretold it', () => {
    const plan = planned({ type: 'ARRIVED', eventTime: T0 + 10 * HOUR });
    const sinceAt = (now: number, ...more: ShipmentEvent[]): number | undefined => at(now, plan, ...more).alerts[0]?.since;
    expect(sinceAt(T0 + 11 * HOUR)).toBe(T0 + 10 * HOUR + 30 * MINUTE);
    expect(sinceAt(T0 + 15 * HOUR)).toBe(T0 + 14 * HOUR);
    const foretold = estimated({ type: 'ARRIVED', eventTime: T0 + 12 * HOUR, publishedTime: T0 + HOUR });
    expect(sinceAt(T0 + 2 * HOUR, foretold)).toBe(T0 + HOUR);
    expect(at(T0 + 2 * HOUR, plan, foretold).alerts).toStrictEqual([{ kind: 'LATE', subject: 'ARRIVED|NLRTM', level: 1, members: [], since: T0 + HOUR, planned: T0 + 10 * HOUR, estimated: T0 + 12 * HOUR }]);
  });

  it('open MISSED for a stated step that was passed over, from its grace after the later one on, until it is told or the journey ends', () => {
    const [arrive, depart, deliver] = [planned({ type: 'ARRIVED', eventTime: T0 }), planned({ type: 'DEPARTED', eventTime: T0 + HOUR }), planned({ type: 'DELIVERED', eventTime: T0 + DAY })];
    const departed = actual({ type: 'DEPARTED', eventId: 'd', eventTime: T0 + 2 * HOUR });
    const missed = { kind: 'MISSED', subject: 'ARRIVED|NLRTM', level: 1, members: [], since: T0 + 2.5 * HOUR, planned: T0 };
    expect(at(T0 + 2.5 * HOUR - 1, arrive, depart, deliver, departed)).toMatchObject({ alerts: [], reviewAt: T0 + 2.5 * HOUR });
    expect(at(T0 + 2.5 * HOUR, arrive, depart, deliver, departed).alerts).toStrictEqual([missed]);
    expect(at(T0 + 3 * HOUR, arrive, depart, deliver, departed, actual({ type: 'ARRIVED', eventId: 'a', eventTime: T0 + HOUR })).alerts).toStrictEqual([]);
    expect(at(T0 + 3 * HOUR, arrive, depart, deliver, departed, actual({ type: 'DELIVERED', eventId: 'e', eventTime: T0 + 3 * HOUR })).alerts).toStrictEqual([]);
  });

  it('open SILENT when nothing is heard past the due time, close at any news, and open again', () => {
    const plan = planned({ type: 'ARRIVED', place: 'USCHI', eventTime: T0 + HOUR, publishedTime: T0 });
    const silentFrom = T0 + 1.5 * HOUR + 12 * HOUR;
    const isSilent = (now: number, ...more: ShipmentEvent[]): boolean => at(now, plan, ...more).alerts.some(({ kind }) => kind === 'SILENT');
    expect([silentFrom - 1, silentFrom].map((now) => isSilent(now))).toStrictEqual([false, true]);
    const heard = actual({ type: 'IN_TRANSIT', eventId: 'x', eventTime: T0 + 5 * HOUR });
    expect([silentFrom, T0 + 17 * HOUR - 1, T0 + 17 * HOUR].map((now) => isSilent(now, heard))).toStrictEqual([false, false, true]);
    expect(isSilent(silentFrom, estimated({ type: 'ARRIVED', place: 'USCHI', eventTime: T0 + HOUR, publishedTime: T0 + 6 * HOUR }))).toBe(false);
    expect(isSilent(T0 + 9 * DAY, actual({ type: 'DELIVERED', eventId: 'e', place: 'USCHI', eventTime: T0 + 2 * HOUR }))).toBe(false);
  });

  it('wait with SILENT as long as the caller says for the service level', () => {
    const plan = planned({ type: 'ARRIVED', eventTime: T0, publishedTime: T0 });
    const booked = actual({ type: 'BOOKED', eventId: 'b', eventTime: T0 - HOUR, order: { customerId: 'C', serviceLevel: 'EXPRESS', priority: 1, origin: '', destination: '' } });
    const kinds = (now: number): string[] => derive(fold([plan, booked]), now, { silenceFor: (level) => (level === 'EXPRESS' ? HOUR : DAY) }).alerts.map(({ kind }) => kind);
    expect(kinds(T0 + 1.5 * HOUR - 1)).toStrictEqual(['LATE']);
    expect(kinds(T0 + 1.5 * HOUR)).toStrictEqual(['LATE', 'SILENT']);
  });

  it('keep a customs hold open until a release at its place, and tell which events opened it', () => {
    expect(at(NOW, hold('h1', 1), hold('h2', 2)).alerts).toMatchObject([{ kind: 'HOLD', subject: 'CUSTOMS_HOLD|USNYC' }]);
    expect(at(NOW, hold('h1', 1), hold('h2', 2)).alerts[0]?.members).toHaveLength(2);
    expect(at(NOW, hold('h1', 1), release(2)).alerts).toStrictEqual([]);
    expect(at(NOW, hold('h1', 1), release(2, 'NLRTM')).flags).toStrictEqual(['CUSTOMS_HOLD']);
    expect(at(NOW, hold('h1', 1), release(2), hold('h3', 3)).flags).toStrictEqual(['CUSTOMS_HOLD']);
    expect(at(NOW, hold('h1', 1), release(2, '')).alerts).toStrictEqual([]);
  });

  it('open on damage, loss and refusal', () => {
    expect(at(NOW, actual({ type: 'DAMAGED' })).alerts).toMatchObject([{ kind: 'EXCEPTION', subject: 'DAMAGED|NLRTM', level: 1 }]);
  });

  it('open on a sensor alarm and close at the next reading without one', () => {
    const hot = actual({ eventId: 'hot', sensor: { present: true, alarm: true }, eventTime: T0 });
    const cool = actual({ eventId: 'cool', place: 'USCHI', sensor: { present: true, alarm: false }, eventTime: T0 + HOUR });
    const silent = actual({ eventId: 'silent', eventTime: T0 + HOUR });
    expect(at(NOW, hot, silent)).toMatchObject({ flags: ['SENSOR_ALARM'], alerts: [{ kind: 'SENSOR', subject: 'SENSOR|' }] });
    expect(at(NOW, hot, cool).alerts).toStrictEqual([]);
  });
});
