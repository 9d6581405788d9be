import type { Construct } from 'constructs';
import { OUTPUTS, pascal } from '../../contracts/platform-names.ts';
import { ArchiveEvents } from '../constructs/archive-events/archive-events.ts';
import type { BundledFunction } from '../constructs/bundled-function/bundled-function.ts';
import { CatchUp } from '../constructs/catch-up/catch-up.ts';
import { findDataKey } from '../constructs/data-key/data-key.ts';
import { LiveAlerts } from '../constructs/live-alerts/live-alerts.ts';
import { StreamConsumer } from '../constructs/stream-consumer/stream-consumer.ts';
import { TRACKED_CONTRACT, TrackShipments } from '../constructs/track-shipments/track-shipments.ts';
import { TrackVehicles, VEHICLE_CONTRACT } from '../constructs/track-vehicles/track-vehicles.ts';
import type { DeployedContract } from '../contracts/deployed-contract.ts';
import { streamSettings } from '../contracts/stream-settings.ts';
import { addConsumerBehind, addContractSilent, addOnFailureObject, addQuarantineShare } from '../monitoring/ingest-alarms.ts';
import { PlatformStack } from './platform-stack.ts';
import type { PlatformStackProps } from './platform-stack.ts';

/** Everything that reads streams: one archive-events per contract, track-shipments with catch-up beside it and alerts behind it, track-vehicles. */
export class IngestStack extends PlatformStack {
  private readonly props: PlatformStackProps;
  private readonly key: ReturnType<typeof findDataKey>;

  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, props, { kind: 'ingest', description: 'functions that read the streams, and their alarms', stateful: false });
    this.props = props;
    this.key = findDataKey(this, props.config);
    for (const contract of props.contracts) {
      this.addArchive(contract);
      if (contract.descriptor.name === TRACKED_CONTRACT) this.addTracking(contract);
      if (contract.descriptor.name === VEHICLE_CONTRACT) this.addVehicles(contract);
    }
  }

  private addArchive(contract: DeployedContract): void {
    const { descriptor } = contract;
    const archive = new ArchiveEvents(this, `ArchiveEvents${pascal(descriptor.name)}`, { contract, config: this.config, key: this.key });
    this.connect(archive, { contract, subject: `archive-events-${descriptor.name}` });
    this.outputName(OUTPUTS.archiveEventsFunction(descriptor.name), archive);
    const alarms = { registry: this.props.alarms, scope: this, config: this.config.alarms };
    addQuarantineShare(alarms, descriptor);
    addContractSilent(alarms, descriptor);
  }

  private addTracking(contract: DeployedContract): void {
    const shared = { contract, config: this.config, key: this.key };
    const track = new TrackShipments(this, 'TrackShipments', shared);
    this.connect(track, { contract, subject: 'track-shipments' });
    this.outputName(OUTPUTS.trackShipmentsFunction, track);
    this.outputName(OUTPUTS.catchUpFunction, new CatchUp(this, 'CatchUp', shared));
    const alerts = new LiveAlerts(this, 'LiveAlerts', { config: this.config, key: this.key, registry: this.props.alarms });
    this.outputName(OUTPUTS.raiseAlertsFunction, alerts.raise);
    this.outputName(OUTPUTS.notifyFunction, alerts.notify);
    this.outputName(OUTPUTS.watchStallsFunction, alerts.watch);
    for (const [listener, deliver] of alerts.deliver) this.outputName(OUTPUTS.deliverNoticeFunction(listener), deliver);
    this.output(OUTPUTS.alertTopic, alerts.topic.topicArn, 'Topic on which alerts are told');
  }

  private addVehicles(contract: DeployedContract): void {
    const track = new TrackVehicles(this, 'TrackVehicles', { contract, config: this.config, key: this.key });
    this.connect(track, { contract, subject: 'track-vehicles' });
    this.outputName(OUTPUTS.trackVehiclesFunction, track);
  }

  /** A consumer is never without the two alarms that say it is stuck. */
  private connect(consumer: BundledFunction, { contract, subject }: { contract: DeployedContract; subject: string }): void {
    const { source } = new StreamConsumer(consumer, 'Stream', {
      consumer,
      streamArn: this.streamArn(contract.descriptor.name),
      retentionHours: streamSettings(contract.descriptor, this.config).retentionHours,
      onFailureBucketArn: this.bucketArn('bronze'),
      key: this.key,
      ingest: this.config.ingest,
    });
    const alarms = { registry: this.props.alarms, scope: this, config: this.config.alarms };
    addConsumerBehind(alarms, { subject, consumer: consumer.function });
    addOnFailureObject(alarms, { subject, source });
  }

  private outputName(name: string, made: BundledFunction): void {
    this.output(name, made.function.functionName, 'Name of the function');
  }
}
