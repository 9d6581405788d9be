/** Code that judges one value where it lies: `p` is its first byte before, and the byte behind it after; any deviation answers -1. */
import type { JsonSchema } from '../../schema/json-schema.ts';
import { checksOf } from '../../schema/json-schema.ts';
import { checkNamed } from '../../validation/checks.ts';
import { choicesOf, kindOf, readValue } from './kinds.ts';
import { objectFunction } from './object-code.ts';
import { patternTable } from './pattern-table.ts';
import { NotInPlace, planObject } from './plan.ts';
import type { Plan } from './plan.ts';
import { matchToken } from './token-match.ts';

const GIVE_UP = 'if (p === -1) return -1;';
/** Deepest of what the contract describes; what it does not describe is counted from there. */
const NO_LIMIT = 0x3fffffff;

/** A field with a rule that is not judged in place sends the events that have it the full way. */
export function valueCode(plan: Plan, schema: JsonSchema, path: string): string {
  try {
    const code = `${judge(plan, schema, path)}\n${checkCode(plan, schema, path)}`;
    const range = plan.wanted(`${path}#range`);
    return range === 0 ? code : `S[${range}] = p; ${code} S[${range + 1}] = p;`;
  } catch (error) {
    if (error instanceof NotInPlace) return `return -1; // ${path}: ${error.message}`;
    throw error;
  }
}

function judge(plan: Plan, schema: JsonSchema, path: string): string {
  switch (kindOf(schema)) {
    case 'text':
      return textCode(plan, schema, path);
    case 'choice':
      return choiceCode(plan, schema, path);
    case 'instant':
      return `p = instant(b, p, ${plan.wanted(`${path}#text`)}, ${plan.wanted(`${path}#instant`)}); ${GIVE_UP}`;
    case 'number':
      return numberCode(plan, schema, path);
    case 'boolean':
      return `{ ${matchToken([['true', 1], ['false', 0]].map(([word, value]) => ({ bytes: Buffer.from(String(word)), action: `S[${plan.wanted(`${path}#boolean`)}] = ${value};` })), plan.name('k'), 'return -1;')} }`;
    case 'list':
      return listCode(plan, schema, path);
    case 'object':
      return `p = ${objectFunction(plan, planObject(path, schema))}(b, v, p); ${GIVE_UP}`;
    case 'free object':
      return `p = anyObject(b, p, 1, 0); if (p === -1 || S[0] > ${schema.maxProperties ?? NO_LIMIT}) return -1;`;
    case 'anything':
      return `p = anyValue(b, p, 1); ${GIVE_UP}`;
  }
}

/** Checks that JSON Schema cannot say, of a text. */
function checkCode(plan: Plan, schema: JsonSchema, path: string): string {
  const kind = kindOf(schema);
  if (kind === 'object') return '';
  return checksOf(schema)
    .filter((name) => checkNamed(name).on === 'string')
    .map((name) => {
      plan.usesChecks = true;
      return `if (!CHECKS[${JSON.stringify(name)}].passes(${readValue(plan, schema, path)})) return -1;`;
    })
    .join('\n');
}

function textCode(plan: Plan, schema: JsonSchema, path: string): string {
  const { pattern, minLength = 0, maxLength = NO_LIMIT } = schema;
  // Asked for before the code is written that puts it there.
  if (checksOf(schema).length > 0) readValue(plan, schema, path);
  const slot = plan.wanted(`${path}#text`);
  if (pattern === undefined) return `p = text(b, p, ${minLength}, ${maxLength}, ${slot}); ${GIVE_UP}`;
  const table = patternTable(pattern);
  const lengths = schema.minLength === undefined && schema.maxLength === undefined ? '' : `if (S[${slot + 1}] - S[${slot}] < ${minLength} || S[${slot + 1}] - S[${slot}] > ${maxLength}) return -1;`;
  if (table !== undefined) return `p = matching(b, p, ${tableConstant(plan, table)}, ${slot}); ${GIVE_UP} ${lengths}`;
  const expression = plan.name('E');
  plan.code.push(`const ${expression} = new RegExp(${JSON.stringify(pattern)}, "u");`);
  return `p = text(b, p, ${minLength}, ${maxLength}, ${slot}); ${GIVE_UP} if (!${expression}.test(textAt(b, ${slot}))) return -1;`;
}

function tableConstant(plan: Plan, { classes, moves, width }: NonNullable<ReturnType<typeof patternTable>>): string {
  const name = plan.name('P');
  plan.code.push(`const ${name} = { classes: Uint8Array.of(${classes.join()}), moves: Uint8Array.of(${moves.join()}), width: ${width} };`);
  return name;
}

/** In a function of its own: long lists of values would drown the object's code. */
function choiceCode(plan: Plan, schema: JsonSchema, path: string): string {
  if (checksOf(schema).length > 0) readValue(plan, schema, path);
  const slot = plan.wanted(`${path}#choice`);
  const tokens = choicesOf(schema).map((value, index) => ({ bytes: Buffer.from(JSON.stringify(value).slice(1)), action: `S[${slot}] = ${index};` }));
  const name = plan.name('choice');
  plan.code.push(`function ${name}(b, v, p) {\nif (b[p] !== 34) return -1;\np += 1;\n${matchToken(tokens, 'k', 'return -1;')}\nreturn p;\n}`);
  return `p = ${name}(b, v, p); ${GIVE_UP}`;
}

function numberCode(plan: Plan, { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema, path: string): string {
  const value = `N[${plan.wanted(`${path}#number`)}]`;
  const broken = [
    ...(minimum === undefined ? [] : [`${value} < ${minimum}`]),
    ...(maximum === undefined ? [] : [`${value} > ${maximum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`${value} <= ${exclusiveMinimum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`${value} >= ${exclusiveMaximum}`]),
    ...(type === 'integer' ? [`${value} % 1 !== 0`] : []),
  ];
  return `p = number(b, p, ${plan.wanted(`${path}#number`)}); if (${['p === -1', ...broken].join(' || ')}) return -1;`;
}

function listCode(plan: Plan, { items = {}, minItems = 0, maxItems = NO_LIMIT }: JsonSchema, path: string): string {
  const count = plan.name('n');
  const slot = plan.wanted(`${path}#count`);
  return `if (b[p] !== 91) return -1;
let ${count} = 0;
p += 1;
if (b[p] === 93) p += 1;
else for (;;) {
${valueCode(plan, items, `${path}/*`)}
${count} += 1;
if (b[p] === 44) { p += b[p + 1] === 32 ? 2 : 1; continue; }
if (b[p] !== 93) return -1;
p += 1;
break;
}
if (${count} < ${minItems} || ${count} > ${maxItems}) return -1;
S[${slot}] = ${count};`;
}
