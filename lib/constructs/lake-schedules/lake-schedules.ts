import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { Rights } from '../rights/rights.ts';

export interface LakeSchedulesProps {
  /** IANA zone in which times are read. */
  readonly timeZone: string;
  readonly enabled: boolean;
  /** Scheduler counts by group: environments of one account must not share one. */
  readonly group: string;
}

export interface ScheduledCall {
  /** `rate(15 minutes)` or `cron(0 2 * * ? *)`. */
  readonly expression: string;
  readonly description: string;
  /** ARN of a function or a state machine. */
  readonly targetArn: string;
  readonly action: 'lambda:InvokeFunction' | 'states:StartExecution';
  readonly input: Readonly<Record<string, unknown>>;
}

/** A night's start that came too late for a whole hour is left to the second one. */
const OLDEST_SECONDS = 3_600;

/** What begins by the clock. One role, which may start exactly these targets. */
export class LakeSchedules extends Construct {
  private readonly rights: Rights;
  private readonly role: Role;
  private readonly group: CfnScheduleGroup;
  private readonly props: LakeSchedulesProps;

  constructor(scope: Construct, id: string, props: LakeSchedulesProps) {
    super(scope, id);
    this.props = props;
    this.group = new CfnScheduleGroup(this, 'Group', { name: props.group });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    this.rights = new Rights(this, 'Allowed', this.role);
  }

  add(id: string, { expression, description, targetArn, action, input }: ScheduledCall): void {
    this.rights.allow({ actions: [action], resources: [targetArn] });
    const schedule = new CfnSchedule(this, id, {
      description,
      groupName: this.props.group,
      scheduleExpression: expression,
      scheduleExpressionTimezone: this.props.timeZone,
      state: this.props.enabled ? 'ENABLED' : 'DISABLED',
      flexibleTimeWindow: { mode: 'OFF' },
      target: { arn: targetArn, roleArn: this.role.roleArn, input: JSON.stringify(input), retryPolicy: { maximumEventAgeInSeconds: OLDEST_SECONDS, maximumRetryAttempts: 20 } },
    });
    schedule.node.addDependency(this.rights.policy, this.group);
  }
}
