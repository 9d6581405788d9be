import { gunzipSync } from 'node:zlib';
import { deliver, GZIP_FROM_BYTES, json } from '../../../../lambdas/_shared/http/answer.ts';
import type { HttpApiAnswer } from '../../../../lambdas/_shared/http/event.ts';
import { httpEvent } from './http-event.ts';

const at = (asOf: string, value = 1): HttpApiAnswer => json(200, { value, as_of: asOf, source: 'live' });
const tagOf = (answer: HttpApiAnswer): string => deliver(httpEvent(), answer).headers['etag'] ?? '';

describe('an answer over the wire', () => {
  it('carries an entity tag that the moment of reading does not change, and the content does', () => {
    expect(tagOf(at('2026-11-20T12:00:00.000Z'))).toMatch(/^W\/"[\w-]{22}"$/);
    expect(tagOf(at('2026-11-20T12:00:09.000Z'))).toBe(tagOf(at('2026-11-20T12:00:00.000Z')));
    expect(tagOf(at('2026-11-20T12:00:00.000Z', 2))).not.toBe(tagOf(at('2026-11-20T12:00:00.000Z')));
  });

  it('finds `as_of` wherever it stands, and only the real one', () => {
    const body = (text: string, asOf: string): HttpApiAnswer => json(200, { text, list: [{ a: 1 }], as_of: asOf });
    expect(tagOf(body('"as_of":"x"', 'a'))).toBe(tagOf(body('"as_of":"x"', 'b')));
    expect(tagOf(body('"as_of":"x"', 'a'))).not.toBe(tagOf(body('"as_of":"y"', 'a')));
  });

  it('is 304 for a caller that has it, and says until when that is known', () => {
    const etag = tagOf(at('2026-11-20T12:00:00.000Z'));
    const again = deliver(httpEvent({ headers: { 'If-None-Match': `W/"other", ${etag}` } }), at('2026-11-20T12:00:30.000Z'));
    expect(again).toMatchObject({ statusCode: 304, body: '', headers: { etag, 'x-as-of': '2026-11-20T12:00:30.000Z' } });
    expect(deliver(httpEvent({ headers: { 'if-none-match': etag } }), at('2026-11-20T12:00:30.000Z', 2)).statusCode).toBe(200);
  });

  it('gives no tag to a problem or to the answer of a POST', () => {
    expect(deliver(httpEvent(), json(404, {})).headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(deliver(httpEvent(), json(404, {})).headers['etag']).toBeUndefined();
    expect(deliver(httpEvent({ method: 'POST' }), json(200, {})).headers['etag']).toBeUndefined();
  });

  const large = json(200, { text: 'Maßstab '.repeat(400), as_of: 'x' });

  it.each(['gzip', 'br, gzip;q=0.5', '*'])('is zipped for a caller that accepts "%s"', (coding) => {
    const answer = deliver(httpEvent({ headers: { 'accept-encoding': coding } }), large);
    expect(answer).toMatchObject({ isBase64Encoded: true, headers: { 'content-encoding': 'gzip', vary: 'authorization, accept-encoding' } });
    expect(gunzipSync(Buffer.from(answer.body, 'base64')).toString('utf8')).toBe(large.body);
  });

  it('is for each caller what that caller accepts and has, when one answer is given to many', () => {
    const answer = json(200, { as_of: '2026-11-20T12:00:00.000Z', text: 'x'.repeat(GZIP_FROM_BYTES) });
    const zipped = deliver(httpEvent({ headers: { 'accept-encoding': 'gzip' } }), answer);
    const plain = deliver(httpEvent({}), answer);
    expect(plain).toMatchObject({ body: answer.body, headers: { etag: zipped.headers['etag'] } });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(deliver(httpEvent({ headers: { 'accept-encoding': 'gzip' } }), answer)).toEqual(zipped);
    expect(deliver(httpEvent({ headers: { 'if-none-match': zipped.headers['etag'] ?? '' } }), answer).statusCode).toBe(304);
    expect(deliver(httpEvent({}), json(200, { as_of: '2026-11-20T12:00:00.000Z', text: 'y'.repeat(GZIP_FROM_BYTES) })).headers['etag']).not.toBe(zipped.headers['etag']);
  });

  it.each([undefined, 'br', 'gzip;q=0', 'gzip;q=0.0', 'xgzip'])('is plain for one that accepts %s', (coding) => {
    expect(deliver(httpEvent({ headers: coding === undefined ? {} : { 'accept-encoding': coding } }), large).body).toBe(large.body);
  });

  it('is plain when it is small', () => {
    expect(deliver(httpEvent({ headers: { 'accept-encoding': 'gzip' } }), json(200, { a: 1 })).body).toBe('{"a":1}');
  });
});
