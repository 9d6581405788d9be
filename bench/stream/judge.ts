import type { Platform } from '../../cli/platform/platform.ts';
import type { Truth } from '../../simulator/index.ts';
import { compareWithTruth } from '../judge/compare-with-truth.ts';
import { countLake, settledIdentities } from '../judge/lake-count.ts';

/** Whether all that was put is where it must be, in words. */
export async function judge(platform: Platform, truth: Truth, put: number): Promise<{ right: boolean; words: string }> {
  const lake = await countLake(platform, 'shipment-event');
  const settled = settledIdentities(lake);
  const corrupt = truth.mustQuarantine().length;
  const state = await compareWithTruth(platform, truth);
  const right = settled === put && lake.quarantine.size === corrupt && state.wrong.length === 0;
  return {
    right,
    words: [
      right ? 'Right against the truth:' : 'WRONG against the truth:',
      `  identities: put ${put}, in bronze or quarantine ${settled}`,
      `  quarantined ${lake.quarantine.size}, corrupt by the truth ${corrupt}`,
      `  shipments ${state.shipments}, different from the truth ${state.wrong.length}${state.wrong.length === 0 ? '' : `, the first: ${JSON.stringify(state.wrong[0])}`}`,
    ].join('\n'),
  };
}
