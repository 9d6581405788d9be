import { LOGIC_VERSIONS } from '../../contracts/gold-logic.ts';
import { either, group, listOf, mapOf, number, oneOf, required, text, timeZone, wholeNumber, yesOrNo } from './field-rules.ts';
import type { GroupRule } from './field-rules.ts';
import { NOTICES } from './notice-rule.ts';
import { ENCRYPTIONS, PROFILES } from './platform-config.ts';

/** The retention times that CloudWatch Logs offers, in days. */
const LOG_RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653] as const;

const MEMORY = wholeNumber({ from: 128, to: 10_240, unit: 'MB', example: 1_024 });

const LISTENERS = listOf(text({ pattern: /^(https:\/\/\S+|[^\s@]+@[^\s@]+\.[^\s@]+)$/, allowed: 'an e-mail address or an https URL', example: 'on-call@example.com' }));

const STREAM = group({
  shards: either(wholeNumber({ from: 1, to: 10_000, example: 4 }), oneOf(['on-demand'], 'on-demand')),
  retentionHours: wholeNumber({ from: 24, to: 8_760, unit: 'hours', example: 168 }),
});

const INGEST = group({
  batchWindowSeconds: wholeNumber({ from: 0, to: 300, unit: 'seconds', example: 10 }),
  batchSize: wholeNumber({ from: 1, to: 10_000, unit: 'records', example: 10_000 }),
  archiveMemoryMegabytes: MEMORY,
});

const TRACKING = group({
  horizonDays: wholeNumber({ from: 1, to: 400, unit: 'days', example: 45 }),
  giveUpAfterMinutes: wholeNumber({ from: 1, to: 10_000, unit: 'minutes', example: 60 }),
  memoryMegabytes: MEMORY,
});

const LAKE = group({
  quarantineRetentionDays: wholeNumber({ from: 1, to: 3_650, unit: 'days', example: 180 }),
  noncurrentVersionDays: wholeNumber({ from: 1, to: 3_650, unit: 'days', example: 30 }),
  accessLogDays: wholeNumber({ from: 1, to: 3_650, unit: 'days', example: 90 }),
  queryResultDays: wholeNumber({ from: 1, to: 3_650, unit: 'days', example: 30 }),
  queryScanLimitGigabytes: wholeNumber({ from: 1, to: 100_000, unit: 'GB', example: 100 }),
});

const LOCAL_TIME = text({ pattern: /^([01]\d|2[0-3]):[0-5]\d$/, allowed: 'a time of day, HH:MM', example: '05:30' });
const WORKERS = wholeNumber({ from: 2, to: 299, unit: 'workers', example: 4 });

const BATCH = group({
  businessTimeZone: timeZone,
  loadEveryMinutes: wholeNumber({ from: 5, to: 1_440, unit: 'minutes', example: 15 }),
  loadWorkers: WORKERS,
  goldWorkers: WORKERS,
  jobTimeoutMinutes: wholeNumber({ from: 5, to: 2_880, unit: 'minutes', example: 120 }),
  objective: LOCAL_TIME,
  agreement: LOCAL_TIME,
  atAgreement: oneOf(['publish-flagged', 'keep-previous'], 'keep-previous'),
  restateDays: wholeNumber({ from: 0, to: 400, unit: 'days', example: 35 }),
  restateWeeklyDays: wholeNumber({ from: 0, to: 400, unit: 'days', example: 90 }),
  logic: oneOf(LOGIC_VERSIONS, 'v2'),
  backfillWidth: wholeNumber({ from: 1, to: 20, unit: 'runs at once', example: 4 }),
  backfillDaysPerRun: wholeNumber({ from: 1, to: 31, unit: 'days', example: 4 }),
  schedules: yesOrNo,
});

const LIVE = group({
  fleetVehicles: wholeNumber({ from: 1, to: 10_000_000, unit: 'vehicles', example: 10_000 }),
  positionPageVehicles: wholeNumber({ from: 1, to: 500, unit: 'vehicles', example: 100 }),
  positionHours: wholeNumber({ from: 1, to: 1_080, unit: 'hours', example: 48 }),
  silentMinutes: wholeNumber({ from: 1, to: 1_440, unit: 'minutes', example: 10 }),
  countEverySeconds: oneOf([60, 120, 180, 240, 300], 60),
  fleetRefreshSeconds: wholeNumber({ from: 1, to: 60, unit: 'seconds', example: 5 }),
  fleetBoundSeconds: wholeNumber({ from: 2, to: 120, unit: 'seconds', example: 12 }),
  fleetConcurrency: wholeNumber({ from: 1, to: 1_000, unit: 'instances', example: 5 }),
  fleetMemoryMegabytes: MEMORY,
  notices: NOTICES,
});

