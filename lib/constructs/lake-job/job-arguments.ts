import { databaseName } from '../../../contracts/platform-names.ts';
import { metricNamespace } from '../../../contracts/metrics.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';

const CATALOG = 'spark.sql.catalog.lake';

/**
 * The catalog `lake` is Glue's, on S3. Its cache is off: with it a snapshot that another run committed was not seen. Glue takes
 * several settings in one argument, chained by `--conf`.
 *
 * @param warehouse `s3://bucket/prefix` below which tables lie.
 */
export function sparkConf(warehouse: string): string {
  return [
    'spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions',
    `${CATALOG}=org.apache.iceberg.spark.SparkCatalog`,
    `${CATALOG}.catalog-impl=org.apache.iceberg.aws.glue.GlueCatalog`,
    `${CATALOG}.io-impl=org.apache.iceberg.aws.s3.S3FileIO`,
    `${CATALOG}.warehouse=${warehouse}`,
    `${CATALOG}.cache-enabled=false`,
    // Manifests never change: what a run has read it does not ask S3 for again at its next commit.
    `${CATALOG}.io.manifest.cache-enabled=true`,
    'spark.sql.session.timeZone=UTC',
    // Rows that a job keeps are read once or twice: choosing an encoding per column took longer than that.
    'spark.sql.inMemoryColumnarStorage.compressed=false',
  ].join(' --conf ');
}

/** What every job is told; `waybill_lake/settings.py` reads it. */
export function commonArguments(stack: PlatformStack, { environment, batch, tracking }: PlatformConfig): Record<string, string> {
  return {
    '--environment': environment,
    '--silver-database': databaseName(environment, 'silver'),
    '--gold-database': databaseName(environment, 'gold'),
    '--ops-database': databaseName(environment, 'ops'),
    '--ledger-table': stack.tableName('lake-ledger'),
    '--bronze-bucket': stack.bucketName('bronze'),
    '--quarantine-bucket': stack.bucketName('quarantine'),
    '--lake-bucket': stack.bucketName('lake'),
    '--business-time-zone': batch.businessTimeZone,
    // Until another one is put into force in the ledger.
    '--default-logic': batch.logic,
    '--horizon-days': String(tracking.horizonDays),
    '--metric-namespace': metricNamespace(environment),
  };
}
