/** Runs of Glue that were going when a logic came into force: one of them may have been allowed to publish a moment before. */
import type { GlueClient, JobRun } from '@aws-sdk/client-glue';

export interface OlderRun { readonly job: string; readonly id: string; readonly days: string }

const GOING: readonly (string | undefined)[] = ['STARTING', 'RUNNING', 'STOPPING', 'WAITING'];

/** Of a page of runs: those that are going. */
export function going(job: string, runs: readonly JobRun[]): OlderRun[] {
  return runs.filter(({ JobRunState }) => GOING.includes(JobRunState)).map(({ Id = '', Arguments }) => ({ job, id: Id, days: Arguments?.['--dates'] ?? '' }));
}

/** Those of the jobs that are going now. Which of them are older is told by asking twice: clocks need not agree. */
export async function goingRuns(client: GlueClient, jobs: readonly string[]): Promise<OlderRun[]> {
  const { GetJobRunsCommand } = await import('@aws-sdk/client-glue');
  const pages = await Promise.all(jobs.map(async (job) => going(job, (await client.send(new GetJobRunsCommand({ JobName: job, MaxResults: 100 }))).JobRuns ?? [])));
  return pages.flat();
}
