import type { DailyFigures } from '../../contracts/api/answers.ts';
import { amount } from './time.ts';

export interface DailyTile {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
  /** What it is a part of. */
  readonly part: string | null;
}

/** On time is measured against what has been judged: on time or late. */
export function dailyTiles({ delivered, onTime, late, exceptions }: DailyFigures): DailyTile[] {
  const judged = onTime + late;
  const of = judged === 0 ? null : `of ${amount(judged)}`;
  return [
    { label: 'Delivered', value: amount(delivered), unit: '', part: null },
    { label: 'On time', value: judged === 0 ? '–' : ((100 * onTime) / judged).toFixed(1), unit: judged === 0 ? '' : '%', part: of },
    { label: 'Late', value: amount(late), unit: '', part: of },
    { label: 'Exceptions', value: amount(exceptions), unit: '', part: null },
  ];
}
