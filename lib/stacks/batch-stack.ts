import { CfnSecurityConfiguration } from 'aws-cdk-lib/aws-glue';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { JOBS, OUTPUTS, pascal } from '../../contracts/platform-names.ts';
import type { JobName } from '../../contracts/platform-names.ts';
import type { PlatformConfig } from '../config/platform-config.ts';
import { findDataKey } from '../constructs/data-key/data-key.ts';
import { LakeJob } from '../constructs/lake-job/lake-job.ts';
import { lakePackage } from '../constructs/lake-package/lake-package.ts';
import { PlatformStack } from './platform-stack.ts';
import type { PlatformStackProps } from './platform-stack.ts';

interface JobSettings {
  readonly description: string;
  readonly workers: (batch: PlatformConfig['batch']) => number;
  readonly maxConcurrentRuns: number;
}

/** A second load at the same time takes over or waits by its lease; days are built side by side by backfills. */
const JOB_SETTINGS: Readonly<Record<JobName, JobSettings>> = {
  'ensure-tables': { description: 'Creates and evolves the tables of the lake from the contracts', workers: () => 2, maxConcurrentRuns: 1 },
  'load-silver': { description: 'Loads what is new in bronze into silver', workers: ({ loadWorkers }) => loadWorkers, maxConcurrentRuns: 2 },
  'build-gold': { description: 'Builds, audits and publishes days of gold', workers: ({ goldWorkers }) => goldWorkers, maxConcurrentRuns: 20 },
  'maintain-lake': { description: 'Compacts tables, expires snapshots, removes orphans', workers: ({ loadWorkers }) => loadWorkers, maxConcurrentRuns: 1 },
};

/** Everything that works on the lake in batches: Spark jobs, the state machines that run them, their schedules. */
export class BatchStack extends PlatformStack {
  private readonly key: IKey | undefined;

  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, props, { kind: 'batch', description: 'Spark jobs, their state machines and schedules', stateful: false });
    this.key = findDataKey(this, props.config);
    this.addJobs(props);
  }

  private addJobs({ config, lakeModel }: PlatformStackProps): void {
    const shared = { config, key: this.key, security: this.addSecurity(), package: new Asset(this, 'LakePackage', { path: lakePackage(lakeModel) }) };
    for (const name of JOBS) {
      const { description, workers, maxConcurrentRuns } = JOB_SETTINGS[name];
      const job = new LakeJob(this, `${pascal(name)}Job`, { ...shared, job: name, description, workers: workers(config.batch), maxConcurrentRuns });
      this.output(OUTPUTS.job(name), job.jobName, 'Name of the job');
    }
  }

  /** Logs and bookmarks of the jobs under the environment's own key, where it has one. */
  private addSecurity(): CfnSecurityConfiguration | undefined {
    if (this.key === undefined) return undefined;
    const { keyArn } = this.key;
    return new CfnSecurityConfiguration(this, 'JobSecurity', {
      name: `waybill-${this.environmentName}-jobs`,
      encryptionConfiguration: {
        cloudWatchEncryption: { cloudWatchEncryptionMode: 'SSE-KMS', kmsKeyArn: keyArn },
        jobBookmarksEncryption: { jobBookmarksEncryptionMode: 'CSE-KMS', kmsKeyArn: keyArn },
        s3Encryptions: [{ s3EncryptionMode: 'SSE-KMS', kmsKeyArn: keyArn }],
      },
    });
  }
}
