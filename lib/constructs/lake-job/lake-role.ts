import { ArnFormat } from 'aws-cdk-lib';
import type { Policy } from 'aws-cdk-lib/aws-iam';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { metricNamespace } from '../../../contracts/metrics.ts';
import { databaseName } from '../../../contracts/platform-names.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { WRITE_WITH_KEY } from '../data-key/data-key.ts';
import { Rights } from '../rights/rights.ts';

export interface LakeRoleProps {
  readonly stack: PlatformStack;
  readonly key: IKey | undefined;
  /** Script and package: exactly these two objects may be read. */
  readonly assets: readonly Asset[];
  readonly logs: LogGroup;
  /** The job loads silver: rows that may not be there it puts into quarantine. */
  readonly putsAside: boolean;
  /** The job has a security configuration, which it must be able to read. */
  readonly encrypted: boolean;
}

const LEDGER_ACTIONS = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'] as const;

/** What a Glue run may do: read bronze and quarantine, write the lake, keep the ledger, speak to the catalog. */
export class LakeRole extends Construct {
  readonly role: Role;
  private readonly rights: Rights;

  get policy(): Policy {
    return this.rights.policy;
  }

  constructor(scope: Construct, id: string, props: LakeRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('glue.amazonaws.com') });
    this.rights = new Rights(this, 'Allowed', this.role);
    this.allowObjects(props);
    this.allowCatalog(props.stack);
    this.allowLedger(props.stack);
    this.allowLogsAndMetrics(props);
    if (props.key !== undefined) this.rights.allow({ actions: WRITE_WITH_KEY, resources: [props.key.keyArn] });
  }

  private allowObjects({ stack, assets, putsAside }: LakeRoleProps): void {
    // Without wildcards: a run reads its own two files of the deployment's bucket, not other people's.
    for (const asset of assets) this.rights.allow({ actions: ['s3:GetObject'], resources: [asset.bucket.arnForObjects(asset.s3ObjectKey)] });
    const buckets = (['bronze', 'quarantine', 'lake'] as const).map((bucket) => stack.bucketArn(bucket));
    this.rights.allow({ actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: buckets });
    this.rights.allow({ actions: ['s3:GetObject'], resources: [`${stack.bucketArn('bronze')}/*`, `${stack.bucketArn('quarantine')}/*`], wildcard: 'A load reads whichever objects of bronze and quarantine the ledger names.' });
    if (putsAside) this.rights.allow({ actions: ['s3:PutObject'], resources: [`${stack.bucketArn('quarantine')}/*/rows/*`], wildcard: 'A load puts aside rows of any contract and hour, below rows/ only: what archive-events wrote stays as it is.' });
    this.rights.allow({
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      resources: [`${stack.bucketArn('lake')}/*`],
      wildcard: 'Iceberg names its own files below each table, and removes those that no snapshot needs.',
    });
  }

  private allowCatalog(stack: PlatformStack): void {
    const arn = (resource: string): string => stack.formatArn({ service: 'glue', resource });
    const databases = (['silver', 'gold', 'ops'] as const).map((layer) => databaseName(stack.environmentName, layer));
    this.rights.allow({ actions: ['glue:GetDatabase', 'glue:GetDatabases'], resources: [arn('catalog'), ...databases.map((name) => arn(`database/${name}`))] });
    this.rights.allow({
      actions: ['glue:GetTable', 'glue:GetTables', 'glue:GetTableVersions', 'glue:CreateTable', 'glue:UpdateTable', 'glue:DeleteTable'],
      resources: [arn('catalog'), ...databases.flatMap((name) => [arn(`database/${name}`), arn(`table/${name}/*`)])],
      wildcard: 'Tables of these three databases follow from the contracts, and adding a contract adds one.',
    });
  }

  private allowLedger(stack: PlatformStack): void {
    const table = stack.tableArn('lake-ledger');
    this.rights.allow({ actions: LEDGER_ACTIONS, resources: [table] });
    this.rights.allow({ actions: ['dynamodb:Query'], resources: [`${table}/index/open`] });
  }

  private allowLogsAndMetrics({ stack, logs, encrypted }: LakeRoleProps): void {
    this.rights.allow({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logs.logGroupArn] });
    const jobLogs = stack.formatArn({ service: 'logs', resource: 'log-group', resourceName: '/aws-glue/*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    this.rights.allow({
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:AssociateKmsKey'],
      resources: [jobLogs],
      wildcard: 'Glue writes the output of every run to log groups of its own naming.',
    });
    this.rights.allow({
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      onlyWhere: { 'cloudwatch:namespace': [metricNamespace(stack.environmentName), 'Glue'] },
      wildcard: 'PutMetricData knows no resources; the condition admits the two namespaces of these runs.',
    });
    if (encrypted) this.rights.allow({ actions: ['glue:GetSecurityConfiguration'], resources: ['*'], wildcard: 'GetSecurityConfiguration knows no resources to restrict it to.' });
  }
}
