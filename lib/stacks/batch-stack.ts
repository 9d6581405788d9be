import { Duration } from 'aws-cdk-lib';
import { CfnSecurityConfiguration } from 'aws-cdk-lib/aws-glue';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { metricNamespace } from '../../contracts/metrics.ts';
import { JOBS, OUTPUTS, databaseName, pascal } from '../../contracts/platform-names.ts';
import type { JobName, MachineName } from '../../contracts/platform-names.ts';
import type { PlatformConfig } from '../config/platform-config.ts';
import { DayGate } from '../constructs/day-gate/day-gate.ts';
import { findDataKey } from '../constructs/data-key/data-key.ts';
import { LakeJob } from '../constructs/lake-job/lake-job.ts';
import { LakeMachine } from '../constructs/lake-machine/lake-machine.ts';
import { lakePackage } from '../constructs/lake-package/lake-package.ts';
import { LakeViews } from '../constructs/lake-views/lake-views.ts';
import { LakeSchedules } from '../constructs/lake-schedules/lake-schedules.ts';
import { backfillDays } from '../constructs/machines/backfill-days.ts';
import { compareLogic } from '../constructs/machines/compare-logic.ts';
import { ingestSilver } from '../constructs/machines/ingest-silver.ts';
import { publishDay } from '../constructs/machines/publish-day.ts';
import { NoticeTopic } from '../constructs/notice-topic/notice-topic.ts';
import type { Right } from '../constructs/rights/rights.ts';
import { StartRun } from '../constructs/start-run/start-run.ts';
import { WorkGroup } from '../constructs/work-group/work-group.ts';
import { addDayRefused, addGoldLate, addLogicMismatch, addObjectsWaiting, addRunFailed, addScheduleDropped } from '../monitoring/batch-alarms.ts';
import { PlatformStack } from './platform-stack.ts';
import type { PlatformStackProps } from './platform-stack.ts';

interface JobSettings {
  readonly description: string;
  readonly workers: (batch: PlatformConfig['batch']) => number;
  readonly maxConcurrentRuns: number;
}

/** No backfill is wider (lib/config/config-rules.ts, cli/backfill/ask.ts). */
const MOST_BACKFILL_RUNS = 20;

/** A second load at the same time takes over or waits by its lease; days are built side by side by backfills. */
const JOB_SETTINGS: Readonly<Record<JobName, JobSettings>> = {
  'ensure-tables': { description: 'Creates and evolves the tables of the lake from the contracts', workers: () => 2, maxConcurrentRuns: 1 },
  'load-silver': { description: 'Loads what is new in bronze into silver', workers: ({ loadWorkers }) => loadWorkers, maxConcurrentRuns: 2 },
  'build-gold': { description: 'Builds, audits and publishes days of gold', workers: ({ goldWorkers }) => goldWorkers, maxConcurrentRuns: 20 },
  'backfill-days': { description: 'Builds, audits and publishes days of gold for backfills, beside the live days', workers: ({ goldWorkers }) => goldWorkers, maxConcurrentRuns: MOST_BACKFILL_RUNS },
  'compare-logic': { description: 'Builds days with a candidate beside the current state, and reports what differs', workers: ({ goldWorkers }) => goldWorkers, maxConcurrentRuns: 3 },
  'maintain-lake': { description: 'Compacts tables, expires snapshots, removes orphans', workers: ({ loadWorkers }) => loadWorkers, maxConcurrentRuns: 1 },
};

/** Twice a night: a local time that is skipped in spring is followed by one that is not, and the run has one name. */
const PUBLISH_HOURS = [2, 3] as const;

/** Machines whose runs fail when a rule refuses a day. */
const BUILD_GOLD: readonly MachineName[] = ['publish-day', 'backfill-days'];

