/** Everything that is wrong with a definition, or right on AWS and not built here: each with its place, so that a deploy can say it. */
import { asObject, isObject, textOf, type JsonObject } from '../../../json.ts';
import { resourceProblem } from '../integrations/supported.ts';
import { checkExpressions } from './check-expressions.ts';
import { checkMap } from './check-map.ts';
import { isJsonPathField, MACHINE_FIELDS, PROCESSOR_FIELDS, STATE_FIELDS } from './state-fields.ts';
import type { StateType } from './types.ts';

export interface Problem {
  /** Path such as `/States/Load/Arguments`. */
  readonly location: string;
  readonly message: string;
}

export type Report = (location: string, message: string) => void;

const ENDINGS: readonly string[] = ['Choice', 'Succeed', 'Fail'];
/** Fields that hold machines: they are checked as machines. */
const NESTED = ['Branches', 'ItemProcessor'];

export function checkMachine(definition: JsonObject): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (location, message) => problems.push({ location, message });
  checkStates(definition, '', { report, language: textOf(definition['QueryLanguage'], 'JSONPath'), fields: MACHINE_FIELDS });
  return problems;
}

interface Around {
  readonly report: Report;
  readonly language: string;
  readonly fields: readonly string[];
}

function checkStates(machine: JsonObject, where: string, { report, language, fields }: Around): void {
  const states = asObject(machine['States']);
  const start = textOf(machine['StartAt']);
  for (const field of Object.keys(machine)) {
    if (!fields.includes(field)) report(`${where}/${field}`, 'is no field of a machine');
  }
  if (!isObject(states[start])) report(`${where}/StartAt`, `missing transition target '${start}'`);
  const names = new Set(Object.keys(states));
  for (const [name, value] of Object.entries(states)) checkState(asObject(value), `${where}/States/${name}`, { report, language, names });
}

interface StateAround {
  readonly report: Report;
  readonly language: string;
  readonly names: ReadonlySet<string>;
}

function checkState(state: JsonObject, where: string, { report, language: inherited, names }: StateAround): void {
  const language = textOf(state['QueryLanguage'], inherited);
  const type = textOf(state['Type']);
  if (language !== 'JSONata') report(where, `the query language ${language} does not run in the sandbox: write "QueryLanguage": "JSONata"`);
  if (!(type in STATE_FIELDS)) {
    report(`${where}/Type`, `'${type}' is no type of state; allowed: ${Object.keys(STATE_FIELDS).join(', ')}`);
    return;
  }
  checkFields(state, where, STATE_FIELDS[type as StateType], report);
  checkTargets(state, where, names, report);
  if (type === 'Task') {
    const problem = resourceProblem(textOf(state['Resource']));
    if (problem !== undefined) report(`${where}/Resource`, problem);
  }
  if (type === 'Map') checkMap(state, where, report);
  checkExpressions(Object.fromEntries(Object.entries(state).filter(([field]) => !NESTED.includes(field))), where, report);

  const branches = Array.isArray(state['Branches']) ? state['Branches'].map(asObject) : [];
  branches.forEach((branch, index) => checkStates(branch, `${where}/Branches[${index}]`, { report, language, fields: MACHINE_FIELDS.filter((field) => field !== 'TimeoutSeconds') }));
  if (type === 'Parallel' && branches.length === 0) report(`${where}/Branches`, 'needs at least one branch');
  if (isObject(state['ItemProcessor'])) checkStates(state['ItemProcessor'], `${where}/ItemProcessor`, { report, language, fields: PROCESSOR_FIELDS });
}

function checkFields(state: JsonObject, where: string, allowed: readonly string[], report: Report): void {
  for (const field of Object.keys(state)) {
    if (allowed.includes(field)) continue;
    if (isJsonPathField(field)) report(`${where}/${field}`, `'${field}' belongs to JSONPath, which the sandbox does not run: use Arguments, Output and Assign`);
    else report(`${where}/${field}`, `is no field of a ${textOf(state['Type'])} state that the sandbox knows`);
  }
}

function checkTargets(state: JsonObject, where: string, names: ReadonlySet<string>, report: Report): void {
  const type = textOf(state['Type']);
  const targets = [state['Next'], state['Default'], ...[state['Choices'], state['Catch']].flatMap((rules) => (Array.isArray(rules) ? rules.map((rule) => asObject(rule)['Next'] ?? '') : []))];
  for (const target of targets) {
    if (target !== undefined && (typeof target !== 'string' || !names.has(target))) report(where, `missing transition target '${textOf(target)}'`);
  }
  if (!ENDINGS.includes(type) && state['Next'] === undefined && state['End'] !== true) report(where, 'needs Next or "End": true');
  if (type === 'Wait' && (state['Seconds'] === undefined) === (state['Timestamp'] === undefined)) report(where, 'needs either Seconds or Timestamp');
}
