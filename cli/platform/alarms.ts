import type { Platform } from './platform.ts';

export interface AlarmView {
  readonly name: string;
  readonly state: string;
  /** Epoch ms. */
  readonly since: number;
  readonly description: string;
}

/** The environment's alarms, those in ALARM first. */
export async function alarmsOf(platform: Platform): Promise<AlarmView[]> {
  const { CloudWatchClient, paginateDescribeAlarms } = await import('@aws-sdk/client-cloudwatch');
  const client = new CloudWatchClient(platform.client);
  const alarms: AlarmView[] = [];
  try {
    for await (const page of paginateDescribeAlarms({ client }, { AlarmNamePrefix: `waybill-${platform.env}` })) {
      for (const each of page.MetricAlarms ?? []) {
        alarms.push({ name: each.AlarmName ?? '', state: each.StateValue ?? 'INSUFFICIENT_DATA', since: (each.StateTransitionedTimestamp ?? each.StateUpdatedTimestamp)?.getTime() ?? 0, description: each.AlarmDescription ?? '' });
      }
    }
  } finally {
    client.destroy();
  }
  const rank = (state: string): number => (state === 'ALARM' ? 0 : 1);
  return alarms.sort((a, b) => rank(a.state) - rank(b.state) || (a.name < b.name ? -1 : 1));
}