/** Everything that works on the lake in batches: Spark jobs, the state machines that run them, their schedules. */
export class BatchStack extends PlatformStack {
  private readonly key: IKey | undefined;
  private readonly props: PlatformStackProps;

  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, props, { kind: 'batch', description: 'Spark jobs, their state machines and schedules', stateful: false });
    this.props = props;
    const { config } = props;
    this.key = findDataKey(this, config);
    const jobs = this.addJobs();
    const ingest = this.addMachine('ingest-silver', { description: 'Loads what is new into silver', definition: ingestSilver({ loadJob: jobs['load-silver'] }), rights: [this.runJobs(jobs['load-silver'])], timeout: Duration.hours(4) });
    const notices = new NoticeTopic(this, 'LakeNotices', { environment: config.environment, key: this.key, listeners: config.alarms.notifySev3 });
    const publish = this.addPublishDay(jobs, notices);
    this.addBackfillDays(jobs, notices);
    this.addCompareLogic(jobs, notices);
    this.addSchedules(ingest, publish);
    this.addAlarms();
    this.addQueries();
  }

  /** What analysts meet: a work group with a limit, views with stable names, queries to begin with. */
  private addQueries(): void {
    const { environment, lake } = this.config;
    const databases = { silver: databaseName(environment, 'silver'), gold: databaseName(environment, 'gold'), ops: databaseName(environment, 'ops') };
    const group = new WorkGroup(this, 'WorkGroup', { environment, databases, resultsBucket: this.bucketName('query-results'), key: this.key, scanLimitBytes: lake.queryScanLimitGigabytes * 1_000_000_000 });
    new LakeViews(this, 'Views', { catalogId: this.account, databases });
    this.output(OUTPUTS.workGroup, group.name, 'Athena work group');
  }

  private addJobs(): Readonly<Record<JobName, string>> {
    const { config, lakeModel } = this.props;
    const shared = { config, key: this.key, security: this.addSecurity(), package: new Asset(this, 'LakePackage', { path: lakePackage(lakeModel) }) };
    const names = JOBS.map((name): [JobName, string] => {
      const { description, workers, maxConcurrentRuns } = JOB_SETTINGS[name];
      const { jobName } = new LakeJob(this, `${pascal(name)}Job`, { ...shared, job: name, description, workers: workers(config.batch), maxConcurrentRuns });
      this.output(OUTPUTS.job(name), jobName, 'Name of the job');
      return [name, jobName];
    });
    return Object.fromEntries(names) as Record<JobName, string>;
  }

  private addPublishDay(jobs: Readonly<Record<JobName, string>>, notices: NoticeTopic): LakeMachine {
    const { batch, environment } = this.config;
    const gate = new DayGate(this, 'DayGate', { contracts: this.props.contracts, config: this.config, key: this.key });
    const lakeBucket = this.bucketName('lake');
    const settings = { environment, lakeBucket, restateDays: batch.restateDays, restateWeeklyDays: batch.restateWeeklyDays, workers: batch.goldWorkers, windowSeconds: this.config.ingest.batchWindowSeconds };
    return this.addMachine('publish-day', {
      description: 'One business day, from the gate to its readers',
      definition: publishDay({ ...settings, loadJob: jobs['load-silver'], goldJob: jobs['build-gold'], gateFunctionArn: gate.function.functionArn, topicArn: notices.topic.topicArn }),
      rights: [
        this.runJobs(jobs['load-silver'], jobs['build-gold']),
        { actions: ['lambda:InvokeFunction'], resources: [gate.function.functionArn] },
        { actions: ['s3:GetObject'], resources: [`${this.bucketArn('lake')}/runs/build-gold/*`], wildcard: 'A run reads the result that its own job wrote under its own name.' },
        ...notices.publishRights(),
        this.noteRefusals(),
        ...(this.key === undefined ? [] : [{ actions: ['kms:Decrypt'], resources: [this.key.keyArn] }]),
      ],
      timeout: Duration.hours(12),
    });
  }

  private addBackfillDays(jobs: Readonly<Record<JobName, string>>, notices: NoticeTopic): void {
    const { batch, environment } = this.config;
    this.output(OUTPUTS.backfillSettings, JSON.stringify({ width: batch.backfillWidth, daysPerRun: batch.backfillDaysPerRun, workers: batch.goldWorkers }), 'How backfills are made when nobody says otherwise');
    this.addMachine('backfill-days', {
      description: 'Days of gold, some at once, each by itself',
      definition: backfillDays({ environment, job: jobs['backfill-days'], lakeBucket: this.bucketName('lake'), topicArn: notices.topic.topicArn, width: batch.backfillWidth, daysPerRun: batch.backfillDaysPerRun }),
      rights: [
        this.runJobs(jobs['backfill-days']),
        { actions: ['s3:ListBucket'], resources: [this.bucketArn('lake')] },
        { actions: ['s3:GetObject'], resources: [`${this.bucketArn('lake')}/runs/build-gold/*`], wildcard: 'A run reads the results that its own jobs wrote under its own name.' },
        ...notices.publishRights(),
        this.noteRefusals(),
        ...(this.key === undefined ? [] : [{ actions: ['kms:Decrypt'], resources: [this.key.keyArn] }]),
      ],
      timeout: Duration.days(5),
      mapLabels: ['days', 'compare'],
    });
  }

  private addCompareLogic(jobs: Readonly<Record<JobName, string>>, notices: NoticeTopic): void {
    this.addMachine('compare-logic', {
      description: 'A candidate beside the current state, and what differs',
      definition: compareLogic({ environment: this.config.environment, job: jobs['compare-logic'], lakeBucket: this.bucketName('lake'), topicArn: notices.topic.topicArn }),
      rights: [
        this.runJobs(jobs['compare-logic']),
        { actions: ['s3:GetObject'], resources: [`${this.bucketArn('lake')}/runs/compare-logic/*`], wildcard: 'A run reads the result that its own job wrote under its own name.' },
        ...notices.publishRights(),
        ...(this.key === undefined ? [] : [{ actions: ['kms:Decrypt'], resources: [this.key.keyArn] }]),
      ],
      timeout: Duration.hours(12),
    });
  }

  /** Noting that rules refused days, for the alarm of the machine. */
  private noteRefusals(): Right {
    return { actions: ['cloudwatch:PutMetricData'], resources: ['*'], onlyWhere: { 'cloudwatch:namespace': [metricNamespace(this.config.environment)] }, wildcard: "PutMetricData knows no resources; the condition admits the environment's namespace." };
  }

  /** Starting a run and waiting for its end. */
  private runJobs(...jobs: readonly string[]): Right {
    return { actions: ['glue:StartJobRun', 'glue:GetJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'], resources: jobs.map((job) => this.formatArn({ service: 'glue', resource: 'job', resourceName: job })) };
  }

  private addMachine(name: MachineName, props: Omit<ConstructorParameters<typeof LakeMachine>[2], 'logRetentionDays'>): LakeMachine {
    const made = new LakeMachine(this, `${pascal(name)}Machine`, { ...props, logRetentionDays: this.config.logRetentionDays });
    this.output(OUTPUTS.machine(name), made.machine.stateMachineArn, 'ARN of the state machine');
    addRunFailed({ registry: this.props.alarms, scope: this, subject: name, machine: made.machine, buildsGold: BUILD_GOLD.includes(name) });
    return made;
  }

  private addSchedules(ingest: LakeMachine, publish: LakeMachine): void {
    const { batch } = this.config;
    const start = new StartRun(this, 'StartRun', { config: this.config, machines: { 'publish-day': publish.machine.stateMachineArn } });
    this.output(OUTPUTS.startRunFunction, start.function.functionName, 'Name of the function');
    const schedules = new LakeSchedules(this, 'Schedules', { timeZone: batch.businessTimeZone, enabled: batch.schedules, group: this.scheduleGroup });
    schedules.add('IngestSilver', { expression: `rate(${batch.loadEveryMinutes} minutes)`, description: 'Loads silver', targetArn: ingest.machine.stateMachineArn, action: 'states:StartExecution', input: {} });
    for (const hour of PUBLISH_HOURS) {
      schedules.add(`PublishDay${hour}`, { expression: `cron(0 ${hour} * * ? *)`, description: 'Publishes the day that ended last; the second start of a night starts nothing', targetArn: start.function.functionArn, action: 'lambda:InvokeFunction', input: { machine: 'publish-day' } });
    }
  }

  /** What stands in the lake, beside the runs that failed. */
  private addAlarms(): void {
    const alarms = { registry: this.props.alarms, scope: this };
    const { contracts } = JSON.parse(this.props.lakeModel) as { readonly contracts: readonly { readonly name: string }[] };
    addDayRefused(alarms);
    addLogicMismatch(alarms);
    const { agreement, loadEveryMinutes, schedules } = this.config.batch;
    // Where people start every run, nobody has promised when one ends.
    if (schedules) addGoldLate({ ...alarms, agreement, loadEveryMinutes });
    addScheduleDropped({ ...alarms, group: this.scheduleGroup });
    for (const { name } of contracts) addObjectsWaiting({ ...alarms, contract: name });
  }

  private get scheduleGroup(): string {
    return `waybill-${this.config.environment}`;
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
