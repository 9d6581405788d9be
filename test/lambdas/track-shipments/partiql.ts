import type { AttributeValue, Item } from '../../../lambdas/_shared/marshall.ts';

interface Target {
  readonly table: string;
  readonly key: { readonly pk: string; readonly sk: string };
}
export type ParsedStatement =
  | (Target & { readonly kind: 'insert'; readonly item: Item })
  | (Target & { readonly kind: 'update'; readonly set: Item; readonly remove: readonly string[]; readonly conditions: Item });

/** The two statements that the state store uses, and no others: a statement of another shape fails the test. */
export function parseStatement(text: string, parameters: readonly AttributeValue[]): ParsedStatement {
  const values = [...parameters];
  const next = (): AttributeValue => {
    const value = values.shift();
    if (value === undefined) throw new Error(`Too few parameters for: ${text}`);
    return value;
  };
  const statement = parseInsert(text, next) ?? parseUpdate(text, next);
  if (statement === undefined) throw new Error(`The fake does not read this statement: ${text}`);
  if (values.length > 0) throw new Error(`${values.length} parameters too many for: ${text}`);
  return statement;
}

function parseInsert(text: string, next: () => AttributeValue): ParsedStatement | undefined {
  const match = /^INSERT INTO "([^"]+)" VALUE \{(.*)\}$/.exec(text);
  if (match === null) return undefined;
  const item = Object.fromEntries((match[2] ?? '').split(', ').map((pair) => [nameOf(pair, /^'(\w+)': \?$/), next()]));
  return { kind: 'insert', table: match[1] ?? '', key: { pk: textOf(item['pk']), sk: textOf(item['sk']) }, item };
}

function parseUpdate(text: string, next: () => AttributeValue): ParsedStatement | undefined {
  const match = /^UPDATE "([^"]+)" SET (.*?)(?: REMOVE (\w+))? WHERE (.*)$/.exec(text);
  if (match === null) return undefined;
  const set = Object.fromEntries((match[2] ?? '').split(' SET ').map((pair) => [nameOf(pair, /^"(\w+)" = \?$/), next()]));
  const where = Object.fromEntries((match[4] ?? '').split(' AND ').map((pair) => [nameOf(pair, /^"(\w+)" = \?$/), next()]));
  const { pk, sk, ...conditions } = where;
  return { kind: 'update', table: match[1] ?? '', key: { pk: textOf(pk), sk: textOf(sk) }, set, remove: match[3] === undefined ? [] : [match[3]], conditions };
}

function nameOf(pair: string, shape: RegExp): string {
  const name = shape.exec(pair)?.[1];
  if (name === undefined) throw new Error(`The fake does not read "${pair}".`);
  return name;
}

function textOf(value: AttributeValue | undefined): string {
  if (value === undefined || !('S' in value)) throw new Error('A key needs pk and sk as strings.');
  return value.S;
}
