/** Where each consumer of a stream stands, from the public APIs: its event source mappings and their iterator age. */
import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { contractNames } from './contracts.ts';
import type { Platform } from './platform.ts';

export interface ConsumerView {
  /** The function as people call it, e.g. `archive-events (shipment-event)`. */
  readonly name: string;
  readonly functionName: string;
  readonly stream: string;
  readonly state: string;
  /** Iterator age of the newest batch, ms; undefined when none came in the last minutes. */
  readonly behindMs: number | undefined;
}

const LOOK_BACK_MS = 5 * 60_000;

export async function consumersOf(platform: Platform, now = Date.now()): Promise<ConsumerView[]> {
  const outputs = await platform.outputs('ingest');
  const named = [
    ...contractNames().map((contract) => [`archive-events (${contract})`, outputs[OUTPUTS.archiveEventsFunction(contract)]]),
    ['track-shipments', outputs[OUTPUTS.trackShipmentsFunction]],
    ['track-vehicles', outputs[OUTPUTS.trackVehiclesFunction]],
  ].filter((each): each is [string, string] => each[1] !== undefined);
  const { LambdaClient, ListEventSourceMappingsCommand } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient(platform.client);
  try {
    const views: ConsumerView[] = [];
    for (const [name, functionName] of named) {
      const { EventSourceMappings = [] } = await client.send(new ListEventSourceMappingsCommand({ FunctionName: functionName }));
      for (const mapping of EventSourceMappings) views.push(await viewOf(platform, { name, functionName, mapping, now }));
    }
    return views;
  } finally {
    client.destroy();
  }
}

async function viewOf(platform: Platform, each: { name: string; functionName: string; mapping: EventSourceMappingConfiguration; now: number }): Promise<ConsumerView> {
  return {
    name: each.name, functionName: each.functionName,
    stream: each.mapping.EventSourceArn?.split('/').at(-1) ?? '', state: each.mapping.State ?? 'unknown',
    behindMs: await iteratorAge(platform, each.functionName, each.now),
  };
}

async function iteratorAge(platform: Platform, functionName: string, now: number): Promise<number | undefined> {
  const { CloudWatchClient, GetMetricStatisticsCommand } = await import('@aws-sdk/client-cloudwatch');
  const client = new CloudWatchClient(platform.client);
  try {
    const answer = await client.send(new GetMetricStatisticsCommand({
      Namespace: 'AWS/Lambda', MetricName: 'IteratorAge', Dimensions: [{ Name: 'FunctionName', Value: functionName }],
      StartTime: new Date(now - LOOK_BACK_MS), EndTime: new Date(now), Period: 60, Statistics: ['Maximum'],
    }));
    const newest = (answer.Datapoints ?? []).sort((a, b) => (a.Timestamp?.getTime() ?? 0) - (b.Timestamp?.getTime() ?? 0)).at(-1);
    return newest?.Maximum;
  } finally {
    client.destroy();
  }
}
