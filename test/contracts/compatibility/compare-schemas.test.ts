import type { ContractConsumer } from '../../../contracts/model.ts';
import { IMPACT } from '../../../contracts/compatibility/change.ts';
import type { ChangeKind } from '../../../contracts/compatibility/change.ts';
import { compareSchemas } from '../../../contracts/compatibility/compare-schemas.ts';
import type { JsonSchema } from '../../../contracts/schema/json-schema.ts';

const CONSUMERS: readonly ContractConsumer[] = [
  { name: 'desk', reads: ['/status', '/place'] },
  { name: 'map', reads: ['/place/lat'] },
  { name: 'lake', reads: ['*'] },
];

const BASE = {
  'x-version': '1.4',
  type: 'object',
  required: ['id', 'status'],
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 20 },
    status: { type: 'string', enum: ['NEW', 'PAID', 'DONE'] },
    code: { type: 'string', pattern: '^[A-Z]+$' },
    time: { type: 'string', format: 'date-time' },
    note: { type: 'string', description: 'Words.', 'x-severity': 'warn' },
    weightKg: { type: 'number', minimum: 0, maximum: 1_000 },
    pieces: { type: 'integer', multipleOf: 2 },
    kind: { const: 'ORDER' },
    free: {},
    place: { type: 'object', required: ['lat'], dependencies: { lat: ['lon'] }, properties: { lat: { type: 'number' }, lon: { type: 'number' } } },
    lines: { type: 'array', minItems: 1, maxItems: 10, items: { type: 'object', properties: { sku: { type: 'string', maxLength: 10 }, count: { type: ['integer', 'null'] } } } },
    tags: { type: 'array', items: { type: 'string' } },
    extra: { type: 'object', maxProperties: 5 },
  },
  allOf: [{ if: { properties: { status: { const: 'PAID' } } }, then: { 'x-when': 'when status is PAID', required: ['code'] } }],
  anyOf: [{ required: ['code'] }, { required: ['note'] }],
} as const satisfies JsonSchema;

type Editable = Record<string, unknown>;

/** A schema where the fields at some pointers of `properties` are changed; `undefined` takes a keyword away. */
function edited(edit: (schema: Editable, field: (name: string) => Editable) => void): JsonSchema {
  const schema = structuredClone(BASE) as unknown as Editable;
  edit(schema, (name) => (schema['properties'] as Record<string, Editable>)[name] ?? {});
  return schema;
}

const set = (name: string, values: Editable): JsonSchema => edited((_schema, field) => {
  for (const [keyword, value] of Object.entries(values)) {
    if (value === undefined) delete field(name)[keyword];
    else field(name)[keyword] = value;
  }
});
const properties = (edit: (fields: Record<string, Editable>) => void): JsonSchema => edited((schema) => edit(schema['properties'] as Record<string, Editable>));
const inside = (name: string, edit: (fields: Record<string, Editable>) => void): JsonSchema => edited((_schema, field) => edit((field(name)['properties'] ?? (field(name)['items'] as Editable)['properties']) as Record<string, Editable>));
const schema = (values: Editable): JsonSchema => edited((whole) => Object.assign(whole, values));

