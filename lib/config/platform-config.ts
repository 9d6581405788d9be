/**
 * What one deployment of Waybill can be told. `validate-config.ts` holds the allowed values of each field,
 * `profiles.ts` the named settings, `environments/` our own four; people bring theirs by `-c config=<file>`.
 */
import type { LogicVersion } from '../../contracts/gold-logic.ts';
import type { NoticeSubscription } from './notice-config.ts';

/** Named settings: which cost, which freshness. */
export const PROFILES = ['low-cost', 'balanced', 'low-latency'] as const;
export type ProfileName = (typeof PROFILES)[number];

/**
 * Which key encrypts streams, tables and buckets. `aws-managed` costs nothing; `customer-managed` is one KMS key of the
 * environment, so that access to the data can be cut by its policy and every use of it is in CloudTrail.
 */
export const ENCRYPTIONS = ['aws-managed', 'customer-managed'] as const;
export type Encryption = (typeof ENCRYPTIONS)[number];

/** Account id that no AWS account has: the sandbox. */
export const SANDBOX_ACCOUNT = '000000000000';

/** What an environment file exports: name and profile, and whatever it wants otherwise than the profile and the defaults. */
export interface EnvironmentInput {
  readonly environment: string;
  readonly profile: ProfileName;
  readonly account?: string;
  readonly region?: string;
  readonly ephemeral?: boolean;
  readonly allowDataLoss?: boolean;
  readonly terminationProtection?: boolean;
  readonly encryption?: Encryption;
  readonly pointInTimeRecovery?: boolean;
  readonly logRetentionDays?: number;
  readonly streams?: Readonly<Record<string, StreamOverride>>;
  readonly ingest?: Partial<IngestConfig>;
  readonly tracking?: Partial<TrackingConfig>;
  readonly lake?: Partial<LakeConfig>;
  readonly batch?: Partial<BatchConfig>;
  readonly live?: Partial<LiveConfig>;
  readonly api?: Partial<ApiConfig>;
  readonly site?: SiteConfig;
  readonly alarms?: Partial<AlarmConfig>;
}

/** One environment, complete: every default and the profile applied. */
export interface PlatformConfig {
  /** Part of every name that a person reads, e.g. `staging` in `waybill-staging-shipment-event`. 2 to 12 of a-z, 0-9, -. */
  readonly environment: string;
  readonly profile: ProfileName;
  /** 12 digits. @default - the account of the credentials that deploy */
  readonly account?: string;
  /** @default - the region of the credentials that deploy */
  readonly region?: string;
  /** Data goes with its stacks. Only for the sandbox's account. @default false */
  readonly ephemeral: boolean;
  /** First of two keys to deleting data; the second is `-c destroy=<environment>` on the command. @default false */
  readonly allowDataLoss: boolean;
  /** CloudFormation refuses to delete the stacks. @default - by profile: false for low-cost */
  readonly terminationProtection: boolean;
  /** @default - by profile */
  readonly encryption: Encryption;
  /** Tables can be set back to any second of 35 days. @default - by profile: false for low-cost */
  readonly pointInTimeRecovery: boolean;
  /** Days; one of those that CloudWatch Logs offers. @default - by profile */
  readonly logRetentionDays: number;
  /** By contract name: what this environment wants otherwise than the contract's own `stream` settings. */
  readonly streams: Readonly<Record<string, StreamOverride>>;
  readonly ingest: IngestConfig;
  readonly tracking: TrackingConfig;
  readonly lake: LakeConfig;
  readonly batch: BatchConfig;
  readonly live: LiveConfig;
  readonly api: ApiConfig;
  readonly site: SiteConfig;
  readonly alarms: AlarmConfig;
}

export interface StreamOverride {
  /** 1 to 10,000, or `on-demand`. @default - the contract's */
  readonly shards?: number | 'on-demand';
  /** Hours, 24 to 8,760. @default - the contract's */
  readonly retentionHours?: number;
}

/** How functions read streams. */
export interface IngestConfig {
  /** Seconds that Lambda gathers records before it calls a function: fewer, larger objects and writes against freshness. */
  readonly batchWindowSeconds: number;
  /** Most records in one call; 6 MB of payload is the other bound. */
  readonly batchSize: number;
  /** MB of archive-events. 1,769 is one whole CPU. */
  readonly archiveMemoryMegabytes: number;
}

