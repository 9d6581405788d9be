import type { JsonSchema } from '../../../contracts/schema/json-schema.ts';
import { validatorOf } from '../../../contracts/generate/compile-validator.ts';
import type { ContractRuntime } from '../../../contracts/model.ts';
import { contract as positions } from '../../../contracts/generated/vehicle-position/runtime.ts';
import { isRejected, majorOf, validateEvent, versionFor } from '../../../contracts/validation/validate-event.ts';

const violation = (message: string): ReturnType<typeof validateEvent>[number] => ({ path: '', rule: 'type', message, severity: 'warn' });

/** A contract with two majors whose validators say which of them read the event. */
const twoMajors: ContractRuntime = {
  descriptor: positions.descriptor,
  versions: [1, 2].map((major) => ({ major, version: `${major}.0`, validate: () => [violation(`read as ${major}`)] })),
};

const readBy = (event: unknown): string | undefined => validateEvent(twoMajors, event)[0]?.message;

describe('the version that reads an event', () => {
  it('is the major that the event names, whatever its minor', () => {
    expect(readBy({ schemaVersion: '1.0' })).toBe('read as 1');
    expect(readBy({ schemaVersion: '1.17' })).toBe('read as 1');
    expect(readBy({ schemaVersion: '2.0' })).toBe('read as 2');
  });

  it.each([{}, { schemaVersion: 2 }, { schemaVersion: 'one' }, { schemaVersion: '' }, null, 17])('is the newest for %j, which names none', (event) => {
    expect(majorOf(event)).toBeUndefined();
    expect(readBy(event)).toBe('read as 2');
  });

  it('is none for a major that is not read', () => {
    expect(versionFor(twoMajors, { schemaVersion: '3.0' })).toBeUndefined();
    expect(validateEvent(twoMajors, { schemaVersion: '3.0' })).toEqual([{ path: '/schemaVersion', rule: 'VERSION', message: '"3.0" cannot be read: vehicle-position is read in 1.x, 2.x', severity: 'reject' }]);
  });

  it('is none for a version that is longer than any', () => {
    expect(majorOf({ schemaVersion: `${'9'.repeat(400)}.0` })).toBeUndefined();
  });

  it('sends an event to quarantine only for a rule that rejects', () => {
    expect(isRejected([violation('w')])).toBe(false);
    expect(isRejected([violation('w'), { ...violation('r'), severity: 'reject' }])).toBe(true);
  });
});

describe('a validator made in this process', () => {
  const validatorFor = (schema: JsonSchema): ReturnType<typeof validatorOf> => validatorOf({ schema, hidden: [] });

  it('answers the same empty list for every good event', () => {
    const validate = validatorFor({ type: 'object' });
    expect(validate({})).toBe(validate({ a: 1 }));
  });

  it('reports a field that two conditions require once', () => {
    const when = (field: string): JsonSchema => ({ if: { required: [field] }, then: { required: ['c'] } });
    expect(validatorFor({ type: 'object', allOf: [when('a'), when('b')] })({ a: 1, b: 1 })).toEqual([{ path: '/c', rule: 'required', message: 'missing', severity: 'reject' }]);
  });

  it('reports alternatives as one rule, not the branches that failed', () => {
    const validate = validatorFor({ type: 'object', properties: { id: { 'x-severity': 'warn', anyOf: [{ type: 'number' }, { type: 'string', minLength: 3 }] } } });
    expect(validate({ id: 'ab' })).toEqual([{ path: '/id', rule: 'anyOf', message: 'matches none of the allowed forms', severity: 'warn' }]);
    expect(validate({ id: 7 })).toEqual([]);
  });

  it('finds fields whose names need escaping', () => {
    const validate = validatorFor({ type: 'object', required: ['a/b', 'c~d'], properties: { 'a/b': { type: 'string', 'x-severity': 'warn' }, 'c~d': { type: 'object', properties: { 'e f': { type: 'string', maxLength: 2, 'x-severity': 'range' } } } } });
    expect(validate({ 'c~d': { 'e f': 'long' } })).toEqual([
      { path: '/a~1b', rule: 'required', message: 'missing', severity: 'warn' },
      { path: '/c~0d/e f', rule: 'maxLength', message: 'has 4 characters, at most 2', severity: 'range' },
    ]);
  });

  it('does not take a field of an event for a word of the schema', () => {
    const validate = validatorFor({ type: 'object', properties: { title: { type: 'string' }, description: { type: 'number', 'x-severity': 'warn' }, examples: { enum: ['a'] }, properties: { type: 'object', properties: { title: { type: 'string' } } } } });
    expect(validate({ title: 1, description: '1', examples: 'b', properties: { title: 2 } }).map(({ path, severity }) => `${path} ${severity}`)).toEqual(['/title reject', '/description warn', '/examples reject', '/properties/title reject']);
  });
});
