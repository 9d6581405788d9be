/** The function that judges one object of the event where it lies: its fields in any order, each once, then what they owe each other. */
import { checksOf } from '../../schema/json-schema.ts';
import { checkNamed } from '../../validation/checks.ts';
import type { Check } from '../../validation/checks.ts';
import { rulesOfObject } from './conditions.ts';
import { choicesOf, kindOf, readValue } from './kinds.ts';
import { NotInPlace, isThere, keepMasks, maskCount, noteField } from './plan.ts';
import type { ObjectPlan, Plan } from './plan.ts';
import { matchToken } from './token-match.ts';
import { valueCode } from './value-code.ts';

/** Adds the function; answers its name. @throws NotInPlace when the fields owe each other something that is not judged in place. */
export function objectFunction(plan: Plan, object: ObjectPlan): string {
  // First what is asked of the fields, then their code: it keeps what was asked for.
  const rules = rulesOfObject(plan, object);
  const checks = checksOf(object.schema).map((name) => checkCode(plan, object, name));
  const tokens = object.fields.map((field) => ({ bytes: Buffer.from(`${JSON.stringify(field).slice(1)}:`), action: fieldCode(plan, object, field) }));
  const name = plan.name('object');
  const masks = Array.from({ length: maskCount(object) }, (_, mask) => `m${mask} = 0`).join(', ');
  plan.code.push(`function ${name}(b, v, p) {
if (b[p] !== 123) return -1;
let ${masks};
p += 1;
if (b[p] === 125) p += 1;
else for (;;) {
if (b[p] !== 34) return -1;
p += 1;
${matchToken(tokens, 'member', 'p = unknownMember(b, p - 1); if (p === -1) return -1;')}
if (b[p] === 44) { p += b[p + 1] === 32 ? 2 : 1; continue; }
if (b[p] !== 125) return -1;
p += 1;
break;
}
${keepMasks(plan, object)}
${rules === 'true' ? '' : `if (!(${rules})) return -1;`}
${checks.join('\n')}
return p;
}`);
  return name;
}

function fieldCode(plan: Plan, object: ObjectPlan, field: string): string {
  const schema = object.schema.properties?.[field];
  const value = schema === undefined ? 'return -1;' : valueCode(plan, schema, `${object.path}/${field}`);
  return `${noteField(object, field)} if (b[p] === 32) p += 1;\n${value}\n`;
}

/** The check's own function, given only the fields that it reads, and only where it could fail. */
function checkCode(plan: Plan, object: ObjectPlan, name: string): string {
  const check = checkNamed(name);
  const { on, reads } = check;
  if (on !== 'object' || reads === undefined) throw new NotInPlace(`the check ${name} does not say what it reads`);
  plan.usesChecks = true;
  const fields = reads.map((field) => `${JSON.stringify(field)}: ${fieldValue(plan, object, field)}`);
  const conditions = Object.entries(check.onlyWhen ?? {}).map(([field, values]) => applies(plan, object, { field, values }));
  return `if (${[...conditions, `!CHECKS[${JSON.stringify(name)}].passes({ ${fields.join(', ')} })`].join(' && ')}) return -1;`;
}

function fieldValue(plan: Plan, { schema, path, ...object }: ObjectPlan, field: string): string {
  const own = schema.properties?.[field];
  // Without a rule of its own, a field sends the event the full way: here it is absent.
  if (own === undefined) return 'undefined';
  return `${isThere({ schema, path, ...object }, field)} ? ${readValue(plan, own, `${path}/${field}`)} : undefined`;
}

type Applies = NonNullable<Check['onlyWhen']>[string];

function applies(plan: Plan, object: ObjectPlan, { field, values }: { readonly field: string; readonly values: Applies }): string {
  const there = isThere(object, field);
  const own = object.schema.properties?.[field];
  if (values === 'given' || own === undefined || kindOf(own) !== 'choice') return there;
  const slot = plan.slot(`${object.path}/${field}#choice`);
  const numbers = choicesOf(own).flatMap((value, index) => (values.includes(value) ? [`S[${slot}] === ${index}`] : []));
  return numbers.length === 0 ? 'false' : `${there} && (${numbers.join(' || ')})`;
}
