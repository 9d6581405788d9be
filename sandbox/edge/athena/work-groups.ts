/** Work groups as deployed, read from the control plane for each query. */
import { asObject, textOf } from '../../json.ts';
import { type ControlClient, ControlError } from '../control-client.ts';
import { AthenaRequestError } from './errors.ts';

export interface WorkGroup {
  readonly name: string;
  readonly enabled: boolean;
  /** What the client says about results counts for nothing. */
  readonly enforced: boolean;
  /** Ends with a slash. */
  readonly output: string | undefined;
  /** Bytes that one query may read. */
  readonly limit: number | undefined;
  readonly publishesMetrics: boolean;
}

/** @throws AthenaRequestError when there is no such work group */
export async function readWorkGroup(control: ControlClient, name: string): Promise<WorkGroup> {
  const found = await control.json('athena', 'AmazonAthena.GetWorkGroup', { WorkGroup: name }).catch((error: unknown) => {
    if (error instanceof ControlError && error.status < 500) throw new AthenaRequestError(`WorkGroup ${name} is not found.`);
    throw error;
  });
  const group = asObject(found['WorkGroup']);
  const settings = asObject(group['Configuration']);
  const output = textOf(asObject(settings['ResultConfiguration'])['OutputLocation']);
  const limit = Number(settings['BytesScannedCutoffPerQuery'] ?? 0);
  return {
    name,
    enabled: group['State'] !== 'DISABLED',
    // CloudFormation passes true and "true"; without a word the work group rules.
    enforced: isTrue(settings['EnforceWorkGroupConfiguration'] ?? true),
    output: output === '' ? undefined : withSlash(output),
    limit: limit > 0 ? limit : undefined,
    publishesMetrics: isTrue(settings['PublishCloudWatchMetricsEnabled']),
  };
}

/** Where the result of a query goes. @throws AthenaRequestError when nobody says where */
export function outputOf(group: WorkGroup, asked: string | undefined): string {
  const place = group.enforced ? group.output : asked === undefined ? group.output : withSlash(asked);
  if (place !== undefined && place.startsWith('s3://')) return place;
  throw new AthenaRequestError('No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.');
}

const withSlash = (location: string): string => (location.endsWith('/') ? location : `${location}/`);

const isTrue = (value: unknown): boolean => value === true || value === 'true';
