/** The dictionary page of a contract: all that a producer or an analyst must know to use it, from its files. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogContract, CatalogSchema } from '../catalog.ts';
import type { ContractDescriptor } from '../model.ts';
import { dereference } from '../schema/dereference.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { typesOf } from '../schema/json-schema.ts';
import { TYPE_WORDS } from '../schema/rule-text.ts';
import type { Rule } from '../schema/rules.ts';
import { pointerPart, rulesOf } from '../schema/rules.ts';
import { QUARANTINE_RULES } from '../quarantine-rules.ts';
import { renderLakeSection } from './render-lake-section.ts';

/** The page in Markdown. */
export function renderDictionary(contract: CatalogContract): string {
  const { name, descriptor, schemas } = contract;
  return [
    `<!-- Generated from contracts/${name}: do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts -->`,
    `# ${name}`,
    descriptor.description,
    facts(contract),
    WEIGHTS,
    ...schemas.toReversed().map((version) => renderVersion(version)),
    samples(contract),
    QUARANTINE,
    renderLakeSection(contract),
    versionsAndDates(contract),
  ].join('\n\n').concat('\n');
}

const WEIGHTS = `## What a broken rule does

| weight | the event |
|---|---|
| \`reject\` | goes to quarantine with every broken rule and its original bytes |
| \`warn\` | is kept and counted |
| \`range\` | is kept and counted; the field counts as absent |

Weight counts for the field's type, its presence and its rules, unless a rule names another.

Fields that this page does not name are kept and never refused: a newer minor version may send them.`;

const QUARANTINE = `## Reasons in quarantine

Every reason carries \`path\` (the field), \`rule\` and \`message\`. \`rule\` is a word of JSON Schema (\`required\`, \`type\`, \`enum\`, \`pattern\`, \`format\`, \`minLength\` …), or a code of the platform in capitals:

| rule | meaning |
|---|---|
${Object.entries(QUARANTINE_RULES).map(([rule, meaning]) => `| \`${rule}\` | ${meaning} |`).join('\n')}

Rules that only warn or void a field never stand in quarantine alone, but beside a rule that rejects they are listed too.`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`).join('\n');

const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(', ');
const duration = (minutes: number): string => (minutes % 60 === 0 && minutes > 0 ? `${minutes / 60} h` : `${minutes} min`);

function facts({ descriptor }: CatalogContract): string {
  return table(['', ''], [
    ['owner', descriptor.owner],
    ['consumers', consumers(descriptor)],
    ['key of the stream', code(descriptor.entityKey)],
    ['event time', code(descriptor.eventTime)],
    ['identity of an event', codes(descriptor.identity)],
    ['content (same identity, other content: a conflict)', codes(descriptor.content)],
    ['personal data', descriptor.personalData.length === 0 ? 'none' : codes(descriptor.personalData)],
    ['stream', `${descriptor.stream.mode}, ${descriptor.stream.shards} ${descriptor.stream.shards === 1 ? 'shard' : 'shards'}, kept ${descriptor.stream.retentionHours} h`],
    ['kept in bronze', `${descriptor.bronzeRetentionDays} days`],
    ['freshness', `in silver within ${duration(descriptor.freshnessMinutes)}`],
    ['silence', `alarm after ${duration(descriptor.silenceMinutes)} without an event`],
  ]);
}

const consumers = ({ consumers: all }: ContractDescriptor): string => all.map(({ name, reads }) => `${name} (${reads.includes('*') ? 'all fields' : codes(reads)})`).join('; ') || 'none yet';

function renderVersion({ version, schema }: CatalogSchema): string {
  const whole = dereference(schema);
  const rules = rulesOf(whole);
  const parts = [`## Version ${version}`, whole.description ?? '', fieldTable(whole, { rules, path: '' }), wholeRules(rules), ...objects(whole, rules), enumerations(whole)];
  return parts.filter((part) => part !== '').join('\n\n');
}

interface Part {
  readonly rules: readonly Rule[];
  /** JSON pointer of the object whose fields are listed, `*` for entries of lists. */
  readonly path: string;
}

