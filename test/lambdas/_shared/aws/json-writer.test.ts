import fc from 'fast-check';
import type { HttpRequest } from '../../../../lambdas/_shared/aws/http.ts';
import { createJsonService } from '../../../../lambdas/_shared/aws/json-service.ts';
import { JsonText } from '../../../../lambdas/_shared/aws/json-text.ts';
import { JsonWriter } from '../../../../lambdas/_shared/aws/json-writer.ts';
import { awsSettings } from '../../../../lambdas/_shared/aws/settings.ts';
import { SpareBodies } from '../../../../lambdas/_shared/aws/spare-bodies.ts';

/** Up to four times the first room, so that it must grow in any kind of piece. */
const length = fc.oneof(fc.nat(100), fc.nat(70_000));
const piece = fc.oneof(
  fc.tuple(fc.constant('plain' as const), fc.tuple(fc.constantFrom('1', '{"S":', 'QUJD'), length).map(([unit, count]) => unit.repeat(count / unit.length))),
  fc.tuple(fc.constant('any' as const), fc.tuple(fc.constantFrom('ń', '€', '🚢', 'a'), length).map(([unit, count]) => unit.repeat(count / unit.length))),
  fc.tuple(fc.constant('quoted' as const), fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.constantFrom('"', 'ń', 'a').chain((unit) => length.map((count) => unit.repeat(count))))),
);

describe('JSON written as bytes', () => {
  it('is all pieces one behind the other, however long, and again after it was cleared', () => {
    const writer = new JsonWriter();
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        writer.clear();
        for (const [kind, text] of pieces) writer[kind](text);

        const expected = pieces.map(([kind, text]) => (kind === 'quoted' ? JSON.stringify(text) : text)).join('');
        expect(writer.bytes.equals(Buffer.from(expected))).toBe(true);
      }),
    );
  });
});

describe('A number written as bytes', () => {
  const written = (value: number): string => {
    const writer = new JsonWriter();
    // At the end of the first room, too.
    writer.plain('x'.repeat(16 * 1024 - 5));
    const { length } = writer.bytes;
    writer.digits(value);
    return writer.bytes.toString('latin1', length);
  };
  const powers = Array.from({ length: 17 }, (_, power) => 10 ** power).flatMap((value) => [value - 1, value, value + 1]);

  it.each([...powers, -0, -1, 0.5, 1e21, 1_795_290_382_187, Number.MAX_SAFE_INTEGER])('is what String says: %s', (value) => {
    expect(written(value)).toBe(String(value));
  });

  it('is what String says of any', () => {
    fc.assert(fc.property(fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true })), (value) => written(value) === String(value)));
  });
});

describe('memory for requests', () => {
  it('is given to the next request only when it was put back', () => {
    const bodies = new SpareBodies();
    const first = bodies.take({ a: 'first and longer' });
    const second = bodies.take({ a: 'second' });
    expect(first.bytes.toString()).toBe('{"a":"first and longer"}');

    bodies.putBack(second);
    const third = bodies.take(new JsonText((to) => to.plain('{}')));

    expect(third).toBe(second);
    expect(third.bytes.toString()).toBe('{}');
    expect(first.bytes.toString()).toBe('{"a":"first and longer"}');
  });

  it.each([true, false])('is given on by a service only after a request that was sent whole (%s)', async (isSent) => {
    const sent: HttpRequest['body'][] = [];
    const send = ({ body }: HttpRequest): Promise<{ status: number; body: Buffer; isSent: boolean }> => {
      sent.push(body);
      return Promise.resolve({ status: 200, body: Buffer.from('{}'), isSent });
    };
    const settings = awsSettings({ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'fn-test', AWS_SECRET_ACCESS_KEY: 'secret' });
    const call = createJsonService({ name: 'dynamodb', target: 'T', version: '1.0', endpoint: new URL('http://127.0.0.1') }, settings, { send, now: () => new Date(0) });

    for (const text of ['first', 'other']) await call('PutItem', { text });

    expect(sent.map(String)).toEqual([isSent ? '{"text":"other"}' : '{"text":"first"}', '{"text":"other"}']);
  });

  it('is not kept after a request far larger than the usual ones', () => {
    const bodies = new SpareBodies();
    const large = bodies.take({ a: 'x'.repeat(300_000) });

    bodies.putBack(large);

    expect(bodies.take({})).not.toBe(large);
  });
});
