/** Names that a person reads and that several rooms need: one home, pure functions (docs/architecture.md, names). */

export const STACKS = ['foundation', 'lake', 'state', 'streams', 'ingest', 'batch', 'serving', 'operations'] as const;
export type StackKind = (typeof STACKS)[number];

export const stackName = (env: string, kind: StackKind): string => `waybill-${env}-${kind}`;
export const streamName = (env: string, contract: string): string => `waybill-${env}-${contract}`;
export const tableName = (env: string, table: 'shipments' | 'lake-ledger' | 'api-access' | 'region-counts' | 'vehicle-pages' | 'alerts'): string => `waybill-${env}-${table}`;
/** Bucket names carry account and region: they are global. */
export const bucketName = (env: string, bucket: 'bronze' | 'quarantine' | 'lake' | 'query-results' | 'access-logs' | 'site' | 'site-logs', account: string, region: string): string => `waybill-${env}-${bucket}-${account}-${region}`;
/** Glue database of a layer; names of databases have no hyphen, so that SQL needs no quotes. */
export const databaseName = (env: string, layer: 'silver' | 'gold' | 'ops'): string => `waybill_${env.replaceAll('-', '_')}_${layer}`;
/** Athena work group of an environment. */
export const workGroupName = (env: string): string => `waybill-${env}`;
/** Glue jobs: each is one file of glue-scripts/waybill_lake/jobs. */
export const JOBS = ['ensure-tables', 'load-silver', 'build-gold', 'backfill-days', 'compare-logic', 'maintain-lake'] as const;
export type JobName = (typeof JOBS)[number];
/** State machines. */
export const MACHINES = ['ingest-silver', 'publish-day', 'backfill-days', 'compare-logic'] as const;
export type MachineName = (typeof MACHINES)[number];
/** Topic that alarms of a severity publish to. */
export const topicName = (env: string, severity: 1 | 2 | 3): string => `waybill-${env}-alarms-sev${severity}`;
/** Topic on which the lake tells people what became of a day. */
export const noticeTopicName = (env: string): string => `waybill-${env}-lake-notices`;
/** Topic on which alerts about shipments are told. */
export const alertTopicName = (env: string): string => `waybill-${env}-alerts`;
/** Queues of one listener of alerts: what waits for it, and what could not be delivered. */
export const noticeQueueName = (env: string, queue: 'notices' | 'undelivered', listener: string): string => `waybill-${env}-${queue}-${listener}`;
/** Contract registry of an environment, and the schema in it that one major version of a contract has. */
export const registryName = (env: string): string => `waybill-${env}`;
export const schemaName = (contract: string, major: number): string => `${contract}-v${major}`;
/** Parameters in which a stateful stack leaves an identity that AWS chose (a name cannot find it): `/waybill/<env>/…`. */
export const parameterName = (env: string, parameter: 'data-key-arn' | 'user-pool-id' | 'user-pool-client-id' | 'shipments-stream-arn' | 'alerts-stream-arn'): string => `/waybill/${env}/${parameter}`;
export const userPoolName = (env: string): string => `waybill-${env}-users`;
/** Groups of the user pool, by what they are for; whoever is in none of them may read everything. */
export const SIGN_IN_GROUPS = {
  operators: 'Read everything, acknowledge and snooze alerts',
  partners: 'Read what belongs to their own customers (table api-access)',
} as const;
export type SignInGroup = keyof typeof SIGN_IN_GROUPS;
/** Prefix in the bronze bucket where Lambda leaves batches it gave up on (full records). */
export const ON_FAILURE_PREFIX = 'aws/lambda/';
/** Prefix in the bronze bucket where track-shipments notes the positions it gave up on. */
export const CATCH_UP_PREFIX = 'catch-up/track-shipments/';

/** Names of stack outputs: how the CLI finds what a deployment made. Keys are alphanumeric, as CloudFormation wants them. */
export const OUTPUTS = {
  /** Stack `ingest`. */
  archiveEventsFunction: (contract: string): string => `ArchiveEventsFunction${pascal(contract)}`,
  trackShipmentsFunction: 'TrackShipmentsFunction',
  trackVehiclesFunction: 'TrackVehiclesFunction',
  catchUpFunction: 'CatchUpFunction',
  raiseAlertsFunction: 'RaiseAlertsFunction',
  notifyFunction: 'NotifyFunction',
  watchStallsFunction: 'WatchStallsFunction',
  alertTopic: 'AlertTopic',
  deliverNoticeFunction: (listener: string): string => `DeliverNoticeFunction${pascal(listener)}`,
  /** Stack `serving`. */
  apiUrl: 'ApiUrl',
  trackingApiFunction: 'TrackingApiFunction',
  countRegionsFunction: 'CountRegionsFunction',
  fleetApiFunction: 'FleetApiFunction',
  alertsApiFunction: 'AlertsApiFunction',
  issuer: 'Issuer',
  userPoolId: 'UserPoolId',
  userPoolClientId: 'UserPoolClientId',
  /** Where people open the dashboard. */
  siteUrl: 'SiteUrl',
  siteBucket: 'SiteBucket',
  /** Stack `lake`. */
  bronzeBucket: 'BronzeBucket',
  quarantineBucket: 'QuarantineBucket',
  lakeBucket: 'LakeBucket',
  queryResultsBucket: 'QueryResultsBucket',
  /** Stack `batch`. */
  job: (job: JobName): string => `${pascal(job)}Job`,
  machine: (machine: MachineName): string => `${pascal(machine)}Machine`,
  startRunFunction: 'StartRunFunction',
  /** JSON: width, daysPerRun, workers. */
  backfillSettings: 'BackfillSettings',
  workGroup: 'WorkGroup',
  /** Stack `foundation`: topics by severity, `AlarmTopicSev1` … `AlarmTopicSev3`. */
  alarmTopic: (severity: 1 | 2 | 3): string => `AlarmTopicSev${severity}`,
} as const;

export const pascal = (kebab: string): string => kebab.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
