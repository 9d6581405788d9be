import { setTimeout as wait } from 'node:timers/promises';
import type { Context, Verb } from '../command.ts';
import { UsageError } from '../errors.ts';
import { parseDuration, timeOfDay } from '../output/times.ts';
import { LOGGED, logSource } from '../platform/log-sources.ts';
import type { LogChoice } from '../platform/log-sources.ts';

interface LogsOptions extends LogChoice { readonly since?: string; readonly follow?: boolean }

const PAUSE_MS = 2000;
const USUAL_SPAN = '10m';

export const logs: Verb = {
  register: (program, run) => {
    program.command('logs [name]').description(`what a function or a job's run wrote: ${LOGGED.join(', ')}`)
      .option('--contract <name>', 'archive-events of this contract', 'shipment-event')
      .option('--listener <name>', 'deliver-notice of this listener of alerts')
      .option('--run <id>', 'this run of a job (default: its last)')
      .option('--since <duration>', `written since, e.g. 30s, 5m, 2h (default: ${USUAL_SPAN}; of a job, its whole run)`)
      .option('-f, --follow', 'go on until Ctrl-C')
      .action(run(async (context, name: string | undefined, options: LogsOptions) => printLogs(context, name ?? 'archive-events', options)));
  },
};

async function printLogs(context: Context, name: string, options: LogsOptions): Promise<void> {
  const span = parseDuration(options.since ?? USUAL_SPAN);
  if (span === undefined) throw new UsageError(`--since got "${options.since}"; allowed: a number with s, m, h or d. Example: --since 5m`);
  const platform = await context.platform();
  const { group, streams, since } = await logSource(platform, name, options);
  const { CloudWatchLogsClient, FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const client = new CloudWatchLogsClient(platform.client);
  const shown = new Set<string>();
  let from = options.since === undefined ? (since ?? context.io.now() - span) : context.io.now() - span;
  let stop = options.follow !== true;
  if (!stop) void context.io.interrupted.then(() => { stop = true; });
  for (;;) {
    let nextToken: string | undefined;
    do {
      const page = await client.send(new FilterLogEventsCommand({ logGroupName: group, startTime: from, ...(streams === undefined ? {} : { logStreamNamePrefix: streams }), ...(nextToken === undefined ? {} : { nextToken }) }));
      for (const event of page.events ?? []) {
        const id = event.eventId ?? `${event.timestamp} ${event.message}`;
        if (shown.has(id)) continue;
        shown.add(id);
        from = Math.max(from, (event.timestamp ?? from) - PAUSE_MS * 2);
        const message = (event.message ?? '').trimEnd();
        context.io.out(context.options.json === true ? `${JSON.stringify({ at: event.timestamp, message })}\n` : `${timeOfDay(event.timestamp ?? 0)}  ${message}\n`);
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    if (stop) break;
    await Promise.race([wait(PAUSE_MS), context.io.interrupted]);
  }
  client.destroy();
  if (shown.size === 0) context.io.err(`Nothing was written to ${group}${streams === undefined ? ` in the last ${options.since ?? USUAL_SPAN}` : ` by run ${streams}`}.\n`);
}
