import { Stack, Validations } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** What somebody may do. */
export interface Right {
  readonly actions: readonly string[];
  /** ARNs. */
  readonly resources: readonly string[];
  /** `StringEquals` conditions. */
  readonly onlyWhere?: Readonly<Record<string, string | readonly string[]>>;
  /** Why a `*` in them is right; needed wherever there is one. */
  readonly wildcard?: string;
}

/** A right with a `*` and no reason for it. */
export class WildcardError extends Error {
  override readonly name = 'WildcardError';
}

/** The policy of one role. A wildcard in it is acknowledged for exactly that ARN, with its reason: the next one somebody adds is a finding again. */
export class Rights extends Construct {
  readonly policy: Policy;

  constructor(scope: Construct, id: string, role: Role) {
    super(scope, id);
    // The policy keeps the place in the tree that it had before this class was: its logical id follows from it.
    this.policy = new Policy(scope, 'Rights', { roles: [role] });
  }

  allow({ actions, resources, onlyWhere, wildcard }: Right): void {
    const conditions = onlyWhere === undefined ? {} : { conditions: { StringEquals: onlyWhere } };
    this.policy.addStatements(new PolicyStatement({ actions: [...actions], resources: [...resources], ...conditions }));
    for (const arn of resources.filter((resource) => resource.includes('*'))) this.acknowledge(arn, wildcard);
  }

  private acknowledge(arn: string, reason: string | undefined): void {
    if (reason === undefined) throw new WildcardError(`The right of ${this.node.scope?.node.path ?? ''} on ${spelledOut(this, arn)} says "*" without a reason. Say why in "wildcard".`);
    Validations.of(this.policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${spelledOut(this, arn)}]`, reason });
  }
}

/** An ARN as cdk-nag spells it: what is only known at deployment in angle brackets, e.g. `arn:<AWS::Partition>:s3:::…`. */
function spelledOut(scope: Construct, arn: string): string {
  const resolved: unknown = Stack.of(scope).resolve(arn);
  if (typeof resolved === 'string') return resolved;
  const parts = (resolved as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? [resolved];
  return parts.map((part) => (typeof part === 'string' ? part : `<${reference(part)}>`)).join('');
}

function reference(part: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = part as { Ref?: string; 'Fn::GetAtt'?: string[] };
  return Ref ?? attribute?.join('.') ?? '?';
}
