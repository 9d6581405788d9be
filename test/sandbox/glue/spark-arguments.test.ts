import { sandboxConf } from '../../../sandbox/edge/glue/sandbox-conf.ts';
import { continuousGroup, JobArgumentError, pinnedModules, sparkArguments, splitConf } from '../../../sandbox/edge/glue/spark-arguments.ts';
import type { LakeEnvironment } from '../../../sandbox/lake-environment.ts';

const INSTALLED = pinnedModules('# head\nboto3==1.44.5 \\\n    --hash=sha256:aa\nduckdb-ext-iceberg==1.4.4.20260205 \\\nlibrt==0.16.0 ; python_version > "3" \\\n');
const asked = (given: Record<string, string>): ReturnType<typeof sparkArguments> => sparkArguments('load-silver', given, INSTALLED);

describe('the arguments of a Glue job', () => {
  it('reach the script when they are its own, and only then', () => {
    const { script } = asked({ '--run': 'r1', '--job-language': 'python', '--enable-metrics': 'true', '--TempDir': 's3://b/tmp', '--lake-bucket': 'lake', '--conf': 'a=b', '--datalake-formats': 'iceberg' });
    expect(script).toEqual(['--run', 'r1', '--lake-bucket', 'lake', '--JOB_NAME', 'load-silver']);
  });

  it('hold several settings of Spark in one, chained', () => {
    expect(splitConf('a=b --conf c=d=e --conf f=--x')).toEqual({ a: 'b', c: 'd=e', f: '--x' });
    expect(splitConf('')).toEqual({});
  });

  it('name files of S3 in lists', () => {
    expect(asked({ '--extra-py-files': 's3://b/one.zip, s3://b/two.py', '--extra-jars': 's3://b/x.jar', '--extra-files': '' })).toMatchObject({ pyFiles: ['s3://b/one.zip', 's3://b/two.py'], jars: ['s3://b/x.jar'], files: [] });
  });

  it.each([
    ['false', undefined, undefined],
    ['true', undefined, '/aws-glue/jobs/logs-v2'],
    ['true', '/waybill/load', '/waybill/load'],
  ])('say where the log goes continuously: %s, %s', (enabled, group, expected) => {
    expect(continuousGroup({ '--enable-continuous-cloudwatch-log': enabled, ...(group === undefined ? {} : { '--continuous-log-logGroup': group }) })).toBe(expected);
  });

  it('may want packages that the environment has, in any spelling of the name', () => {
    expect(() => asked({ '--additional-python-modules': 'boto3==1.44.5,duckdb_ext.iceberg' })).not.toThrow();
  });

  it.each([
    ['a package that is not there', { '--additional-python-modules': 'boto3,great-expectations==1.0' }, 'no great-expectations'],
    ['another version of one', { '--additional-python-modules': 'boto3==1.0.0' }, 'boto3==1.44.5'],
    ['another table format', { '--datalake-formats': 'iceberg,hudi' }, '--datalake-formats got "hudi"'],
    ['a setting without a value', { '--conf': 'a=b --conf spark.x' }, '--conf got "spark.x"'],
  ])('are refused, by name, for %s', (_what, given, words) => {
    expect(() => asked(given)).toThrow(JobArgumentError);
    expect(() => asked(given)).toThrow(words);
  });
});

describe('the settings of Spark in the sandbox', () => {
  const environment: LakeEnvironment = { pins: 'p', python: '/py', sparkHome: '/spark', javaHome: '/java', jars: ['/j/a.jar', '/j/b.jar'], duckdbExtensions: '/d', sharedArchive: '/my cache/classes', versions: '' };
  const own = {
    'spark.sql.catalog.lake': 'org.apache.iceberg.spark.SparkCatalog',
    'spark.sql.catalog.lake.warehouse': 's3://lake/warehouse',
    'spark.sql.shuffle.partitions': '7',
    'spark.master': 'yarn',
    'spark.driver.extraJavaOptions': '-Dmine=1',
  };
  const conf = (workers = 2, more: Partial<LakeEnvironment> = {}): Record<string, string> => sandboxConf(own, { environment: { ...environment, ...more }, endpoint: 'http://127.0.0.1:1', region: 'eu-central-1', cores: 2, scratch: '/s', jars: ['/j/own.jar'], workers });

  it('keep the job\'s own and lead its catalogs and S3 to the sandbox', () => {
    expect(conf()).toMatchObject({
      'spark.sql.catalog.lake.warehouse': 's3://lake/warehouse',
      'spark.sql.catalog.lake.glue.endpoint': 'http://127.0.0.1:1',
      'spark.sql.catalog.lake.s3.path-style-access': 'true',
      'spark.hadoop.fs.s3a.endpoint': 'http://127.0.0.1:1',
      'spark.sql.shuffle.partitions': '7',
      'spark.driver.extraClassPath': '/j/a.jar:/j/b.jar:/j/own.jar',
    });
    expect(Object.keys(conf()).filter((key) => key.endsWith('.glue.endpoint'))).toEqual(['spark.sql.catalog.lake.glue.endpoint']);
  });

  it('decide about cores and memory themselves, by the workers that are asked for', () => {
    expect(conf(2)).toMatchObject({ 'spark.master': 'local[2]', 'spark.driver.memory': '1g', 'spark.driver.extraJavaOptions': expect.stringContaining('TieredStopAtLevel=1') as string });
    expect(conf(10)).toMatchObject({ 'spark.driver.memory': '2g', 'spark.driver.extraJavaOptions': expect.not.stringContaining('TieredStopAtLevel') as string });
  });

  it('keep the job\'s Java options, and quote what Spark would split', () => {
    const options = conf()['spark.driver.extraJavaOptions'] ?? '';
    expect(options.startsWith('-Dmine=1 ')).toBe(true);
    expect(options).toContain('"-XX:SharedArchiveFile=/my cache/classes"');
    expect(conf(2, { sharedArchive: null })['spark.driver.extraJavaOptions']).not.toContain('SharedArchiveFile');
  });
});
