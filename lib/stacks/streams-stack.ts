import { Duration, Validations } from 'aws-cdk-lib';
import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-glue';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { pascal, registryName, schemaName, streamName } from '../../contracts/platform-names.ts';
import { findDataKey } from '../constructs/data-key/data-key.ts';
import { streamSettings } from '../contracts/stream-settings.ts';
import type { DeployedContract } from '../contracts/deployed-contract.ts';
import { PlatformStack } from './platform-stack.ts';
import type { PlatformStackProps } from './platform-stack.ts';

/** One stream per contract, and the registry in which each major version of each contract can be looked up. */
export class StreamsStack extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, props, { kind: 'streams', description: 'one stream per contract, contract registry', stateful: true });
    const key = findDataKey(this, props.config);
    const registry = new CfnRegistry(this, 'Registry', { name: registryName(props.config.environment), description: 'Contracts of Waybill, one schema per major version' });
    registry.applyRemovalPolicy(props.removalPolicy);
    for (const contract of props.contracts) {
      this.addStream(contract, key, props);
      this.registerSchemas(contract, registry, props);
    }
  }

  private addStream(contract: DeployedContract, key: IKey | undefined, { config, removalPolicy }: PlatformStackProps): void {
    const { name } = contract.descriptor;
    const { shards, retentionHours } = streamSettings(contract.descriptor, config);
    const stream = new Stream(this, `${pascal(name)}Stream`, {
      streamName: streamName(config.environment, name),
      retentionPeriod: Duration.hours(retentionHours),
      removalPolicy,
      ...(shards === 'on-demand' ? { streamMode: StreamMode.ON_DEMAND } : { streamMode: StreamMode.PROVISIONED, shardCount: shards }),
      ...(key === undefined ? { encryption: StreamEncryption.MANAGED } : { encryption: StreamEncryption.KMS, encryptionKey: key }),
    });
    if (key !== undefined) {
      Validations.of(stream).acknowledge({ id: 'AwsSolutions-KDS3', reason: 'The environment asks for a customer-managed key (encryption in its configuration); its cost is stated there.' });
    }
  }

  /** Compatibility NONE: our own check decides before a version gets here, and names the consumers it would break. */
  private registerSchemas({ descriptor, schemas }: DeployedContract, registry: CfnRegistry, { removalPolicy }: PlatformStackProps): void {
    for (const { major, text } of schemas) {
      const schema = new CfnSchema(this, `${pascal(descriptor.name)}V${major}Schema`, {
        name: schemaName(descriptor.name, major),
        description: descriptor.description,
        dataFormat: 'JSON',
        compatibility: 'NONE',
        registry: { arn: registry.attrArn },
        schemaDefinition: text,
      });
      schema.applyRemovalPolicy(removalPolicy);
    }
  }
}
