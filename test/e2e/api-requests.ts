/** Requests made from the OpenAPI document: such as it allows, and such as it does not. */
import fc from 'fast-check';

interface ParameterSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}
export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly schema: ParameterSchema;
  readonly example?: string;
}
export interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;
}
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

export const routesOf = ({ paths }: ApiDocument): Route[] => Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })));

export interface GeneratedRequest {
  readonly url: string;
  readonly body: string | undefined;
}

/** Values that live data has, by parameter: without them nearly every answer would be "not found". */
export type Known = Readonly<Record<string, readonly string[]>>;

function valid({ name, schema, example }: Parameter, known: Known): fc.Arbitrary<string> {
  const own = [...(known[name] ?? []), ...(example === undefined ? [] : [example])];
  const hints = own.length === 0 ? [] : [{ weight: 3, arbitrary: fc.constantFrom(...own) }];
  const made = schema.enum !== undefined ? fc.constantFrom(...schema.enum.map(String))
    : schema.type === 'boolean' ? fc.constantFrom('true', 'false')
    : schema.type === 'integer' ? fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000 }).map(String)
    : schema.pattern === undefined || schema.pattern.startsWith('^[^') ? fc.string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(20, schema.maxLength ?? 20) }).filter((text) => !/[\u0000-\u001f\u007f]/.test(text))
    : fc.stringMatching(new RegExp(schema.pattern));
  return fc.oneof(...hints, { weight: 1, arbitrary: made });
}

const strange: fc.Arbitrary<string> = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('', '-1', '1e9', 'NaN', '\u0000', '<script>', '\'; --', 'x'.repeat(3_000), '٣', '%', '../..'));

/** A request that the document allows, or one with something that it does not. */
export function requests({ path, operation, method }: Route, known: Known): { allowed: fc.Arbitrary<GeneratedRequest>; wild: fc.Arbitrary<GeneratedRequest> } {
  const own = operation.parameters ?? [];
  const make = (valueOf: (parameter: Parameter) => fc.Arbitrary<string>, extra: fc.Arbitrary<Record<string, string>>, bodies: fc.Arbitrary<string | undefined>): fc.Arbitrary<GeneratedRequest> =>
    fc.record({
      inPath: fc.record(Object.fromEntries(own.filter((one) => one.in === 'path').map((one) => [one.name, valueOf(one)]))),
      query: fc.record(Object.fromEntries(own.filter((one) => one.in === 'query').map((one) => [one.name, valueOf(one)])), { requiredKeys: [] }),
      extra,
      body: method === 'POST' ? bodies : fc.constant(undefined),
    }).map(({ inPath, query, extra: more, body }) => {
      const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent((inPath as Record<string, string>)[name] ?? '').replace(/^\.+$/, 'x') || 'x');
      const text = new URLSearchParams({ ...query, ...more } as Record<string, string>).toString();
      return { url: text === '' ? filled : `${filled}?${text}`, body };
    });
  const goodBody = operation.requestBody === undefined ? fc.constant(undefined) : fc.nat(10_080).map((minutes) => JSON.stringify({ minutes }));
  return {
    // Opaque, so none can be made up; lists test their own.
    allowed: make((parameter) => (parameter.name === 'cursor' ? fc.constantFrom('e30') : valid(parameter, known)), fc.constant({}), goodBody),
    wild: make((parameter) => fc.oneof(strange, valid(parameter, known)), fc.dictionary(fc.string({ minLength: 1, maxLength: 12 }), strange, { maxKeys: 2 }), fc.oneof(goodBody, strange, fc.json())),
  };
}
