import { propertiesOf, resourcesOf, spelled, statementsOf } from './support/resources.ts';
import { synthesize } from './support/synthesize.ts';

const OWN = { config: 'test/infra/fixtures/own-environment.json' };
const JOBS = ['BackfillDaysJob', 'BuildGoldJob', 'CompareLogicJob', 'EnsureTablesJob', 'LoadSilverJob', 'MaintainLakeJob'];

const job = (context: Parameters<typeof synthesize>[0], name: string): Record<string, unknown> => spelled(propertiesOf(synthesize(context), 'AWS::Glue::Job', name)) as Record<string, unknown>;

interface Machine { readonly QueryLanguage: string; readonly StartAt: string; readonly States: Readonly<Record<string, { readonly Type: string; readonly Next?: string; readonly Default?: string; readonly Choices?: readonly { readonly Next: string }[]; readonly Catch?: readonly { readonly Next: string }[]; readonly End?: boolean; readonly Resource?: string }>> }

function machine(name: string): Machine {
  const { DefinitionString } = spelled(propertiesOf(synthesize({ env: 'prod' }), 'AWS::StepFunctions::StateMachine', name)) as { DefinitionString: string };
  return JSON.parse(DefinitionString) as Machine;
}

describe('Spark jobs', () => {
  it.each(JOBS)('%s runs on Glue 5.1 with Iceberg, from its own script, and says where everything is', (name) => {
    expect(job(OWN, name)).toMatchObject({
      GlueVersion: '5.1',
      WorkerType: 'G.1X',
      MaxRetries: 0,
      Timeout: 120,
      Command: { Name: 'glueetl', PythonVersion: '3' },
      DefaultArguments: {
        '--datalake-formats': 'iceberg',
        '--environment': 'acme',
        '--silver-database': 'waybill_acme_silver',
        '--gold-database': 'waybill_acme_gold',
        '--ops-database': 'waybill_acme_ops',
        '--ledger-table': 'waybill-acme-lake-ledger',
        '--bronze-bucket': 'waybill-acme-bronze-123456789012-eu-west-1',
        '--lake-bucket': 'waybill-acme-lake-123456789012-eu-west-1',
        '--business-time-zone': 'Europe/Berlin',
        '--default-logic': 'v2',
        '--horizon-days': expect.stringMatching(/^\d+$/) as string,
        '--extra-py-files': expect.stringMatching(/\.zip$/) as string,
      },
    });
  });

  it('see what others have committed: the catalog keeps no cache, and its tables lie in the lake bucket', () => {
    const { DefaultArguments } = job(OWN, 'LoadSilverJob') as { DefaultArguments: Record<string, string> };
    const conf = (DefaultArguments['--conf'] ?? '').split(' --conf ');
    expect(conf).toContain('spark.sql.catalog.lake.cache-enabled=false');
    expect(conf).toContain('spark.sql.catalog.lake.io.manifest.cache-enabled=true');
    expect(conf).toContain('spark.sql.catalog.lake.warehouse=s3://waybill-acme-lake-123456789012-eu-west-1/warehouse');
    expect(conf).toContain('spark.sql.session.timeZone=UTC');
  });

  it('have their logs and bookmarks under the environment\'s key where it has one', () => {
    expect(job({ env: 'prod' }, 'LoadSilverJob')).toHaveProperty('SecurityConfiguration');
    expect(job({ env: 'dev' }, 'LoadSilverJob')).not.toHaveProperty('SecurityConfiguration');
    expect(propertiesOf(synthesize({ env: 'prod' }), 'AWS::Glue::SecurityConfiguration', 'JobSecurity')).toMatchObject({ EncryptionConfiguration: { CloudWatchEncryption: { CloudWatchEncryptionMode: 'SSE-KMS' }, JobBookmarksEncryption: { JobBookmarksEncryptionMode: 'CSE-KMS' } } });
  });

  it('write nothing but the lake and the ledger', () => {
    for (const name of JOBS) {
      const { PolicyDocument } = spelled(propertiesOf(synthesize(OWN), 'AWS::IAM::Policy', `${name}RoleRights`)) as { PolicyDocument: unknown };
      const writes = statementsOf(PolicyDocument).filter(({ Action }) => Action.some((action) => /^s3:(Put|Delete)|^dynamodb:(Put|Update|Delete)/.test(action))).flatMap(({ Resource }) => Resource);
      const aside = name === 'LoadSilverJob' ? ['arn:aws:s3:::waybill-acme-quarantine-123456789012-eu-west-1/*/rows/*'] : [];
      expect(writes).toEqual([...aside, 'arn:aws:s3:::waybill-acme-lake-123456789012-eu-west-1/*', 'arn:aws:dynamodb:eu-west-1:123456789012:table/waybill-acme-lake-ledger']);
    }
  });
});

