/** Where a decoder keeps what it finds, and how its code asks for it. */
import { isObject } from '../../json-object.ts';
import type { JsonSchema } from '../../schema/json-schema.ts';
import { checksOf } from '../../schema/json-schema.ts';
import { checkNamed } from '../../validation/checks.ts';
import { TEXT_SLOTS } from '../../validation/in-place/state.ts';

/** A rule that decoders do not know: the field, or the whole contract, is left to the full way. */
export class NotInPlace extends Error {
  override readonly name = 'NotInPlace';
}

/** Bits of one whole number that say which fields are there. */
const BITS = 31;

/** An object of the event: its place (JSON pointer, `*` for entries of a list) and its known fields in the order of their bits. */
export interface ObjectPlan {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly fields: readonly string[];
}

/** Numbers places of values as somebody asks for them: what nobody asks for is judged and forgotten. */
export class Plan {
  /** The first places are nobody's: code writes there what nobody asked for. */
  #slots = TEXT_SLOTS;
  #values = 1;
  readonly #named = new Map<string, number>();
  /** Declarations and functions of the generated module, in order. */
  readonly code: string[] = [];
  #names = 0;
  usesChecks = false;

  /** Asks for whole numbers (`S`) under a name. */
  slot(name: string, size = 1): number {
    return this.#take(name, () => (this.#slots += size) - size);
  }

  /** Asks for a number with a fraction (`N`). */
  value(name: string): number {
    return this.#take(name, () => (this.#values += 1) - 1);
  }

  /** The place under a name; 0, nobody's, when nobody asked. */
  wanted(name: string): number {
    return this.#named.get(name) ?? 0;
  }

  /** A name of the generated module that nothing else has. */
  name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  #take(name: string, make: () => number): number {
    const known = this.#named.get(name);
    if (known !== undefined) return known;
    const made = make();
    this.#named.set(name, made);
    return made;
  }
}

/** @param extra names that somebody outside of the schema asks about. */
export function planObject(path: string, schema: JsonSchema, extra: readonly string[] = []): ObjectPlan {
  const fields = [...new Set([...Object.keys(schema.properties ?? {}), ...mentioned(schema), ...extra])];
  // Such a name is there in every object of JavaScript, which the validator does not tell from a field.
  if (fields.some((field) => field in {})) throw new NotInPlace(`a field of ${path === '' ? 'the event' : path} has a name that every object has`);
  return { path, schema, fields };
}

/** Fields that rules of an object name, whether the schema describes them or not. */
function mentioned(schema: JsonSchema): string[] {
  const dependent = Object.entries(schema.dependencies ?? {}).flatMap(([field, needs]) => [field, ...needs]);
  const checked = checksOf(schema).flatMap((name) => checkNamed(name).reads ?? []);
  const parts = [...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), schema.not, schema.if, schema.then, schema.else].filter(isObject) as JsonSchema[];
  return [...(schema.required ?? []), ...dependent, ...checked, ...parts.flatMap((part) => [...mentioned(part), ...Object.keys(part.properties ?? {})])];
}

export const maskCount = ({ fields }: ObjectPlan): number => Math.max(1, Math.ceil(fields.length / BITS));

/** The statement that notes a field as seen, or gives up when it was seen before. */
export function noteField({ fields }: ObjectPlan, field: string): string {
  const [mask, bit] = maskOf(fields, field);
  return `if ((m${mask} & ${bit}) !== 0) return -1; m${mask} |= ${bit};`;
}

function maskOf(fields: readonly string[], field: string): readonly [number, number] {
  const index = fields.indexOf(field);
  if (index === -1) throw new NotInPlace(`${field} is no field of its object`);
  return [Math.floor(index / BITS), 1 << (index % BITS)];
}

/** Whether a field is there, asked in the function of its object. */
export function isThere({ fields }: ObjectPlan, field: string): string {
  const [mask, bit] = maskOf(fields, field);
  return `(m${mask} & ${bit}) !== 0`;
}

/** The same, asked from elsewhere: only good when the object itself is there. */
export function wasThere(plan: Plan, { path, fields }: ObjectPlan, field: string): string {
  const [mask, bit] = maskOf(fields, field);
  return `(S[${plan.slot(`${path}#fields${mask}`)}] & ${bit}) !== 0`;
}

/** Statements that keep, for those who ask from elsewhere, which fields are there. */
export function keepMasks(plan: Plan, object: ObjectPlan): string {
  return Array.from({ length: maskCount(object) }, (_, mask) => plan.wanted(`${object.path}#fields${mask}`))
    .map((slot, mask) => (slot === 0 ? '' : `S[${slot}] = m${mask};`))
    .join('\n');
}