const API = group({
  issuer: text({ pattern: /^https?:\/\/\S+$/, allowed: 'the URL of an OpenID Connect issuer', example: 'https://login.example.com/tenant' }),
  audience: listOf(text({ pattern: /^\S+$/, allowed: 'the audience of a token', example: 'waybill' }), { atLeast: 1 }),
  allowedOrigins: listOf(text({ pattern: /^https?:\/\/[^\s/*]+$/, allowed: 'an origin: scheme, host, maybe a port, no path', example: 'https://ops.example.com' })),
  requestsPerSecond: wholeNumber({ from: 1, to: 10_000, unit: 'requests a second', example: 100 }),
  burst: wholeNumber({ from: 1, to: 5_000, unit: 'requests', example: 200 }),
});

const SITE = group({
  domainName: text({ pattern: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/, allowed: 'a domain name', example: 'ops.example.com' }),
  certificateArn: text({ pattern: /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/\S+$/, allowed: 'the ARN of a certificate in us-east-1, where CloudFront looks', example: 'arn:aws:acm:us-east-1:123456789012:certificate/0f1e' }),
  clientId: text({ pattern: /^\S+$/, allowed: 'the id of a client of the issuer', example: 'waybill-dashboard' }),
  tiles: group({
    // Plain HTTP is for the sandbox alone: see `checkTogether`.
    url: required(text({ pattern: /^https?:\/\/[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?\/(?=\S*\{z\})(?=\S*\{x\})(?=\S*\{y\})[^\s{}]*(\{[zxy]\}[^\s{}]*){3}$/, allowed: 'an https URL with {z}, {x} and {y} in its path, once each', example: 'https://tiles.example.com/{z}/{x}/{y}.png' })),
    attribution: required(text({ pattern: /^\S.{0,118}\S$/, allowed: 'what the terms of the server want to be read on the map, 2 to 120 characters', example: '© OpenStreetMap contributors' })),
    maxZoom: required(wholeNumber({ from: 1, to: 22, example: 19 })),
  }),
});

const ALARMS = group({
  behindMinutes: wholeNumber({ from: 1, to: 1_440, unit: 'minutes', example: 5 }),
  minutesInARow: wholeNumber({ from: 1, to: 60, unit: 'minutes', example: 3 }),
  quarantinePercent: number({ above: 0, to: 100, unit: 'per cent', example: 5 }),
  quarantineMinimumRecords: wholeNumber({ from: 1, to: 1_000_000, unit: 'records', example: 100 }),
  notifySev1: LISTENERS,
  notifySev2: LISTENERS,
  notifySev3: LISTENERS,
});

/** The allowed values of every field of an environment file. The contracts' names are only known at synth. */
export function configRules(contracts: readonly string[]): GroupRule {
  return group({
    environment: required(text({ pattern: /^[a-z][a-z0-9-]{0,10}[a-z0-9]$/, allowed: '2 to 12 of a-z, 0-9 and -, beginning with a letter', example: 'staging' })),
    profile: required(oneOf(PROFILES, 'balanced')),
    account: text({ pattern: /^\d{12}$/, allowed: '12 digits, as text', example: '123456789012' }),
    region: text({ pattern: /^[a-z]{2}(-[a-z]+)+-\d$/, allowed: 'an AWS region', example: 'eu-central-1' }),
    ephemeral: yesOrNo,
    allowDataLoss: yesOrNo,
    terminationProtection: yesOrNo,
    encryption: oneOf(ENCRYPTIONS, 'customer-managed'),
    pointInTimeRecovery: yesOrNo,
    logRetentionDays: oneOf(LOG_RETENTION_DAYS, 90),
    streams: mapOf('a contract', contracts, STREAM),
    ingest: INGEST,
    tracking: TRACKING,
    lake: LAKE,
    batch: BATCH,
    live: LIVE,
    api: API,
    site: SITE,
    alarms: ALARMS,
  });
}
