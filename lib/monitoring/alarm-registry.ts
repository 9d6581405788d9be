import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ComparisonOperator, IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Stack } from 'aws-cdk-lib';
import { runbookPage } from './alarm-kinds.ts';
import type { AlarmKind } from './alarm-kinds.ts';

/** One alarm of an environment, as a list or a test wants it. */
export interface RegisteredAlarm {
  readonly name: string;
  readonly kind: AlarmKind;
  readonly subject: string;
}

export interface AlarmRequest {
  readonly kind: AlarmKind;
  /** What is watched, e.g. `archive-events-shipment-event`; kind and subject make the alarm's name. */
  readonly subject: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  /** Periods in a row that must be bad. */
  readonly periods: number;
}

/** Where an alarm is made and finds the topics: a stack that knows their ARNs. */
export interface AlarmScope extends Stack {
  topicArn(severity: AlarmKind['severity']): string;
}

/** Two alarms of one name would be one alarm in CloudWatch. */
export class AlarmNameError extends Error {
  override readonly name = 'AlarmNameError';
}

/**
 * Every alarm of an environment passes here, so none is without a name, a severity, a choice for missing data, an
 * action and a runbook. An alarm lies in the stack of what it watches and goes with it.
 */
export class AlarmRegistry {
  readonly environment: string;
  private readonly byName = new Map<string, RegisteredAlarm>();

  constructor(environment: string) {
    this.environment = environment;
  }

  get alarms(): readonly RegisteredAlarm[] {
    return [...this.byName.values()];
  }

  add(scope: AlarmScope, { kind, subject, metric, threshold, comparison, periods }: AlarmRequest): Alarm {
    const name = `waybill-${this.environment}-${kind.id}-${subject}`;
    if (this.byName.has(name)) throw new AlarmNameError(`Two alarms are called "${name}". Give the second another subject.`);
    this.byName.set(name, { name, kind, subject });
    const alarm = new Alarm(scope, `${kind.id}-${subject}`, {
      alarmName: name,
      alarmDescription: `[SEV-${kind.severity}] ${subject}: ${kind.meaning} Do: ${runbookPage(kind)}`,
      metric,
      threshold,
      comparisonOperator: comparison,
      evaluationPeriods: periods,
      datapointsToAlarm: periods,
      treatMissingData: kind.missingData,
    });
    const action = new SnsAction(topicOf(scope, kind));
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    return alarm;
  }
}

function topicOf(scope: AlarmScope, { severity }: AlarmKind): ITopic {
  const id = `TopicSev${severity}`;
  return (scope.node.tryFindChild(id) as ITopic | undefined) ?? Topic.fromTopicArn(scope, id, scope.topicArn(severity));
}
