import { jobTask } from './states.ts';

/** Every few minutes: one run of load-silver loads all contracts. */
export const ingestSilver = ({ loadJob }: { readonly loadJob: string }): Readonly<Record<string, unknown>> => ({
  StartAt: 'LoadSilver',
  States: {
    LoadSilver: jobTask({ jobName: loadJob, arguments: { '--run': '{% $states.context.Execution.Name %}' }, next: 'End' }),
  },
});