describe.each(['BackfillDaysMachine', 'CompareLogicMachine', 'IngestSilverMachine', 'PublishDayMachine'])('%s', (name) => {
  it('is written in JSONata throughout', () => {
    const text = JSON.stringify(machine(name));
    expect(machine(name).QueryLanguage).toBe('JSONata');
    expect(text).not.toMatch(/"(\w*Path|Parameters|ResultSelector)":/);
  });

  it('has no state that leads nowhere, and none that nothing leads to', () => {
    const { StartAt, States } = machine(name);
    const targets = Object.values(States).flatMap(({ Next, Default, Choices = [], Catch = [] }) => [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((each) => each.Next)].filter((next) => next !== undefined));
    expect(targets.filter((target) => States[target] === undefined)).toEqual([]);
    expect(Object.keys(States).filter((state) => state !== StartAt && !targets.includes(state))).toEqual([]);
    expect(Object.entries(States).filter(([, { Type, Next, End, Default }]) => !['Succeed', 'Fail'].includes(Type) && Next === undefined && Default === undefined && End !== true)).toEqual([]);
  });

  it('logs every step and is traced', () => {
    expect(propertiesOf(synthesize({ env: 'prod' }), 'AWS::StepFunctions::StateMachine', name)).toMatchObject({ LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true }, TracingConfiguration: { Enabled: true } });
  });
});

describe('publish-day', () => {
  it('tries what passes again, and tells people what does not', () => {
    const { States } = machine('PublishDayMachine');
    for (const [name, state] of Object.entries(States).filter(([, { Type }]) => Type === 'Task')) {
      expect(state).toMatchObject({ Retry: expect.arrayContaining([expect.objectContaining({ BackoffRate: expect.any(Number) as number })]) as unknown });
      // Neither a person or an alarm that cannot be told nor an estimate that cannot be made stops a run.
      expect([name, state.Catch?.[0]?.Next]).toEqual([name, name.startsWith('Tell') || ['MeasureBuilds', 'NoteRefusal'].includes(name) ? state.Next : 'TellFailure']);
    }
  });
});

describe('schedules', () => {
  const schedules = (env: string): Record<string, unknown>[] => resourcesOf(synthesize({ env }), 'AWS::Scheduler::Schedule').map(({ resource }) => spelled(resource.Properties) as Record<string, unknown>).filter(({ GroupName }) => GroupName === `waybill-${env}`);

  it('start publish-day at two and at three of the business time zone: one of them exists every night', () => {
    expect(schedules('prod').map(({ ScheduleExpression, ScheduleExpressionTimezone, State }) => [ScheduleExpression, ScheduleExpressionTimezone, State])).toEqual([
      ['rate(15 minutes)', 'Europe/Berlin', 'ENABLED'],
      ['cron(0 2 * * ? *)', 'Europe/Berlin', 'ENABLED'],
      ['cron(0 3 * * ? *)', 'Europe/Berlin', 'ENABLED'],
    ]);
  });

  it('load as often as the profile says', () => {
    expect(schedules('dev')[0]).toMatchObject({ ScheduleExpression: 'rate(60 minutes)' });
  });
});