export interface TrackingConfig {
  /** Days that an event time may lie back and still change live state (docs/architecture.md, delivery contract 3). */
  readonly horizonDays: number;
  /** Minutes of refused state writes after which track-shipments notes the positions and goes on. */
  readonly giveUpAfterMinutes: number;
  /** MB of track-shipments. */
  readonly memoryMegabytes: number;
}

export interface LakeConfig {
  /** Days that quarantined records are kept: time to repair and replay them. */
  readonly quarantineRetentionDays: number;
  /** Days that an overwritten or deleted version of an object can be brought back. */
  readonly noncurrentVersionDays: number;
  /** Days that the access logs of buckets are kept. */
  readonly accessLogDays: number;
  /** Days that results of queries are kept. */
  readonly queryResultDays: number;
  /** GB that one query may read before it is ended. */
  readonly queryScanLimitGigabytes: number;
}

/** How silver is loaded and gold is published. */
export interface BatchConfig {
  /** IANA time zone in which a business day begins and ends, and schedules are read. */
  readonly businessTimeZone: string;
  /** Minutes between two loads of silver. */
  readonly loadEveryMinutes: number;
  /** Glue workers (G.1X, 4 vCPU and 16 GB each) of a run; at least 2. */
  readonly loadWorkers: number;
  readonly goldWorkers: number;
  /** Minutes after which a run is ended. */
  readonly jobTimeoutMinutes: number;
  /** Local time `HH:MM` by which a day is to be published, and by which it must be. */
  readonly objective: string;
  readonly agreement: string;
  /** At the agreement, when a day is still incomplete: publish what is there, flagged, or keep what readers have. */
  readonly atAgreement: 'publish-flagged' | 'keep-previous';
  /** Days that a nightly publish restates where late events touched them; a weekly one goes further back. */
  readonly restateDays: number;
  readonly restateWeeklyDays: number;
  /** Logic version of gold until `waybill promote` puts one into force (docs/lake.md, logic versions). */
  readonly logic: LogicVersion;
  /** Glue runs of a backfill at once, and days that one run takes, where nobody says otherwise. */
  readonly backfillWidth: number;
  readonly backfillDaysPerRun: number;
  /** Whether the schedules run. Off, runs are started by people only. */
  readonly schedules: boolean;
}

/** Live operations: vehicles on the map. */
export interface LiveConfig {
  /** Vehicles that the fleet is expected to have: decides how many pages there are. Twice as many cost nothing but larger pages. */
  readonly fleetVehicles: number;
  /** Vehicles on a page, about: a page is one item, billed by the kilobyte. */
  readonly positionPageVehicles: number;
  /** Hours that a vehicle stays on the map without news; an older fix goes to the lake only. */
  readonly positionHours: number;
  /** Minutes without news after which a vehicle counts as silent. */
  readonly silentMinutes: number;
  /** Seconds between two counts of the regions: 60, 120, 180, 240 or 300. Each reads the whole table of shipments. */
  readonly countEverySeconds: number;
  /** Age, in seconds, of what fleet-api holds from which it reads the pages again while it answers from memory. */
  readonly fleetRefreshSeconds: number;
  /** Age, in seconds, from which an answer waits for that reading: no answer is older while the table can be read. */
  readonly fleetBoundSeconds: number;
  /** Instances of fleet-api at most, kept free for it: each reads all pages by itself. */
  readonly fleetConcurrency: number;
  /** MB of fleet-api. */
  readonly fleetMemoryMegabytes: number;
  /** Who is told of alerts, and of which. */
  readonly notices: readonly NoticeSubscription[];
}

/** The dashboard's address. */
export interface SiteConfig {
  /** Own domain, e.g. `ops.example.com`; its DNS record is yours. Goes with `certificateArn`. @default - CloudFront's own */
  readonly domainName?: string;
  /** ARN of a certificate for it in us-east-1, where CloudFront looks. */
  readonly certificateArn?: string;
  /** Client id with which the page signs in at the own issuer of `api`. @default - the first audience */
  readonly clientId?: string;
  /** What the map lies on. Each browser that shows it asks that server. @default - the land of the bundle, nothing is asked */
  readonly tiles?: TilesConfig;
}

