import { Stage } from 'aws-cdk-lib';
import type { RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { PlatformConfig } from '../config/platform-config.ts';
import type { DeployedContract } from '../contracts/deployed-contract.ts';
import { AlarmRegistry } from '../monitoring/alarm-registry.ts';
import { BatchStack } from '../stacks/batch-stack.ts';
import { FoundationStack } from '../stacks/foundation-stack.ts';
import { IngestStack } from '../stacks/ingest-stack.ts';
import { LakeStack } from '../stacks/lake-stack.ts';
import { ServingStack } from '../stacks/serving-stack.ts';
import { StateStack } from '../stacks/state-stack.ts';
import { StreamsStack } from '../stacks/streams-stack.ts';

export interface PlatformStageProps {
  readonly config: PlatformConfig;
  readonly contracts: readonly DeployedContract[];
  /** The lake as the contracts declare it, JSON. */
  readonly lakeModel: string;
  readonly removalPolicy: RemovalPolicy;
}

/** One environment, whole. What holds data comes first; the rest finds it by name. */
export class PlatformStage extends Stage {
  /** Every alarm of the environment. */
  readonly alarms: AlarmRegistry;

  constructor(scope: Construct, props: PlatformStageProps) {
    super(scope, props.config.environment);
    this.alarms = new AlarmRegistry(props.config.environment);
    const shared = { ...props, alarms: this.alarms };
    const foundation = new FoundationStack(this, shared);
    const stateful = [new LakeStack(this, shared), new StateStack(this, shared), new StreamsStack(this, shared)];
    const stateless = [new IngestStack(this, shared), ...batchOf(this, shared), new ServingStack(this, shared)];
    // Names tie nothing together for CloudFormation, so the order of a first deployment is said here.
    for (const stack of stateful) stack.addStackDependency(foundation);
    for (const stack of stateless) for (const needed of stateful) stack.addStackDependency(needed);
  }
}

/** Where no contract has a table there is nothing to load or build. */
const batchOf = (stage: Construct, props: ConstructorParameters<typeof BatchStack>[1]): readonly BatchStack[] => (props.contracts.some(({ hasTable }) => hasTable) ? [new BatchStack(stage, props)] : []);
