import fc from 'fast-check';
import { B, N, S } from '../../../lambdas/_shared/marshall.ts';
import type { AttributeValue, Item } from '../../../lambdas/_shared/marshall.ts';
import { ItemChanges, NewItem } from '../../../lambdas/track-shipments/attribute-sinks.ts';
import type { AttributeSink } from '../../../lambdas/track-shipments/attribute-sinks.ts';
import { executeRequest } from '../../../lambdas/track-shipments/batch-requests.ts';
import type { Statement } from '../../../lambdas/track-shipments/dynamo-batches.ts';
import { insertStatement, updateStatement } from '../../../lambdas/track-shipments/statements.ts';
import { parseStatement } from './partiql.ts';

const KEY = { pk: S('SHP-1'), sk: S('S') };

const NO_CHANGE = 'UPDATE "t" WHERE "pk" = ? AND "sk" = ? AND "version" = ?';

type Told = readonly [name: string, kind: 'text' | 'number' | 'bytes', value: string | number | undefined];

function tell(to: AttributeSink, told: readonly Told[]): void {
  for (const [name, kind, value] of told) {
    if (kind === 'bytes') to.bytes(name, Buffer.from(String(value)));
    else if (kind === 'number') to.number(name, value as number | undefined);
    else to.text(name, value as string | undefined);
  }
}

function changesOf(before: Item, told: readonly Told[]): Statement | undefined {
  const changes = new ItemChanges(before);
  tell(changes, told);
  if (changes.hasUntold) changes.dropUntold(new Set(told.map(([name]) => name)));
  return changes.statement('t', KEY);
}

/** The item as a plain object, which is what DynamoDB must have afterwards. */
function built(told: readonly Told[]): Item {
  const item: Record<string, AttributeValue> = { ...KEY };
  tell({
    text: (name, value) => void (value !== undefined && value !== '' && (item[name] = S(value))),
    number: (name, value) => void (value !== undefined && (item[name] = N(value))),
    bytes: (name, value) => void (item[name] = B(value)),
  }, told);
  return item;
}

/** As DynamoDB is sent it. */
const sentOf = (statement: Statement): { Statement: string; Parameters: AttributeValue[] } => {
  const [sent] = (executeRequest([statement]).toJSON() as { Statements: { Statement: string; Parameters: AttributeValue[] }[] }).Statements;
  if (sent === undefined) throw new Error('Nothing was sent.');
  return sent;
};

/** What a statement does to an item. */
const effectOf = (statement: Statement): unknown => {
  const { Statement: text, Parameters } = sentOf(statement);
  const parsed = parseStatement(text, Parameters);
  return parsed.kind === 'insert' ? parsed : { ...parsed, set: Object.fromEntries(Object.entries(parsed.set).sort(([a], [b]) => (a < b ? -1 : 1))) };
};

const NAMES = ['status', 'reviewAt', 'eta', 'flags', 'entries'];
const toldOf = (values: readonly (string | number | undefined)[]): Told[] =>
  NAMES.map((name, index): Told => [name, name === 'entries' ? 'bytes' : index % 2 === 0 ? 'number' : 'text', name === 'entries' ? (values[index] ?? '') : index % 2 === 0 ? (typeof values[index] === 'number' ? values[index] : undefined) : values[index] === undefined ? undefined : String(values[index])]);
const anyTold = fc.array(fc.oneof(fc.constantFrom(undefined, '', 'a', 'b'), fc.integer({ min: 0, max: 3 }), fc.constant(1_795_290_382_187)), { minLength: NAMES.length, maxLength: NAMES.length }).map(toldOf);
const anyOther = fc.dictionary(fc.constantFrom('older', 'newer'), fc.oneof(fc.constant<AttributeValue>({ NULL: true }), fc.constantFrom(S('x'), N(1))));

describe('an item that is told attribute by attribute', () => {
  it('is changed as if it were made whole and compared', () => {
    let unchanged = 0;
    fc.assert(
      fc.property(anyTold, anyTold, anyOther, (first, second, other) => {
        const before = { ...built(first), ...other, version: N(7) };
        const after = built(second);
        const statement = changesOf(before, second);
        const isSame = updateStatement('t', { before, after: { ...after, version: N(7) } }).Statement === NO_CHANGE;
        if (isSame) unchanged += 1;
        expect(statement && effectOf(statement)).toEqual(isSame ? undefined : effectOf(updateStatement('t', { before, after: { ...after, version: N(8) } })));
      }),
      { numRuns: 300, examples: [[toldOf(['a', 1]), toldOf(['a', 1]), {}], [toldOf([1, 'a', 2]), toldOf([1, 'a', 2]), { older: S('x') }]] },
    );
    expect(unchanged).toBeGreaterThan(0);
  });

  it('is created as if it were made whole', () => {
    fc.assert(
      fc.property(anyTold, (told) => {
        const made = new NewItem(KEY);
        tell(made, told);
        expect(effectOf(made.statement('t'))).toEqual(effectOf(insertStatement('t', built(told))));
        expect(made.names).toEqual(Object.keys(built(told)));
      }),
      { numRuns: 100 },
    );
  });

  it('stays as it is where a number is written another way', () => {
    const before = { ...KEY, eta: { N: '5.0' }, entries: B(Buffer.from('e')), version: N(7) };
    expect(changesOf(before, [['eta', 'number', 5], ['entries', 'bytes', 'e']])).toBeUndefined();
    const changed = changesOf(before, [['eta', 'number', 6], ['entries', 'bytes', 'e']]);
    expect(changed && sentOf(changed).Parameters).toEqual([N(6), N(8), KEY.pk, KEY.sk, N(7)]);
  });

  it('names what an item lacks that cannot be written', () => {
    expect(() => changesOf({ ...KEY, eta: N(1) }, [['eta', 'number', 2]])).toThrow(/lacks its key or version: \["pk","sk","eta"\]/);
  });
});
