import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { bucketName, stackName, streamName, tableName, topicName } from '../../contracts/platform-names.ts';
import type { StackKind } from '../../contracts/platform-names.ts';
import type { PlatformConfig } from '../config/platform-config.ts';
import type { DeployedContract } from '../contracts/deployed-contract.ts';
import type { AlarmRegistry } from '../monitoring/alarm-registry.ts';

/** What every stack of an environment is made from. */
export interface PlatformStackProps {
  readonly config: PlatformConfig;
  readonly contracts: readonly DeployedContract[];
  /** The lake as the contracts declare it, JSON (contracts/lake). */
  readonly lakeModel: string;
  readonly alarms: AlarmRegistry;
  /** Of everything that holds data. */
  readonly removalPolicy: RemovalPolicy;
}

interface Identity {
  readonly kind: StackKind;
  readonly description: string;
  /** Holds data: may be protected against deletion. */
  readonly stateful: boolean;
}

/**
 * A stack of one environment, and the names and ARNs by which it finds what other stacks made. By name, never by an
 * export: an export cannot be removed while someone imports it, so removing a contract would be blocked.
 */
export class PlatformStack extends Stack {
  protected readonly config: PlatformConfig;
  readonly environmentName: string;

  constructor(scope: Construct, { config }: PlatformStackProps, { kind, description, stateful }: Identity) {
    super(scope, kind, {
      stackName: stackName(config.environment, kind),
      description: `Waybill ${config.environment}: ${description}`,
      terminationProtection: stateful && config.terminationProtection,
      analyticsReporting: false,
      env: { ...(config.account === undefined ? {} : { account: config.account }), ...(config.region === undefined ? {} : { region: config.region }) },
    });
    this.config = config;
    this.environmentName = config.environment;
    Tags.of(this).add('waybill:environment', config.environment);
  }

  bucketName(bucket: Parameters<typeof bucketName>[1]): string {
    return bucketName(this.environmentName, bucket, this.account, this.region);
  }

  bucketArn(bucket: Parameters<typeof bucketName>[1]): string {
    return `arn:${this.partition}:s3:::${this.bucketName(bucket)}`;
  }

  tableName(table: Parameters<typeof tableName>[1]): string {
    return tableName(this.environmentName, table);
  }

  tableArn(table: Parameters<typeof tableName>[1]): string {
    return this.formatArn({ service: 'dynamodb', resource: 'table', resourceName: this.tableName(table) });
  }

  streamArn(contract: string): string {
    return this.formatArn({ service: 'kinesis', resource: 'stream', resourceName: streamName(this.environmentName, contract) });
  }

  topicArn(severity: 1 | 2 | 3): string {
    return this.formatArn({ service: 'sns', resource: topicName(this.environmentName, severity) });
  }

  /** An output under exactly this name (contracts/platform-names.ts, OUTPUTS): how the CLI finds what was deployed. */
  protected output(name: string, value: string, description: string): void {
    new CfnOutput(this, `${name}Output`, { value, description }).overrideLogicalId(name);
  }
}
