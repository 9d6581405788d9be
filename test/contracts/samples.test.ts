import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalog } from '../../contracts/catalog.ts';
import { runtimeOf } from '../../contracts/load-contract.ts';
import type { Severity } from '../../contracts/model.ts';
import { dereference } from '../../contracts/schema/dereference.ts';
import type { JsonSchema } from '../../contracts/schema/json-schema.ts';
import { rulesOf } from '../../contracts/schema/rules.ts';
import { majorOf, validateEvent } from '../../contracts/validation/validate-event.ts';
import { FIXTURE_ROOT, OWN_ROOT } from './contract-roots.ts';

interface BadSample {
  readonly breaks: { readonly path: string; readonly rule: string; readonly severity: Severity; readonly when?: string };
  readonly event: unknown;
}

const read = (folder: string): [string, unknown][] => readdirSync(folder).map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown]);

/** List places become `*`, as rules name them. */
const identity = ({ path, rule, severity, when }: BadSample['breaks']): string => [path.replaceAll(/\/\d+(?=\/|$)/g, '/*'), rule, severity, when ?? ''].join(' ');

const identitiesOfRules = (schema: JsonSchema): string[] => rulesOf(dereference(schema)).map(identity);

const contracts = [OWN_ROOT, FIXTURE_ROOT].flatMap((root) => readCatalog(root).contracts);

describe.each(contracts.map((contract) => [contract.name, contract] as const))('samples of %s', (_name, contract) => {
  const runtime = runtimeOf(contract);
  const good = read(join(contract.directory, 'samples', 'good'));
  const bad = read(join(contract.directory, 'samples', 'bad')) as [string, BadSample][];

  it.each(good)('good/%s breaks no rule, not even one that only warns', (_file, event) => {
    expect(validateEvent(runtime, event)).toEqual([]);
  });

  it.each(bad)('bad/%s breaks the rule it states and no other', (_file, { breaks: { when, ...breaks }, event }) => {
    const violations = validateEvent(runtime, event);
    expect(violations.map(({ path, rule, severity }) => ({ path, rule, severity }))).toEqual([breaks]);
    // A field that is required only sometimes says when: two such rules of one field differ by nothing else.
    expect(violations[0]?.message).toContain(breaks.rule === 'required' && when?.startsWith('when') === true ? when : '');
  });

  it('has one bad sample for each rule of its schemas, and none for anything else', () => {
    const rules = contract.schemas.flatMap(({ major, schema }) => identitiesOfRules(schema).map((rule) => `${major} ${rule}`));
    const broken = bad.map(([, { breaks, event }]) => `${majorOf(event) ?? contract.schemas.at(-1)?.major} ${identity(breaks)}`);
    expect(broken.sort()).toEqual(rules.sort());
  });
});
