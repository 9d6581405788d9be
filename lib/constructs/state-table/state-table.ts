import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

export interface StateTableProps {
  readonly tableName: string;
  /** @default - a key that DynamoDB owns, without cost */
  readonly key: IKey | undefined;
  readonly removalPolicy: RemovalPolicy;
  /** Can be set back to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
  /** Whoever follows its changes finds the stream by this parameter: AWS chooses its ARN. @default - no stream */
  readonly streamParameter?: string;
}

/** A table keyed by `pk` and `sk`, paid per request; rows go when their `expiresAt` (epoch seconds) has passed. */
export class StateTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: StateTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      tableName: props.tableName,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: props.pointInTimeRecovery },
      deletionProtection: props.removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy: props.removalPolicy,
      ...(props.streamParameter === undefined ? {} : { stream: StreamViewType.NEW_AND_OLD_IMAGES }),
      ...(props.key === undefined ? { encryption: TableEncryption.DEFAULT } : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.key }),
    });
    if (props.streamParameter !== undefined && this.table.tableStreamArn !== undefined) {
      new StringParameter(this, 'StreamArn', { parameterName: props.streamParameter, stringValue: this.table.tableStreamArn });
    }
    if (!props.pointInTimeRecovery) {
      Validations.of(this.table).acknowledge({ id: 'AwsSolutions-DDB3', reason: 'The environment does without (pointInTimeRecovery in its configuration): its state can be folded again from bronze.' });
    }
  }
}
