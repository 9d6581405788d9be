import { setImmediate as turn } from 'node:timers/promises';
import { createFakeAws } from './fake-aws.ts';
import { createTracker, TABLE, wireEvent } from './tracker.ts';

describe('A batch of many shipments', () => {
  it('is written whole, with no more than eight calls under way at any time', async () => {
    const aws = createFakeAws();
    let [underWay, most] = [0, 0];
    aws.hooks = {
      before: async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await turn();
      },
      after: () => {
        underWay -= 1;
      },
    };
    const shipments = 1_050;
    const answer = await createTracker(aws).send(...Array.from({ length: shipments }, (_, index) => wireEvent({ shipmentId: `SHP-${index}`, eventId: `E-${index}`, reason: { code: 'WEATHER', text: 'storm' } })));

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(aws.items(TABLE).filter(({ sk }) => sk !== undefined && 'S' in sk && sk.S === 'S')).toHaveLength(shipments);
    expect(aws.items(TABLE)).toHaveLength(2 * shipments);
    expect(most).toBe(8);
  });
});
