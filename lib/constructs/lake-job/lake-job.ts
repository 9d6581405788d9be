import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { CfnJob } from 'aws-cdk-lib/aws-glue';
import type { CfnSecurityConfiguration } from 'aws-cdk-lib/aws-glue';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import type { JobName } from '../../../contracts/platform-names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { jobScript } from '../lake-package/lake-package.ts';
import { LakeRole } from './lake-role.ts';
import { commonArguments, sparkConf } from './job-arguments.ts';

/** Glue 5.1: Spark 3.5.6, Python 3.11, Iceberg 1.10 (docs/sandbox.md names what runs in its place here). */
const GLUE_VERSION = '5.1';

export interface LakeJobProps {
  readonly job: JobName;
  readonly description: string;
  readonly config: PlatformConfig;
  readonly key: IKey | undefined;
  /** Encrypts logs and bookmarks; absent where the environment has no key of its own. */
  readonly security: CfnSecurityConfiguration | undefined;
  /** Zip with the package `waybill_lake`. */
  readonly package: Asset;
  /** Glue workers of type G.1X. */
  readonly workers: number;
  /** Runs at once. A load has a lease of its own; this is only about capacity. */
  readonly maxConcurrentRuns: number;
  /** Arguments beside those that every job gets. */
  readonly arguments?: Readonly<Record<string, string>>;
}

/** One Spark job of glue-scripts, with a role of its own. Unnamed; its name is an output of the stack. */
export class LakeJob extends Construct {
  readonly jobName: string;

  constructor(stack: PlatformStack, id: string, props: LakeJobProps) {
    super(stack, id);
    const { config } = props;
    const script = new Asset(this, 'Script', { path: jobScript(props.job) });
    const logs = new LogGroup(this, 'Logs', { retention: config.logRetentionDays, removalPolicy: RemovalPolicy.DESTROY });
    const { role, policy } = new LakeRole(this, 'Role', { stack, key: props.key, assets: [script, props.package], logs, putsAside: props.job === 'load-silver', encrypted: props.security !== undefined });
    const job = new CfnJob(this, 'Job', {
      description: props.description,
      role: role.roleArn,
      glueVersion: GLUE_VERSION,
      command: { name: 'glueetl', pythonVersion: '3', scriptLocation: script.s3ObjectUrl },
      workerType: 'G.1X',
      numberOfWorkers: props.workers,
      executionProperty: { maxConcurrentRuns: props.maxConcurrentRuns },
      // A load that failed is tried again by its state machine, which knows what is worth it.
      maxRetries: 0,
      timeout: config.batch.jobTimeoutMinutes,
      ...(props.security === undefined ? {} : { securityConfiguration: props.security.ref }),
      defaultArguments: {
        '--job-language': 'python',
        '--datalake-formats': 'iceberg',
        '--conf': sparkConf(`s3://${stack.bucketName('lake')}/warehouse`),
        '--extra-py-files': props.package.s3ObjectUrl,
        '--enable-metrics': 'true',
        '--enable-continuous-cloudwatch-log': 'true',
        '--continuous-log-logGroup': logs.logGroupName,
        ...commonArguments(stack, config),
        ...props.arguments,
      },
      tags: { 'waybill:environment': config.environment },
    });
    job.node.addDependency(policy);
    if (props.security === undefined) {
      for (const id of ['AwsSolutions-GL1', 'AwsSolutions-GL3']) {
        Validations.of(job).acknowledge({ id, reason: 'This environment has no key of its own by its profile; CloudWatch and S3 encrypt with their own keys, and the job uses no bookmarks.' });
      }
    }
    this.jobName = job.ref;
  }
}