function fieldTable(schema: JsonSchema, { rules, path }: Part): string {
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const own = rules.filter((rule) => rule.path === `${path}/${pointerPart(name)}`);
    const required = own.filter(({ rule, message }) => rule === 'required' && message === undefined);
    const weight = own.find(({ rule }) => rule === 'type')?.severity ?? own[0]?.severity;
    return [code(name), typeText(field), required.map((rule) => rule.when ?? 'yes').join('; '), weight === undefined ? '' : code(weight), rulesText(own, weight), meaning(field)];
  });
  return table(['field', 'type', 'required', 'weight', 'rules', 'meaning'], rows);
}

const IN_OTHER_COLUMNS = new Set(['type', 'required']);

/** The rules of one field beyond type and presence; a weight only where it is not the field's own. */
function rulesText(own: readonly Rule[], weight: string | undefined): string {
  return own
    .filter(({ rule, message }) => !IN_OTHER_COLUMNS.has(rule) || message !== undefined)
    .map(({ says, severity, rule }) => `${says}${/^[A-Z]/.test(rule) ? ` (${code(rule)})` : ''}${severity === weight ? '' : `: ${code(severity)}`}`)
    .join('<br>');
}

function typeText(schema: JsonSchema): string {
  if (schema.format === 'date-time') return 'date and time';
  const types = typesOf(schema).map((type) => TYPE_WORDS[type].replace(/^an? /, ''));
  return schema.items === undefined ? types.join(' or ') : `list of ${typeText(schema.items)}`;
}

function meaning({ description = '', examples = [] }: JsonSchema): string {
  return examples.length === 0 ? description : `${description} Example: ${codes(examples.map(String))}`;
}

function wholeRules(rules: readonly Rule[]): string {
  const own = rules.filter(({ path }) => path === '');
  return own.length === 0 ? '' : `The whole event: ${own.map(({ says, severity }) => `${says} (${code(severity)})`).join('; ')}.`;
}

/** A table for each object inside the event, by its place. */
function objects(schema: JsonSchema, rules: readonly Rule[], path = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const object = field.items ?? field;
    const place = `${path}/${pointerPart(name)}${field.items === undefined ? '' : '/*'}`;
    if (object.properties === undefined) return [];
    return [`### ${code(place)}\n\n${fieldTable(object, { rules, path: place })}`, ...objects(object, rules, place)];
  });
}

function enumerations(schema: JsonSchema): string {
  const found = enumerated(schema, '');
  if (found.length === 0) return '';
  return `### Values\n\n${table(['field', 'values'], found.map(([path, field]) => [code(path), (field.enum ?? []).map((value) => valueText(String(value), field)).join(', ')]))}`;
}

const valueText = (value: string, field: JsonSchema): string => {
  const words = field['x-enum']?.[value];
  return words === undefined ? code(value) : `${code(value)} (${words})`;
};

function enumerated(schema: JsonSchema, path: string): [string, JsonSchema][] {
  const own: [string, JsonSchema][] = schema.enum === undefined ? [] : [[path, schema]];
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => enumerated(field, `${path}/${pointerPart(name)}`));
  return [...own, ...fields, ...(schema.items === undefined ? [] : enumerated(schema.items, `${path}/*`))];
}

const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).sort() : []);

function samples({ name, directory }: CatalogContract): string {
  const good = filesIn(join(directory, 'samples', 'good'));
  const bad = filesIn(join(directory, 'samples', 'bad')).length;
  const [first] = good;
  const shown = first === undefined ? '' : `\n\n\`${first}\`:\n\n\`\`\`json\n${readFileSync(join(directory, 'samples', 'good', first), 'utf8').trim()}\n\`\`\``;
  return `## Samples\n\nGood, in \`contracts/${name}/samples/good\`: ${codes(good.map((file) => file.replace('.json', ''))) || 'none yet'}. Bad, in \`samples/bad\`: ${bad}, each breaks one rule.${shown}`;
}

function versionsAndDates({ directory, schemas, descriptor }: CatalogContract): string {
  const released = filesIn(join(directory, 'released')).map((file) => file.replace('.schema.json', ''));
  const rows = schemas.map(({ major, version }) => {
    const end = descriptor.deprecatedAfter?.[String(major)];
    return [`${major}.x`, version, codes(released.filter((one) => one.startsWith(`${major}.`))) || 'none yet', end === undefined ? 'no end date' : `not to be sent after ${end}`];
  });
  return `## Versions\n\n${table(['major', 'this page', 'published', 'producers'], rows)}\n\nA compatible change raises the minor version, a breaking one needs a new major beside the old: \`npx waybill contract check\`.`;
}
