import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Policy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundleHandler } from './bundle-handler.ts';
import type { BundleRequest } from './bundle-handler.ts';

export interface BundledFunctionProps {
  /** One sentence for the console: what the function does and for what. */
  readonly description: string;
  readonly bundle: BundleRequest;
  /** MB; CPU grows with it, 1,769 is one whole CPU. */
  readonly memoryMegabytes: number;
  readonly timeout: Duration;
  /** By the names of `lambdas/<function>/names.ts`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Days. */
  readonly logRetentionDays: number;
}

/** A right that a function needs. */
export interface Right {
  readonly actions: readonly string[];
  /** ARNs. */
  readonly resources: readonly string[];
  /** Why a `*` in them is right; needed wherever there is one. */
  readonly wildcard?: string;
}

/**
 * A function of `lambdas/`: its own role that may do what `allow` says and no more, its own log group with a retention,
 * its code bundled. Unnamed: CloudFormation chooses, so that a replacement never collides.
 */
export class BundledFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;
  private readonly policy: Policy;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', { retention: props.logRetentionDays, removalPolicy: RemovalPolicy.DESTROY });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.policy = new Policy(this, 'Rights', { roles: [this.role] });
    this.allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] });
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundleHandler(props.bundle).directory),
      memorySize: props.memoryMegabytes,
      timeout: props.timeout,
      environment: { ...props.environment },
      logGroup,
      role: this.role,
    });
    this.function.node.addDependency(this.policy);
  }

  /** Adds a right to the function's own role. */
  allow({ actions, resources, wildcard }: Right): void {
    this.policy.addStatements(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
    for (const arn of resources.filter((resource) => resource.includes('*'))) this.acknowledge(arn, wildcard);
  }

  /** One acknowledgement per wildcard, for exactly that ARN: the next one somebody adds is a finding again. */
  private acknowledge(arn: string, reason: string | undefined): void {
    if (reason === undefined) throw new WildcardError(`The right of ${this.node.path} on ${spelledOut(this, arn)} says "*" without a reason. Say why in "wildcard".`);
    Validations.of(this.policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${spelledOut(this, arn)}]`, reason });
  }
}

/** A right with a `*` and no reason for it. */
export class WildcardError extends Error {
  override readonly name = 'WildcardError';
}

/** An ARN as cdk-nag spells it: what is only known at deployment in angle brackets, e.g. `arn:<AWS::Partition>:s3:::…`. */
function spelledOut(scope: Construct, arn: string): string {
  const resolved: unknown = Stack.of(scope).resolve(arn);
  if (typeof resolved === 'string') return resolved;
  const parts = (resolved as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? [resolved];
  return parts.map((part) => (typeof part === 'string' ? part : `<${String((part as { Ref?: string }).Ref)}>`)).join('');
}
