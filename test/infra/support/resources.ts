import type { StackKind } from '../../../contracts/platform-names.ts';
import type { Resource, Synthesized, TemplateJson } from './synthesize.ts';

/** The environments that come with the platform. */
export const ENVIRONMENTS = ['local', 'dev', 'staging', 'prod'] as const;

export interface Found {
  readonly kind: StackKind;
  readonly id: string;
  readonly resource: Resource;
}

export function stackOf({ stacks }: Synthesized, kind: StackKind): TemplateJson {
  const stack = stacks[kind];
  if (stack === undefined) throw new Error(`There is no stack ${kind}.`);
  return stack.template;
}

/** Every resource of an environment, with the kind of its stack. */
export function allResources({ stacks }: Synthesized): Found[] {
  return Object.entries(stacks).flatMap(([kind, { template }]) => Object.entries(template.Resources).map(([id, resource]) => ({ kind: kind as StackKind, id, resource })));
}

export function resourcesOf(environment: Synthesized, type: string): Found[] {
  return allResources(environment).filter(({ resource }) => resource.Type === type);
}

/** Properties of the one resource of a type, or of the one whose logical id begins so. */
export function propertiesOf(environment: Synthesized, type: string, idPrefix = ''): Readonly<Record<string, unknown>> {
  const found = resourcesOf(environment, type).filter(({ id }) => id.startsWith(idPrefix));
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} resources of type ${type} begin with "${idPrefix}": ${found.map(({ id }) => id).join(', ')}`);
  return only.resource.Properties ?? {};
}

/** A value of a template with what is only known at deployment spelled in brackets: `arn:<AWS::Partition>:s3:::…`. */
export function spelled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spelled);
  if (typeof value !== 'object' || value === null) return value;
  const intrinsic = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]]; 'Fn::GetAtt'?: [string, string] };
  if (intrinsic.Ref !== undefined) return `<${intrinsic.Ref}>`;
  if (intrinsic['Fn::Join'] !== undefined) return intrinsic['Fn::Join'][1].map(spelled).join(intrinsic['Fn::Join'][0]);
  if (intrinsic['Fn::GetAtt'] !== undefined) return `<${intrinsic['Fn::GetAtt'].join('.')}>`;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, spelled(entry)]));
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** Statements of a policy document, spelled; actions and resources always as lists. */
export function statementsOf(document: unknown): (Statement & { readonly Action: readonly string[]; readonly Resource: readonly string[] })[] {
  const { Statement: statements } = spelled(document) as { Statement: Statement[] };
  const list = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);
  return statements.map((statement) => ({ ...statement, Action: list(statement.Action), Resource: list(statement.Resource) }));
}
