/** Deploys the tiny job into a sandbox by CloudFormation, and runs it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetJobRunCommand, GlueClient, StartJobRunCommand } from '@aws-sdk/client-glue';
import type { JobRun } from '@aws-sdk/client-glue';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Sandbox } from '../harness.ts';
import { zip } from '../lambda/zip.ts';
import { until } from '../../until.ts';

export const BUCKET = 'tiny-lake';
export const DATABASE = 'tiny_silver';
const ENDED = ['SUCCEEDED', 'FAILED', 'STOPPED', 'TIMEOUT'];

/** As a job of the app carries them. */
const DEFAULTS = {
  '--job-language': 'python',
  '--datalake-formats': 'iceberg',
  '--enable-metrics': 'true',
  '--enable-continuous-cloudwatch-log': 'true',
  '--continuous-log-logGroup': '/waybill/tiny',
  '--extra-py-files': `s3://${BUCKET}/code/library.zip`,
  '--conf': [
    'spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions',
    'spark.sql.catalog.lake=org.apache.iceberg.spark.SparkCatalog',
    'spark.sql.catalog.lake.catalog-impl=org.apache.iceberg.aws.glue.GlueCatalog',
    'spark.sql.catalog.lake.io-impl=org.apache.iceberg.aws.s3.S3FileIO',
    `spark.sql.catalog.lake.warehouse=s3://${BUCKET}/warehouse`,
    'spark.sql.session.timeZone=UTC',
  ].join(' --conf '),
  '--database': DATABASE,
  '--input': `s3://${BUCKET}/in/`,
  '--output': `s3://${BUCKET}/out/answer.json`,
  '--run': 'default',
};

interface JobShape { readonly name: string; readonly maxRetries?: number; readonly maxConcurrentRuns?: number }

function template(jobs: readonly JobShape[]): string {
  const resource = ({ name, maxRetries = 0, maxConcurrentRuns = 1 }: JobShape): object => ({
    Type: 'AWS::Glue::Job',
    DependsOn: 'Database',
    Properties: {
      Name: name, Role: 'arn:aws:iam::000000000000:role/tiny', GlueVersion: '5.0', WorkerType: 'G.1X', NumberOfWorkers: 2, Timeout: 30, MaxRetries: maxRetries,
      ExecutionProperty: { MaxConcurrentRuns: maxConcurrentRuns },
      Command: { Name: 'glueetl', PythonVersion: '3', ScriptLocation: `s3://${BUCKET}/code/tiny_job.py` },
      DefaultArguments: DEFAULTS,
    },
  });
  const database = { Type: 'AWS::Glue::Database', Properties: { CatalogId: '000000000000', DatabaseInput: { Name: DATABASE } } };
  return JSON.stringify({ Resources: { Database: database, ...Object.fromEntries(jobs.map((job) => [job.name.replaceAll('-', ''), resource(job)])) } });
}

export interface TinyLake {
  readonly glue: GlueClient;
  readonly s3: S3Client;
  start(job: string, given?: Readonly<Record<string, string>>): Promise<string>;
  run(job: string, id: string): Promise<JobRun>;
  /** Waits until the run is in one of the states, or has ended. */
  reach(job: string, id: string, ...states: string[]): Promise<JobRun>;
  /** What the last run that succeeded left. */
  answer(): Promise<{ rows: { id: string; value: number; run: string }[]; argv: string[] }>;
  put(key: string, content: string): Promise<void>;
  close(): void;
}

export async function deployTinyLake(sandbox: Sandbox, jobs: readonly JobShape[]): Promise<TinyLake> {
  const glue = new GlueClient(sandbox.client);
  const s3 = new S3Client(sandbox.client);
  const cloudFormation = new CloudFormationClient(sandbox.client);
  const put = async (key: string, content: string | Buffer): Promise<void> => void (await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: content })));
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await put('code/tiny_job.py', readFileSync(join(import.meta.dirname, 'tiny_job.py')));
  await put('code/library.zip', zip({ 'tiny_library.py': 'def table_name():\n    return "events"\n' }));
  await put('in/part-1.ndjson', '{"id": "a", "value": 1}\n{"id": "b", "value": 2}\n');
  await cloudFormation.send(new CreateStackCommand({ StackName: 'tiny', TemplateBody: template(jobs) }));
  await until(async () => (await cloudFormation.send(new DescribeStacksCommand({ StackName: 'tiny' }))).Stacks?.[0]?.StackStatus === 'CREATE_COMPLETE', 'the stack was made');
  cloudFormation.destroy();

  const run = async (job: string, id: string): Promise<JobRun> => (await glue.send(new GetJobRunCommand({ JobName: job, RunId: id }))).JobRun ?? {};
  return {
    glue,
    s3,
    run,
    put,
    start: async (job, given = {}) => (await glue.send(new StartJobRunCommand({ JobName: job, Arguments: given }))).JobRunId ?? '',
    async reach(job, id, ...states) {
      let found: JobRun = {};
      await until(async () => {
        found = await run(job, id);
        return [...states, ...ENDED].includes(found.JobRunState ?? '');
      }, `run ${id.slice(0, 9)} of ${job} reached ${states.join(' or ') || 'its end'}`, 120_000);
      return found;
    },
    async answer() {
      const object = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'out/answer.json' }));
      return JSON.parse(await (object.Body?.transformToString() ?? '')) as { rows: { id: string; value: number; run: string }[]; argv: string[] };
    },
    close() {
      glue.destroy();
      s3.destroy();
    },
  };
}
