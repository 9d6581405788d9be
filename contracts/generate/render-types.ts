/** TypeScript types of an event, from its schema: what a producer writes. */
import type { JsonSchema } from '../schema/json-schema.ts';
import { typesOf } from '../schema/json-schema.ts';

const pascal = (text: string): string => text.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_all, first: string) => first.toUpperCase());
const constant = (text: string): string => text.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();

const PLAIN: Readonly<Record<string, string>> = { string: 'string', number: 'number', integer: 'number', boolean: 'boolean', null: 'null' };

/** A reader of kept events must know it: their type alone promises too much. */
const ON_THE_WIRE = 'This is what a producer writes: of an event that was kept, only the fields of weight `reject` are sure to be as typed.';

/** Declarations found on the way, in the order in which a reader wants them: the parts before the whole. */
interface Output {
  readonly declarations: string[];
  readonly names: Set<string>;
}

/**
 * The module that declares the event of one major version.
 *
 * @param typeName name of the event's type, e.g. `ShipmentEventV1`.
 */
export function renderTypes(schema: JsonSchema, typeName: string): string {
  const output: Output = { declarations: [], names: new Set([typeName]) };
  const description = [schema.description ?? '', ON_THE_WIRE].join(' ').trim();
  renderInterface({ ...schema, description }, typeName, output);
  return `${output.declarations.join('\n\n')}\n`;
}

function renderInterface(schema: JsonSchema, name: string, output: Output): void {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).map(([field, child]) => {
    const type = typeOf(child, { name: field, within: name, output });
    const key = /^[A-Za-z_$][\w$]*$/.test(field) ? field : JSON.stringify(field);
    return `${doc(child, '  ')}  readonly ${key}${required.has(field) ? '' : '?'}: ${type};`;
  });
  output.declarations.push(`${doc(schema, '')}export interface ${name} {\n${fields.join('\n')}\n}`);
}

interface Naming {
  readonly name: string;
  readonly within: string;
  readonly output: Output;
}

function typeOf(schema: JsonSchema, naming: Naming): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return enumType(schema, naming);
  const types = typesOf(schema);
  if (types.length === 0) return 'unknown';
  return types.map((type) => oneType(type, schema, naming)).join(' | ');
}

function oneType(type: string, schema: JsonSchema, naming: Naming): string {
  if (type === 'array') return listOf(typeOf(schema.items ?? {}, { ...naming, name: schema.items?.title ?? naming.name }));
  if (type !== 'object') return PLAIN[type] ?? 'unknown';
  if (schema.properties === undefined) return 'Readonly<Record<string, unknown>>';
  const name = free(pascal(schema.title ?? naming.name), naming);
  renderInterface(schema, name, naming.output);
  return name;
}

const listOf = (type: string): string => (type.includes(' ') ? `readonly (${type})[]` : `readonly ${type}[]`);

/** Values of an `enum` of texts are a constant too: a program can list them. */
function enumType(schema: JsonSchema, naming: Naming): string {
  const values = schema.enum ?? [];
  if (!values.every((value) => typeof value === 'string')) return values.map((value) => JSON.stringify(value)).join(' | ');
  const topLevel = /V\d+$/.test(naming.within);
  const name = free(pascal(topLevel ? naming.name : `${naming.within}-${naming.name}`), naming);
  const list = values.map((value) => `  '${value}',`).join('\n');
  naming.output.declarations.push(`export const ${constant(name)} = [\n${list}\n] as const;\nexport type ${name} = (typeof ${constant(name)})[number];`);
  return name;
}

/** A name that no other declaration has: the enclosing type's name in front when needed. */
function free(wanted: string, { within, output }: Naming): string {
  let name = output.names.has(wanted) ? `${within.replace(/V\d+$/, '')}${wanted}` : wanted;
  while (output.names.has(name)) name = `${name}Value`;
  output.names.add(name);
  return name;
}

function doc(schema: JsonSchema, indent: string): string {
  return schema.description === undefined ? '' : `${indent}/** ${schema.description.replaceAll('*/', '* /')} */\n`;
}
