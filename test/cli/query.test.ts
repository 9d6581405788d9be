import { UsageError } from '../../cli/errors.ts';
import { literals, readParameters } from '../../cli/query/named-queries.ts';
import type { Parameter } from '../../cli/query/named-queries.ts';
import { bytes, priceUsd } from '../../cli/query/price.ts';
import { advice } from '../../cli/query/run-query.ts';
import { csvText, rowObjects, tableText } from '../../cli/query/write-result.ts';
import { namedQueries } from '../../lib/constructs/work-group/work-group.ts';
import { waybill } from './cli-harness.ts';

const parameter = (kind: Parameter['kind'], example = 'x'): Parameter => ({ name: 'p', kind, meaning: 'the thing', example });
const literalOf = (kind: Parameter['kind'], value: string): string => literals({ name: 'q', parameters: [parameter(kind)] }, new Map([['p', value]]))[0] ?? '';

test('parameters are read from the query itself, in the order of the question marks', () => {
  const story = namedQueries().find(({ name }) => name === 'row-lineage');
  const sql = story?.sql({ silver: 's', gold: 'g', ops: 'o' }) ?? '';
  expect(readParameters(sql).map(({ name, kind }) => [name, kind])).toEqual([['source', 'varchar'], ['event_id', 'varchar']]);
});

test.each([
  ['varchar', 'it\'s', '\'it\'\'s\''],
  ['bigint', '-12', '-12'],
  ['date', '2026-11-01', 'DATE \'2026-11-01\''],
  ['timestamp', '2026-11-01T06:00:00Z', 'TIMESTAMP \'2026-11-01 06:00:00\''],
] as const)('a %s is written as a literal', (kind, value, literal) => {
  expect(literalOf(kind, value)).toBe(literal);
});

test.each([['bigint', '1; DROP'], ['date', '2026-11-1'], ['date', 'yesterday'], ['timestamp', '2026-11-01']] as const)('a %s does not take %s', (kind, value) => {
  expect(() => literalOf(kind, value)).toThrow(`--param p got "${value}"; allowed: a ${kind}`);
});

test('a missing parameter is named with an example of the whole command', () => {
  const ask = (): unknown => literals({ name: 'q', parameters: [parameter('date', '2026-11-01')] }, new Map());
  expect(ask).toThrow(new UsageError('Query q needs p (the thing).'));
  expect(ask).toThrow(expect.objectContaining({ todo: 'Example: waybill query --named q --param p=\'2026-11-01\'' }) as Error);
});

test('an unknown parameter is refused', () => {
  expect(() => literals({ name: 'q', parameters: [] }, new Map([['p', '1']]))).toThrow('Query q has no parameter "p".');
});

test('a query costs at least ten megabytes, and nothing when it reads no data', () => {
  expect(priceUsd({ kind: 'DML', scannedBytes: 1 })).toBeCloseTo(10 * 5 / 2 ** 20, 12);
  expect(priceUsd({ kind: 'DML', scannedBytes: 2 ** 40 })).toBe(5);
  expect(priceUsd({ kind: 'UTILITY', scannedBytes: 0 })).toBe(0);
});

test('bytes are written in the largest unit that fits', () => {
  expect([0, 999, 1000, 28_359, 1_234_567_890].map(bytes)).toEqual(['0 B', '999 B', '1.0 kB', '28 kB', '1.2 GB']);
});

const columns = [{ name: 'lane', type: 'varchar' }, { name: 'late', type: 'bigint' }, { name: 'cost', type: 'decimal' }, { name: 'ok', type: 'boolean' }];
const rows = [['NLRTM-USCHI', '7', '12.50', 'true'], ['a,"b', undefined, undefined, undefined], ['', '9007199254740993', '1.00', 'false']];

test('a table has numbers at the right and nothing for NULL', () => {
  expect(tableText(columns, rows)).toBe([
    'lane                     late   cost  ok',
    'NLRTM-USCHI                 7  12.50  true',
    'a,"b',
    '             9007199254740993   1.00  false',
    '',
  ].join('\n'));
});

test('CSV tells NULL from an empty text', () => {
  expect(csvText(rows)).toBe('NLRTM-USCHI,7,12.50,true\n"a,""b",,,\n"",9007199254740993,1.00,false\n');
});

test('JSON keeps what JavaScript cannot hold as text', () => {
  expect(rowObjects({ columns, rows })).toEqual([
    { lane: 'NLRTM-USCHI', late: 7, cost: '12.50', ok: true },
    { lane: 'a,"b', late: null, cost: null, ok: null },
    { lane: '', late: '9007199254740993', cost: '1.00', ok: false },
  ]);
});

test.each([
  ['Bytes scanned limit was exceeded: …', /fewer days or columns/],
  ['INVALID_VIEW: View \'v_x\' stands on \'y\', which does not exist yet: the job that fills it makes it', /data-freshness/],
  ['TABLE_NOT_FOUND: Table \'awsdatacatalog.waybill_local_gold.x\' does not exist', /SHOW TABLES/],
  ['COLUMN_NOT_FOUND: Column \'x\' cannot be resolved', /DESCRIBE/],
])('%s comes with a next step', (reason, todo) => {
  expect(advice(reason).todo).toMatch(todo);
});

test.each([
  [['query'], 'Give one: a statement, --named, or --list.'],
  [['query', 'SELECT 1', '--named', 'x'], 'Give one: a statement, --named, or --list.'],
  [['query', 'SELECT 1', '--format', 'xml'], '--format got "xml"; allowed: table, csv, json. Example: --format csv'],
  [['query', 'SELECT 1', '--database', 'bronze'], '--database got "bronze"; allowed: silver, gold, ops. Example: --database silver'],
])('waybill %p is asked wrongly', async (args, words) => {
  const { code, err } = await waybill(args);
  expect(code).toBe(2);
  expect(err).toContain(words);
});
