import fc from 'fast-check';
import { JsonText } from '../../../lambdas/_shared/aws/json-text.ts';
import type { JsonWriter } from '../../../lambdas/_shared/aws/json-writer.ts';
import { writeItem, writeValue } from '../../../lambdas/_shared/dynamo-text.ts';
import { B, BOOL, digitsOf, L, M, N, S } from '../../../lambdas/_shared/marshall.ts';
import type { AttributeValue } from '../../../lambdas/_shared/marshall.ts';
import { executeRequest, getRequest, putRequest } from '../../../lambdas/track-shipments/batch-requests.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ unit: 'grapheme' }), fc.constantFrom('', '"', '\\', '\u007f', '\u001f', '\ud800', 'Gdańsk', 'a"b\\c\n'));
const anyValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  anyText.map(S),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(N),
  fc.uint8Array().map(B),
  fc.boolean().map(BOOL),
  fc.constant<AttributeValue>({ NULL: true }),
  fc.array(anyText).map((texts): AttributeValue => ({ SS: texts })),
  anyText.map((text) => L([S(text), M({ inner: S(text) })])),
);
const anyItem = fc.dictionary(fc.stringMatching(/^[A-Za-z]\w{0,9}$/), anyValue);

const written = (write: (to: JsonWriter) => void): string => new JsonText(write).text;

describe('JSON of DynamoDB values, put together by hand', () => {
  it('is what JSON.stringify says, of any text, value and item', () => {
    fc.assert(fc.property(anyText, (text) => expect(written((to) => to.quoted(text))).toBe(JSON.stringify(text))));
    fc.assert(fc.property(anyValue, (value) => expect(written((to) => writeValue(to, value))).toBe(JSON.stringify(value))));
    fc.assert(fc.property(anyItem, (item) => expect(written((to) => writeItem(to, item))).toBe(JSON.stringify(item))));
  });

  it('writes numbers as String does', () => {
    const near = fc.constantFrom(1e9, 1e10, 1e13, 1e14, 1_795_290_382_187, 1_790_000_000_000).chain((middle) => fc.integer({ min: -3, max: 3 }).map((step) => middle + step));
    fc.assert(fc.property(fc.oneof(near, fc.integer({ min: 0, max: 999_999 }).map((part) => part * 10_000_000 - 1), fc.maxSafeInteger(), fc.double()), (value) => expect(digitsOf(value)).toBe(String(value))), { numRuns: 2_000 });
  });

  it('makes the bulk requests that an object would', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.array(anyItem), fc.boolean(), (pk, sk, items, consistent) => {
        const keys = [{ pk, sk }, { pk: sk, sk: pk }];
        const statements = items.map((item) => ({ Statement: `UPDATE "t" SET "a" = ? ${pk}`, Parameters: Object.values(item) }));

        expect(getRequest({ table: 't', keys, consistent }).text).toBe(JSON.stringify({ RequestItems: { t: { Keys: keys.map((key) => ({ pk: S(key.pk), sk: S(key.sk) })), ConsistentRead: consistent } } }));
        expect(putRequest({ table: 't', puts: items.map((item) => ({ item })) }).text).toBe(JSON.stringify({ RequestItems: { t: items.map((item) => ({ PutRequest: { Item: item } })) } }));
        expect(executeRequest(statements).text).toBe(JSON.stringify({ Statements: statements }));
      }),
    );
  });
});
