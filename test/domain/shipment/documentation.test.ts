/** What docs/shipment-state.md prints is what the code does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { meanUnits, sizesOf } from '../../../bench/shipment-sizes.ts';
import { EVENT_TYPES, fold, idHash, OVERFLOW_LIMITS, pack, RULES } from '../../../domain/shipment/index.ts';
import type { Standing } from '../../../domain/shipment/index.ts';
import { actual } from './generators.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/shipment-state.md'), 'utf8');
const plain = (value: number): string => value.toLocaleString('en-US');

describe('the page about shipment state', () => {
  it.each([5, 15, 24, 40, 100, 200])('states the measured sizes at %i entries', (entries) => {
    const { packed, item, pages, units } = sizesOf(entries);
    expect(page).toContain(`| ${entries} | ${plain(packed)} | ${plain(item)} | ${pages} | ${units} | ${meanUnits(entries).toFixed(2)} |`);
  });

  it('prints an entry as it is packed', () => {
    const printed = /```\n(01 +# format[^]*?)```/.exec(page)?.[1] ?? '';
    const hex = printed.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, '');
    expect(hex).toBe(pack(fold([actual({ source: 'S:1' })])).toString('hex'));
  });

  it('gives example hashes that are right', () => {
    expect(page).toContain(`\`["DCSA:MAEU","x"]\` gives \`${idHash('DCSA:MAEU', 'x')}\``);
  });

  it('names every standing and every limit', () => {
    const standings: Record<Standing, true> = { COUNTS: true, RETRACTED: true, OUTVOTED: true, NEUTRAL: true, AHEAD: true };
    for (const standing of Object.keys(standings)) expect(page).toContain(`| \`${standing}\` |`);
    expect(page).toContain(`grace (${RULES.graceMs / 60_000} min)`);
    expect(page).toContain(`less than ${RULES.estimateLifeMs / 3_600_000} h ago`);
    expect(page).toContain(`Above ${OVERFLOW_LIMITS.mainEntries} entries the oldest move, ${OVERFLOW_LIMITS.chunkEntries} at a time`);
    expect(page).toContain(`UNKNOWN ${EVENT_TYPES.indexOf('UNKNOWN')}`);
  });
});
