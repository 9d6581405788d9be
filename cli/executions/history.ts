import type { HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';

/** All events of an execution, oldest first. */
export async function historyOf(client: SFNClient, executionArn: string): Promise<HistoryEvent[]> {
  const { paginateGetExecutionHistory } = await import('@aws-sdk/client-sfn');
  const events: HistoryEvent[] = [];
  for await (const page of paginateGetExecutionHistory({ client }, { executionArn, maxResults: 1000, includeExecutionData: false })) events.push(...(page.events ?? []));
  return events;
}
