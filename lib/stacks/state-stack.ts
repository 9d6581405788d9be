import { AttributeType, ProjectionType } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { parameterName } from '../../contracts/platform-names.ts';
import { ALERT_LIST_INDEX } from '../../lambdas/raise-alerts/names.ts';
import { SHIPMENT_INDEXES } from '../../lambdas/track-shipments/names.ts';
import { DUE_INDEX } from '../../lambdas/watch-stalls/names.ts';
import { findDataKey } from '../constructs/data-key/data-key.ts';
import { SignIn } from '../constructs/sign-in/sign-in.ts';
import { StateTable } from '../constructs/state-table/state-table.ts';
import { PlatformStack } from './platform-stack.ts';
import type { PlatformStackProps } from './platform-stack.ts';

/** Index of ledger rows that no load has taken; a row is in it only while it carries the attribute `open`. */
const OPEN_INDEX = 'open';

/** What is true now: shipments, the ledger of lake objects, and who may sign in. */
export class StateStack extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, props, { kind: 'state', description: 'shipment state, lake ledger, sign-in', stateful: true });
    const { config, removalPolicy } = props;
    const shared = { key: findDataKey(this, config), removalPolicy, pointInTimeRecovery: config.pointInTimeRecovery };
    const shipments = new StateTable(this, 'Shipments', { ...shared, tableName: this.tableName('shipments'), streamParameter: parameterName(config.environment, 'shipments-stream-arn') });
    for (const { name, key } of Object.values(SHIPMENT_INDEXES)) {
      shipments.table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: key, type: AttributeType.STRING },
        sortKey: { name: 'pk', type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    shipments.table.addGlobalSecondaryIndex({
      indexName: DUE_INDEX,
      partitionKey: { name: 'bucket', type: AttributeType.STRING },
      sortKey: { name: 'reviewAt', type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    const alerts = new StateTable(this, 'Alerts', { ...shared, tableName: this.tableName('alerts'), streamParameter: parameterName(config.environment, 'alerts-stream-arn') });
    alerts.table.addGlobalSecondaryIndex({
      indexName: ALERT_LIST_INDEX,
      partitionKey: { name: 'list', type: AttributeType.STRING },
      sortKey: { name: 'listSort', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    new StateTable(this, 'VehiclePages', { ...shared, tableName: this.tableName('vehicle-pages') });
    const ledger = new StateTable(this, 'LakeLedger', { ...shared, tableName: this.tableName('lake-ledger') });
    ledger.table.addGlobalSecondaryIndex({
      indexName: OPEN_INDEX,
      partitionKey: { name: 'open', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      projectionType: ProjectionType.ALL,
    });
    new StateTable(this, 'RegionCounts', { ...shared, tableName: this.tableName('region-counts') });
    new StateTable(this, 'ApiAccess', { ...shared, tableName: this.tableName('api-access') });
    if (config.api.issuer === undefined) new SignIn(this, 'SignIn', { environment: config.environment, removalPolicy });
  }
}
