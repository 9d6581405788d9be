import { setTimeout as wait } from 'node:timers/promises';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { parseDuration, timeOfDay } from '../output/times.ts';
import { contractNames } from '../platform/contracts.ts';
import type { Platform } from '../platform/platform.ts';

interface LogsOptions { readonly contract: string; readonly listener?: string; readonly since: string; readonly follow?: boolean }

const FUNCTIONS = ['archive-events', 'track-shipments', 'track-vehicles', 'catch-up', 'tracking-api', 'fleet-api', 'raise-alerts', 'notify', 'deliver-notice', 'watch-stalls', 'alerts-api'] as const;
const PAUSE_MS = 2000;

export const logs: Verb = {
  register: (program, run) => {
    program.command('logs [function]').description(`what a function wrote: ${FUNCTIONS.join(', ')}`)
      .option('--contract <name>', 'archive-events of this contract', 'shipment-event')
      .option('--listener <name>', 'deliver-notice of this listener of alerts')
      .option('--since <duration>', 'written since, e.g. 30s, 5m, 2h', '10m')
      .option('-f, --follow', 'go on until Ctrl-C')
      .action(run(async (context, name: string | undefined, options: LogsOptions) => printLogs(context, name ?? 'archive-events', options)));
  },
};

async function printLogs(context: Context, name: string, options: LogsOptions): Promise<void> {
  const span = parseDuration(options.since);
  if (span === undefined) throw new UsageError(`--since got "${options.since}"; allowed: a number with s, m, h or d. Example: --since 5m`);
  const platform = await context.platform();
  const group = await logGroup(platform, await functionName(platform, name, options));
  const { CloudWatchLogsClient, FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const client = new CloudWatchLogsClient(platform.client);
  const shown = new Set<string>();
  let [from, stop] = [context.io.now() - span, options.follow !== true];
  if (!stop) void context.io.interrupted.then(() => { stop = true; });
  for (;;) {
    let nextToken: string | undefined;
    do {
      const page = await client.send(new FilterLogEventsCommand({ logGroupName: group, startTime: from, ...(nextToken === undefined ? {} : { nextToken }) }));
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
  if (shown.size === 0) context.io.err(`Nothing was written to ${group} in the last ${options.since}.\n`);
}

async function functionName(platform: Platform, name: string, { contract, listener }: LogsOptions): Promise<string> {
  switch (name) {
    case 'archive-events':
      if (!contractNames().includes(contract)) throw new UsageError(`There is no contract "${contract}".`, { todo: `Allowed: ${contractNames().join(', ')}` });
      return platform.output('ingest', OUTPUTS.archiveEventsFunction(contract));
    case 'track-shipments': return platform.output('ingest', OUTPUTS.trackShipmentsFunction);
    case 'track-vehicles': return platform.output('ingest', OUTPUTS.trackVehiclesFunction);
    case 'fleet-api': return platform.output('serving', OUTPUTS.fleetApiFunction);
    case 'raise-alerts': return platform.output('ingest', OUTPUTS.raiseAlertsFunction);
    case 'notify': return platform.output('ingest', OUTPUTS.notifyFunction);
    case 'deliver-notice':
      if (listener === undefined) throw new UsageError('--listener is missing: each listener of alerts has its own function.', { todo: 'It is the name in live.notices. Example: waybill logs deliver-notice --listener night-shift' });
      return platform.output('ingest', OUTPUTS.deliverNoticeFunction(listener));
    case 'watch-stalls': return platform.output('ingest', OUTPUTS.watchStallsFunction);
    case 'alerts-api': return platform.output('serving', OUTPUTS.alertsApiFunction);
    case 'catch-up': return platform.output('ingest', OUTPUTS.catchUpFunction);
    case 'tracking-api': return platform.output('serving', OUTPUTS.trackingApiFunction);
    default: throw new UsageError(`There is no function "${name}".`, { todo: `Allowed: ${FUNCTIONS.join(', ')}. Example: waybill logs track-shipments --follow` });
  }
}

async function logGroup(platform: Platform, functionName: string): Promise<string> {
  const { LambdaClient, GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient(platform.client);
  const answer = await client.send(new GetFunctionConfigurationCommand({ FunctionName: functionName })).catch((error: unknown) => {
    throw new WorldError(`Function ${functionName} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  client.destroy();
  return answer.LoggingConfig?.LogGroup ?? `/aws/lambda/${functionName}`;
}
