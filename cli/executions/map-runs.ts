import type { SFNClient } from '@aws-sdk/client-sfn';

export interface MapRunView {
  readonly arn: string;
  readonly status: string;
  readonly items: { readonly total: number; readonly succeeded: number; readonly failed: number; readonly running: number; readonly pending: number };
  /** The first of those that failed. */
  readonly failed: readonly { readonly name: string; readonly error?: string; readonly cause?: string }[];
}

const SHOWN = 5;

export async function describeMapRun(client: SFNClient, mapRunArn: string): Promise<MapRunView> {
  const { DescribeExecutionCommand, DescribeMapRunCommand, ListExecutionsCommand } = await import('@aws-sdk/client-sfn');
  const run = await client.send(new DescribeMapRunCommand({ mapRunArn }));
  const { executions = [] } = await client.send(new ListExecutionsCommand({ mapRunArn, statusFilter: 'FAILED', maxResults: SHOWN }));
  const failed = await Promise.all(executions.map(async ({ executionArn, name = '' }) => {
    const { error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
    return { name, ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  }));
  const counts = run.itemCounts;
  const items = { total: counts?.total ?? 0, succeeded: counts?.succeeded ?? 0, failed: (counts?.failed ?? 0) + (counts?.timedOut ?? 0), running: counts?.running ?? 0, pending: counts?.pending ?? 0 };
  return { arn: mapRunArn, status: run.status ?? '', items, failed };
}
