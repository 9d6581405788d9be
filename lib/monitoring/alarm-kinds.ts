import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Severity } from './severity.ts';

/** Why an alarm exists and how it was tuned: one home for all that a person must know about it. */
export interface AlarmKind {
  /** Part of the alarm's name, and the name of its runbook page. */
  readonly id: string;
  readonly severity: Severity;
  /** One sentence in the message at 03:00: what is wrong, and what it does to people. */
  readonly meaning: string;
  /** Why the threshold stands where it stands. */
  readonly thresholdReason: string;
  readonly missingData: TreatMissingData;
  readonly missingDataReason: string;
}

/** Every kind of alarm, by id. A new alarm is an entry here, an `add…` beside it, and a page in docs/runbooks. */
export const ALARM_KINDS = {
  consumerBehind: {
    id: 'consumer-behind',
    severity: 1,
    meaning: 'A function is behind its stream: what people see is old, and at the end of the retention records would leave the stream unread.',
    thresholdReason: 'Five minutes for three minutes in a row: ten times the freshness that the design allows, longer than a deployment or a resharding, and hours before any retention.',
    missingData: TreatMissingData.IGNORE,
    missingDataReason: 'There is a data point per call of the function. Between two tries of a stuck batch there is none, so missing must not mean healthy; on an idle stream there is none either, so it must not mean broken. The state stays; a source that has died altogether is seen by contract-silent.',
  },
  quarantineShare: {
    id: 'quarantine-share',
    severity: 2,
    meaning: 'More than the agreed share of a contract\'s records breaks the contract: a producer has changed something. The good records go on; the bad ones wait in quarantine.',
    thresholdReason: 'Five per cent over five minutes (docs/architecture.md, Quality): single bad records are daily life, a changed producer breaks far more. Fewer records than the minimum are no share: one bad of three is not 33 %.',
    missingData: TreatMissingData.NOT_BREACHING,
    missingDataReason: 'Nothing received is nothing quarantined. The share is computed with FILL, so data is only missing where nothing was ever received.',
  },
  contractSilent: {
    id: 'contract-silent',
    severity: 2,
    meaning: 'No record of a contract has arrived for as long as its owner calls silence: the producer, its credentials or the reading function is dead.',
    thresholdReason: 'Not one record in the contract\'s own silenceMinutes: its owner knows how long a quiet night is.',
    missingData: TreatMissingData.BREACHING,
    missingDataReason: 'Silence is what this alarm is about: no data is exactly the finding, also when the contract has never had any.',
  },
  onFailureObject: {
    id: 'on-failure-object',
    severity: 1,
    meaning: 'Lambda gave up on a batch just before its records left the stream and wrote it to the bronze bucket. Nothing is lost, but lake or state lack these records until they are redriven.',
    thresholdReason: 'One is too many: retries are without end, so it means that records could not be processed for nearly the whole retention, or that one record crashes the function.',
    missingData: TreatMissingData.NOT_BREACHING,
    missingDataReason: 'Lambda publishes the count only when it delivers such an object.',
  },
  reviewsBehind: {
    id: 'reviews-behind',
    severity: 2,
    meaning: 'Shipments that change by the clock are not derived anew in time: what is late, missed or silent without an event is told late, or not at all.',
    thresholdReason: 'Five minutes for three minutes in a row: watch-stalls runs each minute and takes thousands in a run, so a review that waits longer has been passed over by several runs.',
    missingData: TreatMissingData.BREACHING,
    missingDataReason: 'Each run tells how late the oldest review is, also when nothing is due: silence means that it does not run.',
  },
  noticeNotDelivered: {
    id: 'notice-not-delivered',
    severity: 1,
    meaning: 'Notices of alerts do not reach a listener: who relies on being called by PagerDuty, Slack or a webhook is not called. The alerts themselves are in the dashboard and the API.',
    thresholdReason: 'One is too many: one notice among the undelivered, one that was put back ten minutes after it was sent, or one that nobody has taken from its queue for ten minutes. A passing refusal is over after a few tries.',
    missingData: TreatMissingData.NOT_BREACHING,
    missingDataReason: 'A queue that has been empty for hours tells nothing, and the function tells something only when there are notices.',
  },
  runFailed: {
    id: 'run-failed',
    severity: 2,
    meaning: 'A run of a state machine of the lake failed or ran out of time: silver or gold is older than it should be. Readers keep what was published last; nothing is lost.',
    thresholdReason: 'One is worth a look: what passes (capacity, throttling, a lost worker) has been tried again before a run fails.',
    missingData: TreatMissingData.NOT_BREACHING,
    missingDataReason: 'Step Functions counts failures only when there are some.',
  },
  dayRefused: {
    id: 'day-refused',
    severity: 2,
    meaning: 'A quality rule of silver, or an audit of gold, kept a day from its readers: they see what was published before, and the rows wait for a person.',
    thresholdReason: 'One day is worth a look: rules that may break now and then warn instead of halting, so what halts is something that nobody wants published.',
    missingData: TreatMissingData.NOT_BREACHING,
    missingDataReason: 'The job build-gold tells its count at the end of each run; between runs nothing is refused.',
  },
  goldLate: {
    id: 'gold-late',
    severity: 2,
    meaning: 'The agreement with the readers of gold is broken, or nobody knows: the day that ended last is not published, or no load has said since when it is. Readers see the days before it.',
    thresholdReason: 'The newest published day ended as long ago as a day and the hours until the agreement (batch.agreement): any more, and the day after it should be there. Three intervals of loads in a row must say so, and counting begins two intervals before the agreement, so that the third falls on it.',
    missingData: TreatMissingData.BREACHING,
    missingDataReason: 'Every load tells a value, also when there is nothing to publish (0): without any for five intervals (as far as CloudWatch looks back for three) the loads themselves are dead, and with them whatever would have told. A new environment is in alarm until its first load.',
  },
  logicMismatch: {
    id: 'logic-mismatch',
    severity: 3,
    meaning: 'A comparison found that a candidate, or a new build, differs from the current state of gold in more rows than its limit allows. Nothing was published.',
    thresholdReason: 'One comparison above the limit of its tolerance file (1 % of a table\'s rows unless it says otherwise): somebody who tries a fix expects to change few rows, and who checks a migration none.',
    missingData: TreatMissingData.NOT_BREACHING,
    missingDataReason: 'The job compare-logic tells 0 or 1 at the end of each run; without a run nothing was compared.',
  },
  scheduleDropped: {
    id: 'schedule-dropped',
    severity: 2,
    meaning: 'EventBridge Scheduler gave up on starting something: a load or the night\'s publishing did not begin.',
    thresholdReason: 'One is too many: twenty tries within an hour came before, so it is no passing refusal but a right, a name or a limit that is wrong.',
    missingData: TreatMissingData.NOT_BREACHING,
    missingDataReason: 'Scheduler counts dropped invocations only when there are some.',
  },
  countsOld: {
    id: 'counts-old',
    severity: 3,
    meaning: 'Regions have not been counted: the overview shows old numbers and says so. Shipments, vehicles and alerts are not concerned.',
    thresholdReason: 'Not one finished count in three times five minutes: at the slowest a count begins every five.',
    missingData: TreatMissingData.BREACHING,
    missingDataReason: 'Every count tells how many shipments it found: no data is exactly the finding. A new environment is in alarm until its first count.',
  },
  objectsWaiting: {
    id: 'objects-waiting',
    severity: 2,
    meaning: 'Objects of bronze are not in silver and will not be by themselves: they are of a major version that the tables do not know, torn, or gone. All others are loaded.',
    thresholdReason: 'One is worth a look: nothing of an object that waits is in any table, and no load tries it again.',
    missingData: TreatMissingData.IGNORE,
    missingDataReason: 'The job load-silver tells the number with each run: between two runs the state stays.',
  },
} as const satisfies Record<string, AlarmKind>;

export const runbookPage = ({ id }: AlarmKind): string => `docs/runbooks/${id}.md`;
