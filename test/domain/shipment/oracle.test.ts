import fc from 'fast-check';
import { derive, fold, fromEvent, EMPTY, merge } from '../../../domain/shipment/index.ts';
import type { ShipmentEvent } from '../../../domain/shipment/index.ts';
import { event, NOW, RUNS, T0 } from './generators.ts';
import { lineOf, replay } from './oracle.ts';

/** Own ids and own published times: nothing that the naive pass would have to decide. */
const cleanLog = fc.array(event, { maxLength: 20 }).chain((list) => {
  const log = list.map((one, index): ShipmentEvent => ({ ...one, major: 1, eventId: String.fromCharCode(97 + index), publishedTime: T0 + index * 1000 }));
  return fc.tuple(fc.constant(log), fc.shuffledSubarray(log, { minLength: log.length }));
});

describe('the derived state', () => {
  it('equals a naive ordered replay of a log without conflicts, whatever order the log arrives in', () => {
    fc.assert(
      fc.property(cleanLog, ([log, arrivals]) => {
        const state = derive(arrivals.map(fromEvent).reduce(merge, EMPTY), NOW);
        const truth = replay(log, NOW);
        expect(state.milestones.map((milestone) => lineOf(`${milestone.type}@${milestone.place}`, milestone)).sort()).toStrictEqual(truth.lines);
        expect(state.status).toBe(truth.status);
        expect(state.order?.customerId ?? '').toBe(truth.customer);
      }),
      RUNS,
    );
  });

  it('is not trivially equal: the naive replay of another log differs', () => {
    const log = [{ ...sample('BOOKED'), eventId: 'a' }];
    expect(derive(fold(log), NOW).status).toBe('BOOKED');
    expect(replay([{ ...sample('DEPARTED'), eventId: 'a' }], NOW).status).toBe('IN_TRANSIT');
  });
});

const sample = (type: string): ShipmentEvent => ({
  major: 1, source: 'DCSA:MAEU', eventId: 'a', operation: 'UPSERT', type, classifier: 'ACTUAL', place: 'NLRTM', eventTime: T0, publishedTime: T0, neutral: false, sensor: { present: false, alarm: false },
});
