/** contracts/api/answers.ts and docs/api/openapi.json say the same: every member of a type is a property of the schema of its name, and the other way round. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

interface Schema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

const ROOT = join(import.meta.dirname, '..', '..');
const { schemas } = (JSON.parse(readFileSync(join(ROOT, 'docs', 'api', 'openapi.json'), 'utf8')) as { components: { schemas: Record<string, Schema> } }).components;

/** Types whose schema has a name of its own, in the words of the document. */
const SCHEMA_OF: Readonly<Record<string, string>> = { ShipmentDetail: 'Shipment', ShipmentMilestone: 'Milestone', ShipmentEntry: 'TimelineEntry', HealthAnswer: 'Health' };
/** Parts of others. */
const NOT_BY_THEMSELVES = new Set(['AnswerHead', 'PageHead']);

const source = ts.createSourceFile('answers.ts', readFileSync(join(ROOT, 'contracts', 'api', 'answers.ts'), 'utf8'), ts.ScriptTarget.Latest, true);
const interfaces = new Map(source.statements.filter(ts.isInterfaceDeclaration).map((one) => [one.name.text, one]));

function membersOf(name: string): string[] {
  const declaration = interfaces.get(name);
  if (declaration === undefined) throw new Error(`answers.ts has no ${name}.`);
  const inherited = (declaration.heritageClauses ?? []).flatMap(({ types }) => types.flatMap(({ expression }) => membersOf(expression.getText(source))));
  return [...inherited, ...declaration.members.map((member) => member.name?.getText(source) ?? '')].sort();
}

const names = [...interfaces.keys()].filter((name) => !NOT_BY_THEMSELVES.has(name));

describe('the types of answers', () => {
  it('are many', () => {
    expect(names.length).toBeGreaterThan(12);
  });

  it.each(names)('%s is what the OpenAPI document says, all of it required', (name) => {
    const schema = schemas[SCHEMA_OF[name] ?? name];
    expect(Object.keys(schema?.properties ?? {}).sort()).toEqual(membersOf(name));
    expect([...(schema?.required ?? [])].sort()).toEqual(membersOf(name));
  });
});
