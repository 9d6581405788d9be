/** Code that hands out the fields that one consumer reads, of the event that was judged last, as `JSON.parse` would give them. */
import type { JsonSchema } from '../../schema/json-schema.ts';
import { kindOf, readValue } from './kinds.ts';
import { NotInPlace, planObject, wasThere } from './plan.ts';
import type { ObjectPlan, Plan } from './plan.ts';

/** Fields of one object by name, with what is wanted of each; `true`: the field whole. */
interface Wanted {
  readonly fields: Map<string, Wanted | true>;
}

/** Asks for all fields of a consumer. Answers the code that declares its reader, to be put behind the decoder's functions, and the reader's name. */
export function readerCode(plan: Plan, root: ObjectPlan, pointers: readonly string[]): { readonly name: string; readonly code: string } {
  const code: string[] = [];
  const name = declareClass({ plan, code }, root, wantedOf(pointers));
  return { name, code: code.join('\n') };
}

function wantedOf(pointers: readonly string[]): Wanted {
  const wanted: Wanted = { fields: new Map() };
  for (const pointer of pointers) {
    const parts = pointer.split('/').slice(1);
    let level = wanted;
    for (const [index, part] of parts.entries()) {
      const known = level.fields.get(part);
      if (known === true) break;
      const below: Wanted = known ?? { fields: new Map() };
      level.fields.set(part, index === parts.length - 1 ? true : below);
      level = below;
    }
  }
  return wanted;
}

interface Output {
  readonly plan: Plan;
  readonly code: string[];
}

/** Of one shape whatever is absent, so that readers stay fast; lists are read only when somebody looks at them. */
function declareClass(output: Output, object: ObjectPlan, wanted: Wanted): string {
  const { plan } = output;
  const name = plan.name('Read');
  const fields = [...wanted.fields].filter(([field]) => object.schema.properties?.[field] !== undefined);
  const parts = fields.map(([field, below], index) => fieldParts(output, object, { field, below, index }));
  output.code.push(`class ${name} {
constructor(b, t, o) {
${parts.map(({ assign }) => assign).join('\n')}
}
${parts.map(({ getter }) => getter).join('\n')}
}`);
  return name;
}

interface FieldParts {
  readonly assign: string;
  readonly getter: string;
}

function fieldParts(output: Output, object: ObjectPlan, { field, below, index }: { readonly field: string; readonly below: Wanted | true; readonly index: number }): FieldParts {
  const { plan } = output;
  const schema = object.schema.properties?.[field] ?? {};
  const path = `${object.path}/${field}`;
  const there = wasThere(plan, object, field);
  const kind = kindOrUnread(schema);
  if (kind === undefined) return { assign: `this[${JSON.stringify(field)}] = undefined;`, getter: '' };
  if (kind === 'object') {
    const inner = planObject(path, schema);
    const all: Wanted = { fields: new Map(Object.keys(schema.properties ?? {}).map((child) => [child, true])) };
    const name = declareClass(output, inner, below === true ? all : below);
    return { assign: `this[${JSON.stringify(field)}] = ${there} ? new ${name}(b, t, o) : undefined;`, getter: '' };
  }
  if (kind === 'list' || kind === 'free object' || kind === 'anything') return lazyParts(plan, { field, path, there, index });
  const value = readValue(plan, schema, path).replace('textMemo(b, ', 'textIn(t, o, b, ');
  return { assign: `this[${JSON.stringify(field)}] = ${there} ? ${value} : undefined;`, getter: '' };
}

function lazyParts(plan: Plan, { field, path, there, index }: { readonly field: string; readonly path: string; readonly there: string; readonly index: number }): FieldParts {
  const range = plan.slot(`${path}#range`, 2);
  return {
    assign: `this.b = b; this.from${index} = ${there} ? S[${range}] : -1; this.to${index} = S[${range + 1}];`,
    getter: `get [${JSON.stringify(field)}]() { return this.from${index} === -1 ? undefined : valueAt(this.b, this.from${index}, this.to${index}); }`,
  };
}

/** Events with a field that is not judged in place never come to a reader. */
function kindOrUnread(schema: JsonSchema): ReturnType<typeof kindOf> | undefined {
  try {
    return kindOf(schema);
  } catch (error) {
    if (error instanceof NotInPlace) return undefined;
    throw error;
  }
}
