import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';

export interface LakeDatabaseProps {
  readonly catalogId: string;
  readonly databaseName: string;
  readonly description: string;
  /** `s3://…` where tables lie that name no place of their own. */
  readonly location: string;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A database of the catalog, without tables: those are made and evolved by ensure-tables, because an update by CloudFormation
 * would strip the pointer to an Iceberg table's metadata. Default permissions are stated: what an account's Lake Formation
 * settings say must not decide who reads.
 */
export class LakeDatabase extends Construct {
  constructor(scope: Construct, id: string, props: LakeDatabaseProps) {
    super(scope, id);
    const database = new CfnDatabase(this, 'Database', {
      catalogId: props.catalogId,
      databaseName: props.databaseName,
      databaseInput: {
        name: props.databaseName,
        description: props.description,
        locationUri: props.location,
        createTableDefaultPermissions: [{ principal: { dataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' }, permissions: ['ALL'] }],
      },
    });
    database.applyRemovalPolicy(props.removalPolicy);
  }
}
