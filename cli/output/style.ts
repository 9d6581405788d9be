import { styleText } from 'node:util';
import type { Io } from './io.ts';

type Colour = 'green' | 'yellow' | 'red' | 'cyan' | 'gray' | 'bold';

/** Colour carries no meaning alone: every coloured word also says it. */
export const paint = (io: Io, colour: Colour, text: string): string => (io.colour ? styleText(colour, text, { validateStream: false }) : text);

/** Rows in columns as wide as their widest cell, two spaces apart; the last column is not padded. */
export function table(rows: readonly (readonly string[])[], indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => { widths[column] = Math.max(widths[column] ?? 0, visible(cell)); });
  return rows.map((row) => (indent + row.map((cell, column) => (column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - visible(cell)))).join('  ')).trimEnd() + '\n').join('');
}

 
const COLOUR_SEQUENCE = /\u001b\[[0-9;]*m/g;
const visible = (text: string): number => text.replace(COLOUR_SEQUENCE, '').length;

export const count = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
