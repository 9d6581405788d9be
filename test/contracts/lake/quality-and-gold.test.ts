import { readCatalog } from '../../../contracts/catalog.ts';
import { ContractFileError } from '../../../contracts/descriptor.ts';
import { expressionProblem } from '../../../contracts/lake/expression.ts';
import { parseGold } from '../../../contracts/lake/gold-file.ts';
import { lakeModel } from '../../../contracts/lake/lake-model.ts';
import { parseQuality } from '../../../contracts/lake/quality-file.ts';
import { OWN_ROOT } from '../contract-roots.ts';

const COLUMNS = new Set(['vehicle_id', 'speed_kmh', 'event_time', 'arrival_time']);
const about = { file: 'x.json', columns: COLUMNS };

function mistakes(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ContractFileError) return error.mistakes.map(({ field }) => field);
    throw error;
  }
}

const RULE = { id: 'speed-given', kind: 'completeness', severity: 'warn', check: { is: 'notNull', columns: ['speed_kmh'] }, says: 'Speeds are given.' };
const quality = (...rules: object[]): string[] => mistakes(() => parseQuality({ owner: 'fleet', rules }, about));
const TABLE = { name: 'daily', description: 'Per day.', dimensions: [{ name: 'vehicle', from: 'vehicle_id', description: 'The vehicle.' }], measures: [{ name: 'fixes', as: 'count', description: 'Fixes.' }] };
const gold = (...tables: object[]): string[] => mistakes(() => parseGold({ tables }, about));
const measured = (...measures: object[]): string[] => gold({ ...TABLE, measures: [...TABLE.measures, ...measures.map((one) => ({ description: 'It.', ...one }))] });

describe('quality.json', () => {
  it('takes each check', () => {
    expect(quality(
      RULE,
      { ...RULE, id: 'a', check: { is: 'inSet', columns: ['vehicle_id'], values: ['A'] } },
      { ...RULE, id: 'b', check: { is: 'range', columns: ['speed_kmh'], max: 160 }, threshold: 0.1 },
      { ...RULE, id: 'c', check: { is: 'regex', columns: ['vehicle_id'], pattern: '^TRK' }, where: 'speed_kmh > 3' },
      { ...RULE, id: 'd', check: { is: 'unique', columns: ['vehicle_id', 'event_time'] }, severity: 'halt' },
      { ...RULE, id: 'e', check: { is: 'references', columns: ['vehicle_id'], table: 'silver.vehicles', column: 'id' } },
      { ...RULE, id: 'f', check: { is: 'minRows', ofWeekdayMedian: 0.5, weeks: 4 } },
      { ...RULE, id: 'g', check: { is: 'fresh', minutes: 30 } },
      { ...RULE, id: 'h', check: { is: 'sql', true: 'arrival_time <= event_time + interval 10 minute' }, severity: 'quarantine' },
      { ...RULE, id: 'i', check: { is: 'reconciles' } },
    )).toEqual([]);
  });

  it.each([
    ['an unknown kind', { kind: 'beauty' }, 'rules[0].kind'],
    ['an unknown severity', { severity: 'panic' }, 'rules[0].severity'],
    ['an unknown check', { check: { is: 'pretty' } }, 'rules[0].check'],
    ['a column that the table has not', { check: { is: 'notNull', columns: ['speed'] } }, 'rules[0].check.columns'],
    ['a share above 1', { threshold: 5 }, 'rules[0].threshold'],
    ['a pattern that is none', { check: { is: 'regex', columns: ['vehicle_id'], pattern: '(' } }, 'rules[0].check.pattern'],
    ['a reference to nothing', { check: { is: 'references', columns: ['vehicle_id'], table: 'planets', column: 'name' } }, 'rules[0].check.table'],
    ['putting rows aside by a table that is loaded later', { severity: 'quarantine', check: { is: 'references', columns: ['vehicle_id'], table: 'silver.orders', column: 'order_id' } }, 'rules[0].severity'],
    ['putting single rows aside for a rule of the whole table', { severity: 'quarantine', check: { is: 'unique', columns: ['vehicle_id'] } }, 'rules[0].severity'],
    ['an expression with a sub-query', { check: { is: 'sql', true: 'speed_kmh > (select 1)' } }, 'rules[0].check.true'],
    ['a condition over an unknown column', { where: 'colour = 1' }, 'rules[0].where'],
    ['a field that nobody knows', { severty: 'warn' }, 'rules[0].severty'],
  ])('refuses %s', (_what, more, field) => {
    expect(quality({ ...RULE, ...more })).toEqual([field]);
  });

  it('refuses one id for two rules, and a file without owner', () => {
    expect(quality(RULE, RULE)).toEqual(['rules[1].id']);
    expect(mistakes(() => parseQuality({ rules: [] }, about))).toEqual(['owner']);
  });
});

