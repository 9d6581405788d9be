/** A field of a schema by its JSON pointer, with what the road to it says. */
import type { Severity } from '../model.ts';
import type { JsonSchema } from '../schema/json-schema.ts';

export interface SchemaField {
  readonly schema: JsonSchema;
  /** What a broken rule of the field does. */
  readonly severity: Severity;
  /** Whether every event that is kept has it: required all the way, with weight `reject`. */
  readonly isCertain: boolean;
  /** Fields beside it without which it counts as absent. */
  readonly onlyWith: readonly string[];
}

const partOf = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** undefined when the schema (without references) does not name the field; conditional parts are not looked into. */
export function fieldAt(root: JsonSchema, pointer: string): SchemaField | undefined {
  if (!pointer.startsWith('/')) return undefined;
  let at: SchemaField = { schema: root, severity: root['x-severity'] ?? 'reject', isCertain: true, onlyWith: [] };
  for (const part of pointer.slice(1).split('/').map(partOf)) {
    const { schema, severity, isCertain } = at;
    const child = schema.properties?.[part];
    if (child === undefined) return undefined;
    const own = child['x-severity'] ?? severity;
    at = { schema: child, severity: own, isCertain: isCertain && own === 'reject' && schema.required?.includes(part) === true, onlyWith: schema.dependencies?.[part] ?? [] };
  }
  return at;
}
