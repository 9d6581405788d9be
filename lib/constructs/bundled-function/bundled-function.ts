import { RemovalPolicy } from 'aws-cdk-lib';
import type { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Rights } from '../rights/rights.ts';
import type { Right } from '../rights/rights.ts';
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

/**
 * A function of `lambdas/`: its own role that may do what `allow` says and no more, its own log group with a retention,
 * its code bundled. Unnamed: CloudFormation chooses, so that a replacement never collides.
 */
export class BundledFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;
  private readonly rights: Rights;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', { retention: props.logRetentionDays, removalPolicy: RemovalPolicy.DESTROY });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.rights = new Rights(this, 'Allowed', this.role);
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
    this.function.node.addDependency(this.rights.policy);
  }

  /** Adds a right to the function's own role. */
  allow(right: Right): void {
    this.rights.allow(right);
  }
}
