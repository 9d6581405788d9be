import { numberOf, stringOf } from '../../../lambdas/_shared/marshall.ts';
import { createProgressLog } from '../../../lambdas/track-shipments/progress.ts';
import { createFakeAws } from './fake-aws.ts';
import { LEDGER, NOW, SHARD } from './tracker.ts';

const at = (sequence: string) => ({ shard: SHARD, sequence, arrivalTime: NOW - 4_000, foldedTime: NOW });

describe('the progress row of a shard', () => {
  it('moves forward, by number and not by text', async () => {
    const aws = createFakeAws();
    const log = createProgressLog({ aws, table: LEDGER, contract: 'shipment-event' });
    await log.advance(at('9'));
    await log.advance(at('10'));
    expect(stringOf(aws.items(LEDGER)[0]?.['through'])).toBe('10'.padStart(60, '0'));
    expect(numberOf(aws.items(LEDGER)[0]?.['arrivalTime'])).toBe(NOW - 4_000);
  });

  it('never moves back, and a repeat is no write', async () => {
    const aws = createFakeAws();
    const log = createProgressLog({ aws, table: LEDGER, contract: 'shipment-event' });
    await log.advance(at('10'));
    const writes = aws.writes();
    await log.advance(at('10'));
    await log.advance(at('9'));
    expect(aws.writes()).toBe(writes);
  });

  it('never moves back when another writer moves it between the look and the write', async () => {
    const aws = createFakeAws();
    const log = createProgressLog({ aws, table: LEDGER, contract: 'shipment-event' });
    let moved = false;
    aws.hooks = {
      before: async ({ operation }) => {
        if (operation !== 'PutItem' || moved) return;
        moved = true;
        await log.advance(at('12'));
      },
    };
    await log.advance(at('11'));
    expect(stringOf(aws.items(LEDGER)[0]?.['through'])).toBe('12'.padStart(60, '0'));
  });
});