/** [what, changed schema, kind, field] */
const CASES: readonly (readonly [string, JsonSchema, ChangeKind, string])[] = [
  ['a field is removed', properties((fields) => delete fields['tags']), 'field-removed', '/tags'],
  ['a field of an object is removed', inside('place', (fields) => delete fields['lon']), 'field-removed', '/place/lon'],
  ['a field of list entries is removed', inside('lines', (fields) => delete fields['sku']), 'field-removed', '/lines/*/sku'],
  ['a field is renamed', properties((fields) => { fields['weightKilograms'] = fields['weightKg'] ?? {}; delete fields['weightKg']; }), 'field-renamed', '/weightKg'],
  ['a field is renamed and described anew', properties((fields) => { fields['notes'] = { ...fields['note'], description: 'New words.' }; delete fields['note']; }), 'field-renamed', '/note'],
  ['an optional field is added', properties((fields) => (fields['colour'] = { type: 'string' })), 'field-added', '/colour'],
  ['an optional field is added to list entries', inside('lines', (fields) => (fields['price'] = { type: 'number' })), 'field-added', '/lines/*/price'],
  ['an optional field becomes required', schema({ required: ['id', 'status', 'time'] }), 'required-added', '/time'],
  ['a field of an object becomes required', set('place', { required: ['lat', 'lon'] }), 'required-added', '/place/lon'],
  ['a field becomes required under a condition', schema({ allOf: [{ if: { properties: { status: { const: 'PAID' } } }, then: { 'x-when': 'when status is PAID', required: ['code', 'time'] } }] }), 'required-added', '/time'],
  ['a required field becomes optional', schema({ required: ['id'] }), 'required-removed', '/status'],
  ['a number becomes a whole number', set('weightKg', { type: 'integer' }), 'type-narrowed', '/weightKg'],
  ['null is refused', inside('lines', (fields) => (fields['count'] = { type: 'integer' })), 'type-narrowed', '/lines/*/count'],
  ['a field of any type gets one', set('free', { type: 'string' }), 'type-narrowed', '/free'],
  ['entries of a list get another type', set('tags', { items: { type: 'number' } }), 'type-changed', '/tags/*'],
  ['a text becomes a number', set('time', { type: 'number' }), 'type-changed', '/time'],
  ['a whole number becomes a number', set('pieces', { type: 'number' }), 'type-widened', '/pieces'],
  ['null is allowed too', set('time', { type: ['string', 'null'] }), 'type-widened', '/time'],
  ['a value of an enum goes', set('status', { enum: ['NEW', 'PAID'] }), 'enum-narrowed', '/status'],
  ['an enum appears', set('code', { enum: ['A'] }), 'enum-narrowed', '/code'],
  ['a value of an enum comes', set('status', { enum: ['NEW', 'PAID', 'DONE', 'LOST'] }), 'enum-widened', '/status'],
  ['a constant becomes an enum', set('kind', { const: undefined, enum: ['ORDER', 'RETURN'] }), 'enum-widened', '/kind'],
  ['an enum goes', set('status', { enum: undefined }), 'enum-widened', '/status'],
  ['a minimum rises', set('weightKg', { minimum: 1 }), 'range-tightened', '/weightKg'],
  ['a minimum is excluded', set('weightKg', { minimum: undefined, exclusiveMinimum: 0 }), 'range-tightened', '/weightKg'],
  ['a minimum is excluded beside the old one', set('weightKg', { exclusiveMinimum: 0 }), 'range-tightened', '/weightKg'],
  ['a maximum falls', set('weightKg', { maximum: 999 }), 'range-tightened', '/weightKg'],
  ['a maximum appears', set('pieces', { maximum: 1_000_000 }), 'range-tightened', '/pieces'],
  ['steps get larger', set('pieces', { multipleOf: 4 }), 'range-tightened', '/pieces'],
  ['a minimum falls', set('weightKg', { minimum: -1 }), 'range-widened', '/weightKg'],
  ['a maximum goes', set('weightKg', { maximum: undefined }), 'range-widened', '/weightKg'],
  ['steps get smaller', set('pieces', { multipleOf: 1 }), 'range-widened', '/pieces'],
  ['a text must be longer', set('id', { minLength: 2 }), 'length-tightened', '/id'],
  ['a text must be shorter', set('id', { maxLength: 19 }), 'length-tightened', '/id'],
  ['a list must be shorter', set('lines', { maxItems: 9 }), 'length-tightened', '/lines'],
  ['an object may have fewer fields', set('extra', { maxProperties: 4 }), 'length-tightened', '/extra'],
  ['entries may not repeat', set('tags', { uniqueItems: true }), 'length-tightened', '/tags'],
  ['a text may be longer', set('id', { maxLength: 21 }), 'length-widened', '/id'],
  ['a list may be empty', set('lines', { minItems: 0 }), 'length-widened', '/lines'],
  ['a pattern changes', set('code', { pattern: '^[A-Z0-9]+$' }), 'pattern-tightened', '/code'],
  ['a pattern appears', set('note', { pattern: '.' }), 'pattern-tightened', '/note'],
  ['a pattern goes', set('code', { pattern: undefined }), 'pattern-widened', '/code'],
  ['a format appears', set('note', { format: 'date-time' }), 'format-tightened', '/note'],
  ['a format goes', set('time', { format: undefined }), 'format-widened', '/time'],
  ['a field may come only with another', set('place', { dependencies: { lat: ['lon'], lon: ['lat'] } }), 'condition-tightened', '/place/lon'],
  ['a field may come alone', set('place', { dependencies: undefined }), 'condition-widened', '/place/lat'],
  ['a condition goes', schema({ allOf: undefined }), 'condition-widened', '/code'],
  ['an alternative goes', schema({ anyOf: [{ required: ['code'] }] }), 'condition-changed', ''],
  ['a condition holds for another value', schema({ allOf: [{ if: { properties: { status: { const: 'NEW' } } }, then: { 'x-when': 'when status is PAID', required: ['code'] } }] }), 'condition-changed', ''],
  ['unknown fields are refused', set('place', { additionalProperties: false }), 'closed-to-new-fields', '/place'],
  ['a warning becomes a refusal', set('note', { 'x-severity': 'reject' }), 'severity-raised', '/note'],
  ['a refusal becomes a warning', set('code', { 'x-severity': 'warn' }), 'severity-lowered', '/code'],
  ['a check comes', set('id', { 'x-check': 'imoCheckDigit' }), 'check-added', '/id'],
  ['words change', set('note', { description: 'Other words.' }), 'description-changed', '/note'],
];

