import { ArnFormat, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { Rights } from '../rights/rights.ts';
import type { Right } from '../rights/rights.ts';

export interface LakeMachineProps {
  readonly description: string;
  /** In Amazon States Language with JSONata; values may hold tokens. */
  readonly definition: Readonly<Record<string, unknown>>;
  /** What its tasks need. */
  readonly rights: readonly Right[];
  readonly timeout: Duration;
  /** Labels of its distributed maps, where it has some: the machine then starts children of itself. */
  readonly mapLabels?: readonly string[];
  /** Days. */
  readonly logRetentionDays: number;
}

/** What Step Functions itself needs to deliver logs and traces; these actions know no resources. */
const OWN_RIGHTS: readonly Right[] = [
  {
    actions: ['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'],
    resources: ['*'],
    wildcard: 'Log deliveries and traces know no resources; AWS documents these rights for every machine that logs.',
  },
  { actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'], resources: ['*'], wildcard: 'Log deliveries and traces know no resources; AWS documents these rights for every machine that logs.' },
];

/** A state machine with a role of its own, every step in its log. Unnamed; its ARN is an output of the stack. */
export class LakeMachine extends Construct {
  readonly machine: StateMachine;

  constructor(stack: PlatformStack, id: string, props: LakeMachineProps) {
    super(stack, id);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    const rights = new Rights(this, 'Allowed', role);
    for (const right of [...OWN_RIGHTS, ...props.rights]) rights.allow(right);
    this.machine = new StateMachine(this, 'Machine', {
      comment: props.description,
      definitionBody: DefinitionBody.fromString(stack.toJsonString({ Comment: props.description, QueryLanguage: 'JSONata', ...props.definition })),
      role: role.withoutPolicyUpdates(),
      timeout: props.timeout,
      tracingEnabled: true,
      logs: { level: LogLevel.ALL, includeExecutionData: true, destination: new LogGroup(this, 'Logs', { retention: props.logRetentionDays, removalPolicy: RemovalPolicy.DESTROY }) },
    });
    this.machine.node.addDependency(rights.policy);
    if (props.mapLabels !== undefined) this.allowChildren(stack, role, props.mapLabels);
  }

  /** In a policy of its own: the first one stands before the machine, this one names it. */
  private allowChildren(stack: PlatformStack, role: Role, labels: readonly string[]): void {
    const rights = new Rights(new Construct(this, 'Children'), 'Allowed', role);
    const executions = (of: string): string => stack.formatArn({ service: 'states', resource: 'execution', resourceName: `${this.machine.stateMachineName}${of}:*`, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    rights.allow({ actions: ['states:StartExecution'], resources: [this.machine.stateMachineArn] });
    rights.allow({ actions: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'], resources: [executions(''), ...labels.map((label) => executions(`/${label}`))], wildcard: 'A distributed map starts, stops and redrives children of its own machine, under names that it makes.' });
  }
}
