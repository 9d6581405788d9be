import { setTimeout as wait } from 'node:timers/promises';
import type { Context, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { problemOf, trackingApi } from '../platform/api.ts';
import type { Api } from '../platform/api.ts';
import { shipmentPage } from '../track/shipment-page.ts';
import type { Shipment } from '../track/shipment-page.ts';

interface TrackOptions { readonly follow?: boolean; readonly conflicts?: boolean; readonly zone?: string }

const REDRAW_MS = 2000;
const CLEAR = '\u001b[2J\u001b[H';

export const track: Verb = {
  register: (program, run) => {
    program.command('track <id>').description('a shipment: status, milestones, delay, sources')
      .option('-f, --follow', 'redraw until Ctrl-C')
      .option('--conflicts', 'what senders disagree on, took back or corrected')
      .option('--zone <name>', 'times in this IANA time zone instead of UTC')
      .action(run(async (context, id: string, options: TrackOptions) => trackShipment(context, id, options)));
  },
};

async function trackShipment(context: Context, id: string, options: TrackOptions): Promise<void> {
  checkZone(options.zone);
  const api = await trackingApi(await context.platform(), context.io.env);
  const show = async (): Promise<void> => {
    const shipment = await readShipment(api, id);
    const text = (): string => shipmentPage(context.io, shipment, { conflicts: options.conflicts === true, zone: options.zone });
    if (options.follow === true && context.io.interactive) context.io.out(CLEAR);
    context.answer(shipment, text);
  };
  await show();
  if (options.follow !== true) return;
  let stop = false;
  void context.io.interrupted.then(() => { stop = true; });
  for (;;) {
    await Promise.race([wait(REDRAW_MS), context.io.interrupted]);
    if (stop) return;
    await show();
  }
}

async function readShipment(api: Api, id: string): Promise<Shipment> {
  const answer = await api(`/v1/shipments/${encodeURIComponent(id)}`);
  if (answer.status === 200) return answer.body as Shipment;
  if (answer.status === 400) throw new UsageError(problemOf(answer));
  throw new WorldError(`${id}: ${problemOf(answer)}`);
}

function checkZone(zone: string | undefined): void {
  if (zone === undefined) return;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
  } catch (error) {
    throw new UsageError(`--zone got "${zone}"; allowed: an IANA time zone. Example: --zone Europe/Berlin`, { cause: error });
  }
}
