/** A result for people, spreadsheets and programs. */
import { table } from '../output/style.ts';
import type { Column, ResultPage } from './run-query.ts';

const NUMBERS = ['tinyint', 'smallint', 'integer', 'bigint', 'real', 'double'];
/** A cell wider than this is cut: the whole value is in CSV and JSON. */
const WIDEST_CELL = 60;

type Cell = string | undefined;

/** Numbers stand at the right. An empty cell is NULL. */
export function tableText(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const cells = [columns.map(({ name }) => name), ...rows.map((row) => row.map((cell) => cut(cell ?? '')))];
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => (row[at] ?? '').length)));
  const isNumber = columns.map(({ type }) => NUMBERS.includes(type) || type === 'decimal');
  return table(cells.map((row) => row.map((cell, at) => (isNumber[at] === true ? cell.padStart(widths[at] ?? 0) : cell))));
}

const cut = (text: string): string => {
  const line = text.replaceAll(/\s*\n\s*/g, ' ');
  return line.length > WIDEST_CELL ? `${line.slice(0, WIDEST_CELL - 1)}…` : line;
};

/** As Athena writes its own files, but quoted only where needed: NULL is nothing, an empty text is "". */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

function csvCell(cell: Cell): string {
  if (cell === undefined) return '';
  return cell === '' || /[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** One object per row; whole numbers that JavaScript cannot hold, and decimals, stay text. */
export function rowObjects({ columns, rows }: ResultPage): Record<string, unknown>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name, type }, at) => [name, jsonValue(row[at], type)])));
}

function jsonValue(cell: Cell, type: string): unknown {
  if (cell === undefined) return null;
  if (type === 'boolean') return cell === 'true';
  if (!NUMBERS.includes(type)) return cell;
  const value = Number(cell);
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? value : cell;
}
