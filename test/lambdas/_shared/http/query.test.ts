import fc from 'fast-check';
import { RefusedRequest } from '../../../../lambdas/_shared/http/answer.ts';
import type { Problem } from '../../../../lambdas/_shared/http/answer.ts';
import { encodeCursor, decodeCursor } from '../../../../lambdas/_shared/http/cursor.ts';
import { cursorRule, identifier, numbers, oneOf, positionIn, readBody, readQuery, wholeNumber, yesOrNo } from '../../../../lambdas/_shared/http/query.ts';
import { httpEvent } from './http-event.ts';

const RULES = {
  status: oneOf(['BOOKED', 'DELIVERED']),
  customer: identifier({ most: 64, example: 'CUST-7' }),
  delayed: yesOrNo,
  limit: wholeNumber({ from: 1, to: 200, example: 50 }),
  bbox: numbers([[-180, 180], [-90, 90], [-180, 180], [-90, 90]], { names: 'west,south,east,north in degrees', example: '5,50,8,54' }),
  cursor: cursorRule,
};

const problemOf = (work: () => unknown): Problem => {
  try {
    work();
  } catch (error) {
    if (error instanceof RefusedRequest) return JSON.parse(error.answer.body) as Problem;
    throw error;
  }
  throw new Error('Nothing was refused.');
};

describe('parameters of a request', () => {
  it('become typed values; what was not given is absent', () => {
    expect(readQuery(httpEvent({ query: { status: 'BOOKED', delayed: 'false', limit: '200', bbox: '170,-10.5,-170,10' } }), RULES)).toEqual({ status: 'BOOKED', delayed: false, limit: 200, bbox: [170, -10.5, -170, 10] });
    expect(readQuery(httpEvent(), RULES)).toEqual({});
  });

  it('are all judged in one answer, unknown ones too', () => {
    const problem = problemOf(() => readQuery(httpEvent({ query: { status: 'booked', delayed: 'yes', limit: '0', bbox: '1,2,3', customer: 'a\u0000b', statuz: 'BOOKED', constructor: 'x' } }), RULES));
    expect(problem).toMatchObject({ status: 400, type: 'urn:waybill:problem:bad-request' });
    expect(problem.mistakes?.map(({ parameter }) => parameter).sort()).toEqual(['bbox', 'constructor', 'customer', 'delayed', 'limit', 'status', 'statuz']);
    expect(problem.mistakes).toContainEqual({ parameter: 'limit', got: '0', allowed: 'a whole number from 1 to 200', example: '50' });
    expect(problem.mistakes?.find(({ parameter }) => parameter === 'statuz')?.allowed).toContain('status, customer, delayed');
  });

  it.each(['1e3', ' 5', '5.0', '', '99999999999999999999', 'NaN', '+5'])('takes no "%s" for a whole number', (limit) => {
    expect(problemOf(() => readQuery(httpEvent({ query: { limit } }), RULES)).status).toBe(400);
  });

  it('come from a JSON body by the same rules', () => {
    const rules = { minutes: wholeNumber({ from: 1, to: 1_440 }) };
    expect(readBody(httpEvent({ body: '{"minutes":30}' }), rules)).toEqual({ minutes: 30 });
    expect(readBody({ ...httpEvent({ body: Buffer.from('{"minutes":30}').toString('base64') }), isBase64Encoded: true }, rules)).toEqual({ minutes: 30 });
    expect(readBody(httpEvent(), rules)).toEqual({});
    for (const body of ['[1]', 'null', '{', '7', '{"minutes":[30]}', '{"minutes":0}', '{"hours":1}']) expect(problemOf(() => readBody(httpEvent({ body }), rules)).status).toBe(400);
  });
});

describe('a cursor', () => {
  it('brings its place back, for its own question only', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.string(), fc.string({ minLength: 1 }), (place, question, more) => {
      const cursor = encodeCursor(place, question);
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(JSON.stringify(decodeCursor(cursor, question))).toBe(JSON.stringify(place));
      expect(() => decodeCursor(cursor, question + more)).toThrow('another question');
    }));
  });

  it('is refused when it is not one of ours', () => {
    const cursor = encodeCursor({ a: 1 }, 'q');
    fc.assert(fc.property(fc.oneof(fc.string({ minLength: 1 }), fc.nat(cursor.length - 1).map((cut) => cursor.slice(0, cut))), (text) => {
      expect(problemOf(() => positionIn(text, 'q')).mistakes?.[0]?.parameter).toBe('cursor');
    }));
    expect(positionIn(cursor, 'q')).toEqual({ a: 1 });
    expect(positionIn(undefined, 'q')).toBeUndefined();
  });
});
