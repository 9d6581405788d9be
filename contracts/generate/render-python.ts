/** Python types of an event, from its schema: what a transform or a script of ours may expect in the JSON of an event. */
import type { JsonSchema } from '../schema/json-schema.ts';
import { typesOf } from '../schema/json-schema.ts';

const pascal = (text: string): string => text.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_all, first: string) => first.toUpperCase());

const PLAIN: Readonly<Record<string, string>> = { string: 'str', number: 'float', integer: 'int', boolean: 'bool', null: 'None' };
/** Longer lists of values are broken into lines, as the formatter does. */
const LINE = 100;

const KEYWORDS = new Set([
  'False', 'None', 'True', 'and', 'as', 'assert', 'async', 'await', 'break', 'class', 'continue', 'def', 'del', 'elif', 'else', 'except', 'finally', 'for', 'from', 'global',
  'if', 'import', 'in', 'is', 'lambda', 'nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with', 'yield',
]);

interface Output {
  readonly declarations: string[];
  readonly names: Set<string>;
  /** What the module imports from `typing`. */
  readonly imports: Set<string>;
}

/**
 * The module with the types of one or more versions of an event.
 *
 * @param header first line, with `#`.
 */
export function renderPython(versions: readonly { readonly typeName: string; readonly schema: JsonSchema }[], header: string): string {
  const output: Output = { declarations: [], names: new Set(versions.map(({ typeName }) => typeName)), imports: new Set(['TypedDict']) };
  for (const { typeName, schema } of versions) renderDict(schema, typeName, output);
  const imports = [...output.imports].sort().join(', ');
  return `${header}\n\n"""What producers write, by version: of an event that was kept, only fields of weight \`reject\` are sure to be as typed."""\n\nfrom __future__ import annotations\n\nfrom typing import ${imports}\n\n${/^class /.test(output.declarations[0] ?? '') ? '\n' : ''}${output.declarations.join('\n\n\n')}\n`;
}

function renderDict(schema: JsonSchema, name: string, output: Output): void {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).map(([field, child]) => {
    const type = typeOf(child, { name: field, within: name, output });
    if (required.has(field)) return [field, type] as const;
    output.imports.add('NotRequired');
    return [field, `NotRequired[${type}]`] as const;
  });
  const isPlain = fields.every(([field]) => /^[A-Za-z_]\w*$/.test(field) && !KEYWORDS.has(field));
  const doc = schema.description === undefined ? '' : docstring(schema.description);
  const body = fields.length === 0 && doc === '' ? '    pass' : fields.map(([field, type]) => `    ${field}: ${type}`).join('\n');
  const asClass = `class ${name}(TypedDict):\n${[doc, body].filter((part) => part !== '').join('\n\n')}`;
  const asCall = `${name} = TypedDict(\n    "${name}",\n    {\n${fields.map(([field, type]) => `        ${JSON.stringify(field)}: ${type},`).join('\n')}\n    },\n)`;
  output.declarations.push(isPlain ? asClass : asCall);
}

const docstring = (text: string): string => `    """${text.replaceAll('\\', '\\\\').replaceAll('"""', "'''")}"""`;

interface Naming {
  readonly name: string;
  readonly within: string;
  readonly output: Output;
}

function typeOf(schema: JsonSchema, naming: Naming): string {
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (values !== undefined) return literal(values, naming);
  const types = typesOf(schema);
  return types.length === 0 ? 'object' : types.map((type) => oneType(type, schema, naming)).join(' | ');
}

/** Values are a name of their own: a `Literal` of thirty in the middle of a class hides the class. */
function literal(values: readonly unknown[], { name, within, output }: Naming): string {
  output.imports.add('Literal');
  const texts = values.map((value) => (value === true ? 'True' : value === false ? 'False' : value === null ? 'None' : JSON.stringify(value)));
  const own = free(pascal(/V\d+$/.test(within) ? name : `${within}-${name}`), { name, within, output });
  const inLine = `${own} = Literal[${texts.join(', ')}]`;
  output.declarations.push(inLine.length <= LINE ? inLine : `${own} = Literal[\n${texts.map((text) => `    ${text},`).join('\n')}\n]`);
  return own;
}

function oneType(type: string, schema: JsonSchema, naming: Naming): string {
  if (type === 'array') return `list[${typeOf(schema.items ?? {}, { ...naming, name: schema.items?.title ?? naming.name })}]`;
  if (type !== 'object') return PLAIN[type] ?? 'object';
  if (schema.properties === undefined) return 'dict[str, object]';
  const name = free(pascal(schema.title ?? naming.name), naming);
  renderDict(schema, name, naming.output);
  return name;
}

function free(wanted: string, { within, output }: Naming): string {
  let name = output.names.has(wanted) ? `${within.replace(/V\d+$/, '')}${wanted}` : wanted;
  while (output.names.has(name)) name = `${name}Value`;
  output.names.add(name);
  return name;
}
