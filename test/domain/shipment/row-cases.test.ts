/** Rows that the live merge stands for. Spark reads the same file (test/glue/transforms/test_shipment_fold.py) and must come to the same rows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contract } from '../../../contracts/generated/shipment-event/runtime.ts';
import { fold, viewOf } from '../../../domain/shipment/index.ts';
import { histories } from '../../fixtures/shipment-rows/histories.ts';
import { readEvent } from '../../fixtures/shipment-rows/row.ts';
import { rowsFile, rowsText } from '../../fixtures/shipment-rows/rows.ts';

describe('the rows of shipments', () => {
  it('are what the merge says today: `node bin/run.mjs test/fixtures/shipment-rows/write.ts` after a deliberate change', () => {
    expect(rowsText(rowsFile())).toBe(readFileSync(join(import.meta.dirname, '../../fixtures/shipment-rows/rows.json'), 'utf8'));
  });

  it('come from events that the contract lets onto the road', () => {
    const rejected = histories().flatMap(({ events }) => events.flatMap((event) => contract.versions[0]?.validate(event) ?? []));
    expect(rejected.filter(({ severity }) => severity === 'reject')).toStrictEqual([]);
  });

  it('come from histories in which every rule of the merge has work', () => {
    const views = histories().map(({ events }) => viewOf(fold(events.map(readEvent)), Date.UTC(2200, 0, 1)));
    const standings = new Set(views.flatMap(({ timeline }) => timeline.map(({ standing }) => standing)));
    expect([...standings].sort()).toStrictEqual(['COUNTS', 'NEUTRAL', 'OUTVOTED', 'RETRACTED']);
    const rows = rowsFile().histories.map(({ row }) => row);
    const often = (isSo: (row: (typeof rows)[number]) => boolean): number => rows.filter(isSo).length;
    const counts = {
      conflicts: often(({ conflict_count: lost }) => lost > 1),
      late: often(({ delivery_delay_minutes: delay }) => delay !== null),
      delays: often(({ exceptions }) => exceptions.some(([type]) => type === 'DELAYED')),
      destinations: often(({ destination }) => destination !== null),
      cancelled: often(({ status }) => status === 'CANCELLED'),
    };
    expect(Object.entries(counts).filter(([, seen]) => seen < 4)).toStrictEqual([]);
  });
});