describe('gold.json', () => {
  it('takes each aggregate, and joins by the whole key', () => {
    expect(measured(
      { name: 'a', as: 'countDistinct', of: 'vehicle_id' }, { name: 'b', as: 'sum', of: 'speed_kmh * 2', where: 'speed_kmh > 0' }, { name: 'c', as: 'mean', of: 'speed_kmh' }, { name: 'd', as: 'min', of: 'event_time' },
      { name: 'e', as: 'percentile', of: 'speed_kmh', percentile: 0.9 }, { name: 'f', as: 'ratio', numerator: 'a', denominator: 'fixes' },
    )).toEqual([]);
    const joins = [{ reference: 'locations', as: 'place', on: { unlocode: 'vehicle_id' } }];
    expect(gold({ ...TABLE, joins, dimensions: [{ name: 'region', from: 'place.region', description: 'Where.' }] })).toEqual([]);
  });

  it.each([
    ['a sum of nothing', { name: 'a', as: 'sum' }, ['tables[0].measures[1].of']],
    ['a percentile without its share', { name: 'a', as: 'percentile', of: 'speed_kmh' }, ['tables[0].measures[1].percentile']],
    ['a ratio of unknown measures', { name: 'a', as: 'ratio', numerator: 'x', denominator: 'fixes' }, ['tables[0].measures[1].numerator']],
    ['an aggregate that is none', { name: 'a', as: 'vibe', of: 'speed_kmh' }, ['tables[0].measures[1].as']],
    ['a name that a dimension has', { name: 'vehicle', as: 'count' }, ['tables[0].(dimensions and measures)[1].name']],
  ])('refuses %s', (_what, measure, fields) => {
    expect(measured(measure).map((field) => field.replace('[2].name', '[1].name'))).toEqual(fields);
  });

  it('refuses a join by half a key, and a region without a join', () => {
    expect(gold({ ...TABLE, joins: [{ reference: 'lanes', as: 'lane', on: { origin: 'vehicle_id' } }] })).toEqual(['tables[0].joins[0].on']);
    expect(gold({ ...TABLE, dimensions: [{ name: 'region', from: 'place.region', description: 'Where.' }] })).toEqual(['tables[0].dimensions[0].from']);
  });
});

describe('an expression', () => {
  it.each(["speed_kmh between 1 and 3 or vehicle_id like 'T%'", 'abs(speed_kmh) >= 0 and not (speed_kmh is null)', "case when speed_kmh > 3 then 'moving' else 'standing' end = 'moving'"])('may be: %s', (text) => {
    expect(expressionProblem(text, COLUMNS)).toBeUndefined();
  });
  it.each(['1; drop table x', 'speed_kmh > (', 'speed_kmh)', 'java_method(1)', 'speed_kmh -- 1', '"x" = 1', ' '])('may not be: %s', (text) => {
    const problem = expressionProblem(text, COLUMNS);
    expect(problem === undefined && text.includes('--') ? 'a minus of a minus, no comment' : problem).toBeDefined();
  });
});

describe('our own files', () => {
  it('have rules for each contract, each with owner and words, and one gold table of vehicles', () => {
    const { contracts } = lakeModel(readCatalog(OWN_ROOT));
    expect(contracts.map(({ name, quality: file }) => [name, (file?.rules.length ?? 0) >= 8, file?.rules.some(({ check }) => check.is === 'reconciles')])).toEqual([['order-change', true, true], ['shipment-event', true, true], ['vehicle-position', true, true]]);
    expect(contracts.flatMap(({ gold: file }) => file?.tables.map(({ name }) => name) ?? [])).toEqual(['vehicle_daily']);
  });
});
