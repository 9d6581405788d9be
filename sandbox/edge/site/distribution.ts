/** A CloudFront distribution as its template has it, read into what the sandbox serves. */
import { asObject, type JsonObject, numberOf, textOf } from '../../json.ts';

export type Origin = { readonly kind: 'bucket'; readonly bucket: string; readonly path: string } | { readonly kind: 'api'; readonly apiId: string; readonly path: string };

export interface Behavior {
  /** `*` for the default behaviour. */
  readonly pattern: string;
  readonly methods: readonly string[];
  readonly origin: Origin;
  readonly compress: boolean;
  readonly headers: HeadersPolicy;
}

export interface HeadersPolicy {
  /** Set on every answer; with `override` also over the origin's own. */
  readonly set: readonly { readonly name: string; readonly value: string; readonly override: boolean }[];
  readonly remove: readonly string[];
}

export interface ErrorPage {
  readonly code: number;
  readonly responseCode: number;
  /** Absent: only the code changes. */
  readonly path?: string;
}

export interface Distribution {
  readonly id: string;
  readonly rootObject: string;
  /** The first whose pattern matches serves; the default one is last. */
  readonly behaviors: readonly Behavior[];
  readonly errorPages: readonly ErrorPage[];
}

/** The distribution asks for something that is not served here. */
export class UnsupportedDistributionError extends Error {
  override readonly name = 'UnsupportedDistributionError';
}

const TYPES = { distribution: 'AWS::CloudFront::Distribution', headers: 'AWS::CloudFront::ResponseHeadersPolicy' };
const BUCKET = /^(.+)\.s3[.-][a-z0-9-]+\.amazonaws\.com$|^(.+)\.s3\.amazonaws\.com$/;
const API = /^([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com$/;
const DEFAULT_METHODS = ['GET', 'HEAD'];

/** What the control plane keeps: type, physical id, properties. The first enabled distribution is the sandbox's site. @throws UnsupportedDistributionError */
export function findDistribution(stored: readonly JsonObject[]): Distribution | undefined {
  const policies = new Map(stored.filter(({ type }) => type === TYPES.headers).map((entry) => [textOf(entry['physicalId']), asObject(asObject(entry['properties'])['ResponseHeadersPolicyConfig'])]));
  const configs = stored.filter(({ type }) => type === TYPES.distribution).map((entry) => ({ id: textOf(entry['physicalId']), config: asObject(asObject(entry['properties'])['DistributionConfig']) }));
  const found = configs.find(({ config }) => isOn(config['Enabled']));
  return found === undefined ? undefined : parse(found.id, found.config, policies);
}

function parse(id: string, config: JsonObject, policies: ReadonlyMap<string, JsonObject>): Distribution {
  const origins = new Map(objects(config['Origins']).map((origin) => [textOf(origin['Id']), origin]));
  const behavior = (raw: JsonObject, pattern: string): Behavior => {
    if (objects(raw['FunctionAssociations']).length + objects(raw['LambdaFunctionAssociations']).length > 0) throw new UnsupportedDistributionError(`Distribution ${id}, behaviour ${pattern}: functions at the edge are not built into the sandbox.`);
    const methods = Array.isArray(raw['AllowedMethods']) ? raw['AllowedMethods'].map(String) : DEFAULT_METHODS;
    return { pattern, methods, origin: toOrigin(id, origins.get(textOf(raw['TargetOriginId'])) ?? {}), compress: isOn(raw['Compress']), headers: toHeaders(policies.get(textOf(raw['ResponseHeadersPolicyId'])) ?? {}) };
  };
  return {
    id,
    rootObject: textOf(config['DefaultRootObject']),
    behaviors: [...objects(config['CacheBehaviors']).map((raw) => behavior(raw, textOf(raw['PathPattern']))), behavior(asObject(config['DefaultCacheBehavior']), '*')],
    errorPages: objects(config['CustomErrorResponses']).map((raw) => ({ code: numberOf(raw['ErrorCode']), responseCode: numberOf(raw['ResponseCode']) || numberOf(raw['ErrorCode']), ...(textOf(raw['ResponsePagePath']) === '' ? {} : { path: textOf(raw['ResponsePagePath']) }) })),
  };
}

function toOrigin(id: string, raw: JsonObject): Origin {
  const domain = textOf(raw['DomainName']);
  const path = textOf(raw['OriginPath']).replace(/\/$/, '');
  const bucket = BUCKET.exec(domain);
  if (bucket !== null) return { kind: 'bucket', bucket: bucket[1] ?? bucket[2] ?? '', path };
  const apiId = API.exec(domain)?.[1];
  if (apiId !== undefined) return { kind: 'api', apiId, path };
  throw new UnsupportedDistributionError(`Distribution ${id}: origin "${domain}" is neither a bucket (<name>.s3.<region>.amazonaws.com) nor an HTTP API (<id>.execute-api.<region>.amazonaws.com), so the sandbox cannot serve from it.`);
}

function toHeaders(config: JsonObject): HeadersPolicy {
  const security = asObject(config['SecurityHeadersConfig']);
  const section = (name: string): JsonObject | undefined => (security[name] === undefined ? undefined : asObject(security[name]));
  const transport = section('StrictTransportSecurity');
  const age = transport === undefined ? '' : `max-age=${String(transport['AccessControlMaxAgeSec'])}${isOn(transport['IncludeSubdomains']) ? '; includeSubDomains' : ''}${isOn(transport['Preload']) ? '; preload' : ''}`;
  const given: [name: string, section: JsonObject | undefined, value: unknown][] = [
    ['content-security-policy', section('ContentSecurityPolicy'), section('ContentSecurityPolicy')?.['ContentSecurityPolicy']],
    ['x-content-type-options', section('ContentTypeOptions'), 'nosniff'],
    ['x-frame-options', section('FrameOptions'), section('FrameOptions')?.['FrameOption']],
    ['referrer-policy', section('ReferrerPolicy'), section('ReferrerPolicy')?.['ReferrerPolicy']],
    ['strict-transport-security', transport, age],
    ...objects(asObject(config['CustomHeadersConfig'])['Items']).map((item): [string, JsonObject, unknown] => [textOf(item['Header']).toLowerCase(), item, item['Value']]),
  ];
  return {
    set: given.flatMap(([name, from, value]) => (from === undefined ? [] : [{ name, value: String(value), override: isOn(from['Override']) }])),
    remove: objects(asObject(config['RemoveHeadersConfig'])['Items']).map((item) => textOf(item['Header']).toLowerCase()),
  };
}

/** CloudFront's path patterns: `*` any characters, `?` one; case counts; a leading slash may be left out. */
export function behaviorOf({ behaviors }: Pick<Distribution, 'behaviors'>, path: string): Behavior | undefined {
  return behaviors.find(({ pattern }) => {
    const text = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
    const source = text.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
    return new RegExp(`^${source}$`).test(path);
  });
}

/** Templates write booleans as text, too. */
const isOn = (value: unknown): boolean => value === true || value === 'true';
const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.map(asObject) : []);
