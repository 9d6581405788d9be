import { readCatalog } from '../../../contracts/catalog.ts';
import type { ContractFileError } from '../../../contracts/descriptor.ts';
import { isWidened } from '../../../contracts/lake/column-type.ts';
import { lakeModel } from '../../../contracts/lake/lake-model.ts';
import type { LakeColumn } from '../../../contracts/lake/lake-model.ts';
import { parseTable } from '../../../contracts/lake/table-file.ts';
import type { JsonSchema } from '../../../contracts/schema/json-schema.ts';
import { OWN_ROOT } from '../contract-roots.ts';

const SCHEMA: JsonSchema = {
  type: 'object',
  required: ['id', 'at', 'note'],
  properties: {
    id: { type: 'string', description: 'The id.' },
    at: { type: 'string', format: 'date-time' },
    note: { type: 'string', 'x-severity': 'warn' },
    amount: { type: 'string', pattern: String.raw`^\d+\.\d\d$` },
    weight: { type: 'number', minimum: 0, 'x-severity': 'range' },
    pieces: { type: 'integer' },
    tags: { type: 'array', items: { type: 'string' } },
    place: { type: 'object', dependencies: { lat: ['lon'], lon: ['lat'] }, properties: { lat: { type: 'number' }, lon: { type: 'number' } } },
  },
};

const GOOD = { name: 'things', description: 'Things.', columns: [{ name: 'thing_id', type: 'string', from: ['/id'] }] };

const mistakes = (value: unknown): string[] => {
  try {
    parseTable(value, { file: 'table.json', schemas: [SCHEMA] });
    return [];
  } catch (error) {
    return (error as ContractFileError).mistakes.map(({ field }) => field);
  }
};
const column = (more: object): string[] => mistakes({ ...GOOD, columns: [{ ...GOOD.columns[0], ...more }] });

describe('table.json', () => {
  it('is good as it is in the docs', () => {
    expect(mistakes(GOOD)).toEqual([]);
    expect(mistakes({ ...GOOD, partition: ['days(event_time)', 'bucket(8, thing_id)'], sort: ['thing_id', 'event_time'], eventTimeFrom: ['/at'] })).toEqual([]);
  });

  it('tells all mistakes at once, each with field, allowed and example', () => {
    const value = { name: 'My Things', colums: [], columns: [{ name: 'event_id', type: 'text', from: ['/nowhere'] }, { name: 'Thing', type: 'string', from: [] }], partition: ['weeks(event_time)'], sort: ['nothing'] };
    expect(mistakes(value)).toEqual(['colums', 'name', 'description', 'columns[0].name', 'columns[0].type', 'columns[0].from', 'columns[1].name', 'columns[1].from', 'partition', 'sort']);
    expect(() => parseTable(value, { file: 'x/table.json', schemas: [SCHEMA] })).toThrow(/x\/table\.json has 10 mistakes:[^]*"weeks\(event_time\)"[^]*example: \["days\(event_time\)"\]/);
  });

  it.each([
    ['int', '/weight'], ['long', '/id'], ['decimal(10,2)', '/weight'], ['timestamp', '/id'], ['boolean', '/pieces'], ['array<string>', '/id'], ['string', '/weight'], ['double', '/amount'], ['decimal(39,2)', '/amount'], ['decimal(2,3)', '/amount'],
  ])('refuses %s for %s', (type, pointer) => {
    expect(column({ type, from: [pointer] })).toHaveLength(1);
  });

  it.each([['int', '/pieces'], ['double', '/weight'], ['double', '/pieces'], ['decimal(10,2)', '/amount'], ['timestamp', '/at'], ['array<string>', '/tags'], ['json', '/place'], ['double', '/place/lat']])('takes %s for %s', (type, pointer) => {
    expect(column({ type, from: [pointer] })).toEqual([]);
  });

  it('refuses a column twice, and a required one that events may lack', () => {
    expect(mistakes({ ...GOOD, columns: [...GOOD.columns, ...GOOD.columns] })).toEqual(['columns[1].name']);
    expect(column({ required: true })).toEqual([]);
    expect(column({ required: true, from: ['/tags'], type: 'json' })).toEqual(['columns[0].required']);
    // A missing field of weight `warn` keeps its event: the row would have none.
    expect(column({ required: true, from: ['/note'] })).toEqual(['columns[0].required']);
  });
});

describe('the model of our contracts', () => {
  const model = lakeModel(readCatalog(OWN_ROOT));
  const columnOf = (contract: string, name: string): LakeColumn | undefined => model.contracts.find((each) => each.name === contract)?.table.columns.find((each) => each.name === name);

  it('has an events table for each', () => {
    expect(model.contracts.map(({ name, table }) => [name, table.name])).toEqual([['order-change', 'order_changes'], ['shipment-event', 'shipment_events'], ['vehicle-position', 'vehicle_positions']]);
  });

  it('takes from the schema what the file leaves out: words, presence, personal data, ranges', () => {
    expect(columnOf('vehicle-position', 'speed_kmh')).toEqual({ name: 'speed_kmh', type: 'double', from: ['/speedKmh'], required: false, description: 'Speed over ground in km/h.', personal: false, range: { minimum: 0, maximum: 400 } });
    expect(columnOf('vehicle-position', 'vehicle_id')?.required).toBe(true);
    expect(columnOf('shipment-event', 'customer_id')?.personal).toBe(true);
    expect(columnOf('shipment-event', 'location_lat')?.onlyWith).toEqual(['/location/lon']);
    expect(columnOf('order-change', 'row_after')?.personal).toBe(true);
    expect(model.contracts.flatMap(({ table }) => table.columns).filter(({ description }) => description === '')).toEqual([]);
  });

  it('gives a retraction the time of its publication', () => {
    expect(model.contracts.find(({ name }) => name === 'shipment-event')?.table.eventTimeFrom).toEqual(['/eventTime', '/publishedTime']);
    expect(model.contracts.find(({ name }) => name === 'order-change')?.table.publishedTimeFrom).toEqual(['/sourceTs']);
  });
});

describe('a change of type', () => {
  it.each([['int', 'long'], ['decimal(10,2)', 'decimal(12,2)'], ['string', 'string']])('from %s to %s is wider or the same', (before, after) => {
    expect(isWidened(before, after)).toBe(true);
  });
  it.each([['long', 'int'], ['decimal(10,2)', 'decimal(10,3)'], ['decimal(10,2)', 'decimal(9,2)'], ['int', 'double'], ['string', 'json'], ['timestamp', 'date']])('from %s to %s breaks readers', (before, after) => {
    expect(isWidened(before, after)).toBe(false);
  });
});