/** A server of XYZ raster tiles in Web Mercator, light ones: the dark theme inverts them. */
export interface TilesConfig {
  /** Template with `{z}`, `{x}` and `{y}`; https. A key in it is read by everybody who opens the page. */
  readonly url: string;
  /** What its terms of use want to be read on the map; text. */
  readonly attribution: string;
  /** The last zoom that it has. */
  readonly maxZoom: number;
}

export interface ApiConfig {
  /** Issuer of the tokens that callers bring. @default - a Cognito pool made for this environment */
  readonly issuer?: string;
  /** Who the tokens must be for; goes with `issuer`. */
  readonly audience?: readonly string[];
  /** Origins of other sites whose pages may call the API (CORS), e.g. `https://ops.example.com`. */
  readonly allowedOrigins: readonly string[];
  /** Requests a second, over all callers, above which the API answers 429. */
  readonly requestsPerSecond: number;
  /** Requests that may come at once before that rate applies. */
  readonly burst: number;
}

export interface AlarmConfig {
  /** Minutes that a consumer may be behind its stream. */
  readonly behindMinutes: number;
  /** Minutes in a row that must be bad before an alarm that counts minutes goes off. */
  readonly minutesInARow: number;
  /** Per cent of received records in quarantine, over five minutes. */
  readonly quarantinePercent: number;
  /** Fewer records than this in five minutes say nothing about a share. */
  readonly quarantineMinimumRecords: number;
  /** E-mail addresses or https URLs that hear of severity 1 (pages), 2 (ticket), 3 (digest). */
  readonly notifySev1: readonly string[];
  readonly notifySev2: readonly string[];
  readonly notifySev3: readonly string[];
}

/** 10 s: at the platform's write budget (docs/architecture.md §7) and well inside the 30 s and 60 s freshness targets. */
export const DEFAULT_INGEST: IngestConfig = { batchWindowSeconds: 10, batchSize: 10_000, archiveMemoryMegabytes: 1_024 };

/** 45 days: the horizon of the delivery contract. One hour: long past a deployment or a throttled table, well inside a day. */
export const DEFAULT_TRACKING: TrackingConfig = { horizonDays: 45, giveUpAfterMinutes: 60, memoryMegabytes: 1_024 };

export const DEFAULT_LAKE: LakeConfig = { quarantineRetentionDays: 180, noncurrentVersionDays: 30, accessLogDays: 90, queryResultDays: 30, queryScanLimitGigabytes: 100 };

/**
 * 15 minutes of loading: silver within the 20 minutes of the balanced profile (docs/architecture.md §7). 35 and 90 days: a
 * tenth of real delivery facts becomes known after a week, a few per cent after a month.
 */
export const DEFAULT_BATCH: BatchConfig = {
  businessTimeZone: 'Europe/Berlin',
  loadEveryMinutes: 15,
  loadWorkers: 2,
  goldWorkers: 2,
  jobTimeoutMinutes: 120,
  objective: '05:30',
  agreement: '06:00',
  atAgreement: 'keep-previous',
  restateDays: 35,
  restateWeeklyDays: 90,
  logic: 'v2',
  backfillWidth: 2,
  backfillDaysPerRun: 4,
  schedules: true,
};

/**
 * 100 vehicles to a page: under the four kilobytes of one read unit, and the fewest write units per position
 * (docs/vehicles.md). 5 and 12 s beside a 10 s window: a position is seen well inside its 30 s.
 */
export const DEFAULT_LIVE: LiveConfig = {
  fleetVehicles: 10_000,
  positionPageVehicles: 100,
  positionHours: 48,
  silentMinutes: 10,
  countEverySeconds: 120,
  fleetRefreshSeconds: 5,
  fleetBoundSeconds: 12,
  fleetConcurrency: 5,
  fleetMemoryMegabytes: 1_024,
  notices: [],
};

export const DEFAULT_API: ApiConfig = { allowedOrigins: [], requestsPerSecond: 100, burst: 200 };

export const DEFAULT_ALARMS: AlarmConfig = {
  behindMinutes: 5,
  minutesInARow: 3,
  quarantinePercent: 5,
  quarantineMinimumRecords: 100,
  notifySev1: [],
  notifySev2: [],
  notifySev3: [],
};
