import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { pascal, workGroupName } from '../../../contracts/platform-names.ts';
import { sqlFiles } from '../lake-views/sql-file.ts';
import type { Databases } from '../lake-views/sql-file.ts';
import { readNamedQuery } from './named-query.ts';
import type { NamedQuery } from './named-query.ts';

export interface WorkGroupProps {
  readonly environment: string;
  /** Names known at synth: they stand in the text of the named queries. */
  readonly databases: Databases;
  /** Name of the bucket that takes results. */
  readonly resultsBucket: string;
  /** Key of the results. @default - S3's own */
  readonly key: IKey | undefined;
  /** Bytes that one query may read; Athena's least is 10,000,000. */
  readonly scanLimitBytes: number;
}

/** Prefix of results in their bucket. */
export const RESULTS_PREFIX = 'athena/';

/** All named queries, by name. */
export const namedQueries = (): NamedQuery[] => sqlFiles('named').map(readNamedQuery);

/** Where an environment's queries run: a limit on what one may read, results in one place whoever asks, and the named queries. */
export class WorkGroup extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: WorkGroupProps) {
    super(scope, id);
    const group = new CfnWorkGroup(this, 'WorkGroup', {
      name: workGroupName(props.environment),
      description: `Queries on the lake of ${props.environment}`,
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        bytesScannedCutoffPerQuery: props.scanLimitBytes,
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        requesterPaysEnabled: false,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${props.resultsBucket}/${RESULTS_PREFIX}`,
          encryptionConfiguration: props.key === undefined ? { encryptionOption: 'SSE_S3' } : { encryptionOption: 'SSE_KMS', kmsKey: props.key.keyArn },
        },
      },
    });
    this.name = workGroupName(props.environment);
    for (const query of namedQueries()) this.addNamedQuery(query, group, props);
  }

  private addNamedQuery(query: NamedQuery, group: CfnWorkGroup, { databases }: WorkGroupProps): void {
    const named = new CfnNamedQuery(this, pascal(query.name), {
      name: query.name,
      description: query.description,
      database: databases.gold,
      queryString: query.sql(databases),
      workGroup: this.name,
    });
    named.addResourceDependency(group);
  }
}