const changesTo = (after: JsonSchema): ReturnType<typeof compareSchemas> => compareSchemas(BASE, after, CONSUMERS);

describe('the compatibility of two schemas', () => {
  it.each(CASES)('when %s', (_what, after, kind, field) => {
    expect(changesTo(after).map((change) => [change.kind, change.field, change.breaking])).toEqual([[kind, field, IMPACT[kind] === 'breaking']]);
  });

  it('has a case for every kind of change', () => {
    const tested = new Set<string>([...CASES.map(([, , kind]) => kind), 'check-removed']);
    expect([...tested].sort()).toEqual(Object.keys(IMPACT).sort());
  });

  it('undoes each change by the opposite one: what widens one way tightens the other', () => {
    const opposite = (kind: string): string => kind.replace(/widened|tightened|narrowed|raised|lowered|added|removed/, (word) => ({ widened: 'tightened', tightened: 'widened', narrowed: 'widened', raised: 'lowered', lowered: 'raised', added: 'removed', removed: 'added' })[word] ?? word);
    const both = CASES.filter(([, , kind]) => /^(range|length|severity|field-added|field-removed|check|required-removed)/.test(kind));
    for (const [, after, kind, field] of both) expect(compareSchemas(after, BASE, []).map((change) => [change.kind, change.field])).toEqual([[opposite(kind), field]]);
  });

  it('finds nothing between a schema and itself, references written out or not', () => {
    const referring = { ...BASE, definitions: { money: { type: 'number', minimum: 0, maximum: 1_000 } }, properties: { ...BASE.properties, weightKg: { $ref: '#/definitions/money' } } } as const;
    expect(changesTo(BASE)).toEqual([]);
    expect(changesTo(referring)).toEqual([]);
  });

  it('names the consumers that read the field, what contains it, or what is in it', () => {
    const named = (after: JsonSchema): readonly string[] | undefined => changesTo(after)[0]?.consumers;
    expect(named(set('status', { enum: ['NEW', 'PAID'] }))).toEqual(['desk', 'lake']);
    expect(named(inside('place', (fields) => (fields['lat'] = { type: 'integer' })))).toEqual(['desk', 'map', 'lake']);
    expect(named(inside('place', (fields) => (fields['lon'] = { type: 'integer' })))).toEqual(['desk', 'lake']);
    expect(named(properties((fields) => delete fields['place']))).toEqual(['desk', 'map', 'lake']);
    expect(named(set('id', { minLength: 2 }))).toEqual(['lake']);
  });

  it('says what to do, counted from the published version', () => {
    const todo = (after: JsonSchema): string | undefined => changesTo(after)[0]?.todo;
    expect(todo(properties((fields) => delete fields['tags']))).toBe('needs version 2.0: put it into v2.schema.json and leave v1.schema.json as it was published');
    expect(todo(properties((fields) => (fields['colour'] = { type: 'string' })))).toBe('needs version 1.5');
    expect(todo(set('note', { description: 'Other words.' }))).toBe('needs no new version');
  });

  it('does not take a new field for a renamed one when its name says something else', () => {
    const after = properties((fields) => { fields['colour'] = fields['tags'] ?? {}; delete fields['tags']; });
    expect(changesTo(after).map(({ kind, field }) => [kind, field])).toEqual([['field-removed', '/tags'], ['field-added', '/colour']]);
  });

  it('reports every change of a version', () => {
    const after = edited((whole, field) => {
      whole['required'] = ['id', 'status', 'time'];
      field('status')['enum'] = ['NEW', 'PAID', 'LOST'];
      field('weightKg')['maximum'] = 10;
    });
    expect(changesTo(after).map(({ kind, field }) => `${kind} ${field}`)).toEqual(['required-added /time', 'enum-narrowed /status', 'enum-widened /status', 'range-tightened /weightKg']);
  });
});
