import { join } from 'node:path';
import { cpSync } from 'node:fs';
import { readContract } from '../../../contracts/catalog.ts';
import { checkContract } from '../../../contracts/compatibility/check-contract.ts';
import { checkTable, publishTable } from '../../../contracts/compatibility/check-table.ts';
import { OWN_ROOT } from '../contract-roots.ts';
import type { Json } from '../temporary-folder.ts';
import { editJson, temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
let cases = 0;

/** A copy of vehicle-position, whose table is published, with its table edited. */
function edited(edit: (table: Json & { columns: Json[] }) => unknown): string {
  const directory = join(folder, `case-${(cases += 1)}`, 'vehicle-position');
  cpSync(join(OWN_ROOT, 'vehicle-position'), directory, { recursive: true });
  editJson(join(directory, 'table.json'), edit as (content: Json) => unknown);
  return directory;
}

const column = (table: { columns: Json[] }, name: string): Json => table.columns.find((each) => each['name'] === name) ?? {};
const problems = (directory: string): readonly string[] => checkTable(readContract(directory))?.problems ?? [];

describe('the check of a table', () => {
  it.each([
    ['a column that is gone', (table: { columns: Json[] }) => (table.columns = table.columns.filter((each) => each['name'] !== 'heading_deg')), /heading_deg {3}is gone or renamed/],
    ['a narrowed column', (table: { columns: Json[] }) => (column(table, 'seq')['type'] = 'int'), /seq {3}long became int/],
    ['a column of another type', (table: { columns: Json[] }) => (column(table, 'device_id')['type'] = 'json'), /device_id {3}string became json/],
    ['a new required column', (table: { columns: Json[] }) => table.columns.push({ name: 'vehicle', type: 'string', from: ['/vehicleId'], required: true }), /vehicle {3}is new and required/],
    ['another name of the table', (table: Json) => (table['name'] = 'positions'), /vehicle_positions became positions/],
  ])('refuses %s, says which and what to do, and lets nothing be published', (_what, edit, words) => {
    const directory = edited(edit);
    const check = checkContract(directory);
    expect(check).toMatchObject({ ok: false, tablePublishable: false });
    expect(check.problems.join('\n')).toMatch(words);
    expect(() => publishTable(directory)).toThrow(words);
  });

  it('takes a new column that may be empty, publishes it, and then holds on to it', () => {
    const directory = edited((table) => table.columns.push({ name: 'deviceless', type: 'boolean', from: ['/ignition'] }));
    expect(checkContract(directory)).toMatchObject({ ok: true, tablePublishable: true });
    publishTable(directory);
    expect(checkContract(directory)).toMatchObject({ ok: true, tablePublishable: false });
    editJson(join(directory, 'table.json'), (table) => (table['columns'] = (table['columns'] as Json[]).filter((each) => each['name'] !== 'deviceless')));
    expect(problems(directory)).toEqual([expect.stringContaining('deviceless   is gone or renamed')]);
  });

  it('refuses that a column which may be empty becomes required: rows of the past have none', () => {
    const directory = edited(() => undefined);
    editJson(join(directory, 'released', 'table.json'), (table) => (column(table as { columns: Json[] }, 'lat')['required'] = false));
    expect(problems(directory)).toEqual([expect.stringContaining('lat   became required')]);
  });

  it('lets the layout change: partition and order move no value', () => {
    expect(problems(edited((table) => (table['sort'] = ['event_time'])))).toEqual([]);
  });
});
