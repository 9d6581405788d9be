import { ConfigError } from './config-error.ts';
import type { ConfigMistake } from './config-error.ts';
import { configRules } from './config-rules.ts';
import type { EntriesRule, FieldRule, GroupRule, MapRule, ValueRule } from './field-rules.ts';
import { nearestName } from './nearest-name.ts';
import { noticeMistakes } from './notice-rule.ts';
import { SANDBOX_ACCOUNT } from './platform-config.ts';
import type { PlatformConfig } from './platform-config.ts';
import { withDefaults } from './with-defaults.ts';
import { isObject } from '../../contracts/json-object.ts';

export interface ValidateOptions {
  /** What an environment file exported; nothing is believed about it. */
  readonly input: unknown;
  /** Where it came from, for the message. */
  readonly source: string;
  /** Names of the contracts, which `streams` may mention. */
  readonly contracts: readonly string[];
}

/** The complete configuration, or one error that lists every wrong field. */
export function validateConfig({ input, source, contracts }: ValidateOptions): PlatformConfig {
  const mistakes = checkGroup({ rule: configRules(contracts), given: input, path: '' });
  if (mistakes.length === 0) {
    const config = withDefaults(input);
    mistakes.push(...checkTogether(config));
    if (mistakes.length === 0) return config;
  }
  throw new ConfigError({ environment: nameOf(input), source, mistakes });
}

interface Checked<Rule> {
  readonly rule: Rule;
  readonly given: unknown;
  readonly path: string;
}

function check({ rule, given, path }: Checked<FieldRule>): ConfigMistake[] {
  switch (rule.kind) {
    case 'value':
      return checkValue({ rule, given, path });
    case 'group':
      return checkGroup({ rule, given, path });
    case 'map':
      return checkMap({ rule, given, path });
    case 'entries':
      return checkEntries({ rule, given, path });
  }
}

function checkValue({ rule, given, path }: Checked<ValueRule>): ConfigMistake[] {
  if (given === undefined && !rule.required) return [];
  return rule.accepts(given) ? [] : [{ field: path, got: rule.hidden === true && typeof given === 'string' ? 'a text that is not shown here' : shown(given), allowed: rule.allowed, example: shown(rule.example) }];
}

function checkGroup({ rule, given, path }: Checked<GroupRule>): ConfigMistake[] {
  if (given === undefined && path !== '') return [];
  if (!isObject(given)) return [{ field: path === '' ? '(the whole file)' : path, got: shown(given), allowed: `an object with ${Object.keys(rule.fields).join(', ')}` }];
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(rule.fields, name));
  return [
    ...Object.entries(rule.fields).flatMap(([name, field]) => check({ rule: field, given: given[name], path: join(path, name) })),
    ...unknown.map((name) => notKnown({ path, name, known: Object.keys(rule.fields), what: 'a field' })),
  ];
}

function checkMap({ rule, given, path }: Checked<MapRule>): ConfigMistake[] {
  if (given === undefined) return [];
  if (!isObject(given)) return [{ field: path, got: shown(given), allowed: `an object whose keys are each the name of ${rule.nameOf}` }];
  return Object.entries(given).flatMap(([name, entry]) =>
    rule.names.includes(name)
      ? checkGroup({ rule: rule.each, given: entry, path: join(path, name) })
      : [notKnown({ path, name, known: rule.names, what: rule.nameOf })],
  );
}

function checkEntries({ rule, given, path }: Checked<EntriesRule>): ConfigMistake[] {
  if (given === undefined) return [];
  const kinds = Object.keys(rule.kinds);
  const example = shown(rule.example);
  if (!Array.isArray(given)) return [{ field: path, got: shown(given), allowed: `a list of objects, each with ${rule.by}: ${kinds.join(', ')}`, example: `[${example}]` }];
  return given.flatMap((entry: unknown, at) => {
    const field = `${path}[${at}]`;
    if (!isObject(entry)) return [{ field, got: shown(entry), allowed: `an object with ${rule.by}: ${kinds.join(', ')}`, example }];
    const kind = kinds.find((name) => name === entry[rule.by]);
    const each = kind === undefined ? undefined : rule.kinds[kind];
    if (each === undefined) return [{ field: join(field, rule.by), got: shown(entry[rule.by]), allowed: kinds.map((name) => JSON.stringify(name)).join(', '), example }];
    return checkGroup({ rule: each, given: entry, path: field });
  });
}

function notKnown({ path, name, known, what }: { path: string; name: string; known: readonly string[]; what: string }): ConfigMistake {
  const near = nearestName(name, known);
  const allowed = known.join(', ');
  return { field: join(path, name), got: `a name that is not ${what} here`, allowed, ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }) };
}

/** Rules over several fields; only asked when each field by itself is right. */
function checkTogether(config: PlatformConfig): ConfigMistake[] {
  const mistakes: ConfigMistake[] = [];
  if (config.ephemeral && config.account !== SANDBOX_ACCOUNT) {
    mistakes.push({ field: 'ephemeral', got: 'true', allowed: `true only with account "${SANDBOX_ACCOUNT}", the sandbox`, example: 'false' });
  }
  if ((config.site.domainName === undefined) !== (config.site.certificateArn === undefined)) {
    const missing = config.site.domainName === undefined ? 'domainName' : 'certificateArn';
    mistakes.push({ field: `site.${missing}`, got: 'nothing', allowed: 'domainName and certificateArn, or neither (then CloudFront gives an address)', example: missing === 'domainName' ? '"ops.example.com"' : '"arn:aws:acm:us-east-1:123456789012:certificate/0f1e"' });
  }
  if (config.site.tiles?.url.startsWith('http:') === true && config.account !== SANDBOX_ACCOUNT) {
    mistakes.push({ field: 'site.tiles.url', got: shown(config.site.tiles.url), allowed: 'an https URL; plain http only in the sandbox', example: '"https://tiles.example.com/{z}/{x}/{y}.png"' });
  }
  if ((config.api.issuer === undefined) !== (config.api.audience === undefined)) {
    const missing = config.api.issuer === undefined ? 'issuer' : 'audience';
    mistakes.push({ field: `api.${missing}`, got: 'nothing', allowed: 'issuer and audience, or neither (then a Cognito pool is made)', example: missing === 'issuer' ? '"https://login.example.com/tenant"' : '["waybill"]' });
  }
  if (config.batch.agreement <= config.batch.objective) {
    mistakes.push({ field: 'batch.agreement', got: shown(config.batch.agreement), allowed: `a time of day after batch.objective (${config.batch.objective})`, example: '"06:00"' });
  }
  if (config.live.fleetBoundSeconds <= config.live.fleetRefreshSeconds) {
    mistakes.push({ field: 'live.fleetBoundSeconds', got: shown(config.live.fleetBoundSeconds), allowed: `more than live.fleetRefreshSeconds (${config.live.fleetRefreshSeconds})`, example: '12' });
  }
  if (config.terminationProtection && config.ephemeral) {
    mistakes.push({ field: 'terminationProtection', got: 'true', allowed: 'false where ephemeral is true', example: 'false' });
  }
  return [...mistakes, ...noticeMistakes(config)];
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);


const nameOf = (input: unknown): string => (isObject(input) && typeof input['environment'] === 'string' ? input['environment'] : '?');

const shown = (given: unknown): string => (given === undefined ? 'nothing' : typeof given === 'function' ? 'a function' : JSON.stringify(given));
