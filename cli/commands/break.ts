import { OUTPUTS } from '../../contracts/platform-names.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError } from '../errors.ts';
import { edgeAdmin } from '../platform/edge-admin.ts';
import type { FaultRule } from '../platform/edge-admin.ts';
import type { Platform } from '../platform/platform.ts';
import { readDamage, writeDamage } from '../world/damage.ts';

const THINGS = ['sink', 'contract', 'consumer'] as const;
type Thing = (typeof THINGS)[number];

/** Rules of this command carry a prefix, so that `heal` leaves rules that others set alone. */
const PREFIX = 'break-';
/** Share of shipment events that the broken producer damages: well over the 5 % at which the alarm stands. */
const DAMAGED_SHARE = 0.3;

const WHAT: Readonly<Record<Thing, { does: string; expect: string }>> = {
  sink: {
    does: 'S3 refuses every object that archive-events writes (503).',
    expect: 'archive-events holds its checkpoint, so nothing is lost; the consumer-behind alarm (sev-1) fires within minutes.',
  },
  contract: {
    does: 'A producer sends shipment events that break the contract, next to the good ones, until it is healed.',
    expect: 'The bad ones are quarantined with their reasons, the good ones go on; above 5 % the quarantine-share alarm (sev-2) fires.',
  },
  consumer: {
    does: 'DynamoDB refuses every write of track-shipments (throttling).',
    expect: 'track-shipments answers with the positions it could not write and is given them again; its consumer-behind alarm (sev-1) fires; after the give-up time the positions are noted for waybill catch-up.',
  },
};

export const breakThing: Verb = {
  register: (program, run) => {
    program.command('break <what>').description(`break something on purpose (sandbox only): ${THINGS.join(', ')}`)
      .action(run(async (context, what: string) => breakIt(context, what)));
    program.command('heal').description('undo every break (sandbox only)')
      .action(run(async (context) => heal(context)));
  },
};

const isThing = (what: string): what is Thing => THINGS.includes(what as Thing);

async function breakIt(context: Context, what: string): Promise<void> {
  if (!isThing(what)) throw new UsageError(`Cannot break "${what}".`, { todo: `Allowed: ${THINGS.join(', ')}. Example: waybill break sink` });
  const platform = await context.platform();
  const admin = edgeAdmin(platform);
  if (what === 'contract') {
    writeDamage(admin.dir, DAMAGED_SHARE);
  } else {
    const rule = what === 'sink' ? await sinkRule(platform) : await consumerRule(platform);
    await admin.setFaults([...(await admin.faults()).filter((each) => each.id !== rule.id), rule]);
  }
  context.answer({ broken: what }, () => `Broken: ${what}\n  ${WHAT[what].does}\n  ${WHAT[what].expect}\n\nSee it   npx waybill status\nUndo it  npx waybill heal\n`);
}

async function sinkRule(platform: Platform): Promise<FaultRule> {
  const buckets = [await platform.bronzeBucket(), await platform.quarantineBucket()];
  return { id: `${PREFIX}sink`, service: 's3', operation: 'PutObject', match: buckets.join('|'), caller: 'fn-', action: 'error', status: 503, code: 'SlowDown', when: 'before' };
}

async function consumerRule(platform: Platform): Promise<FaultRule> {
  const track = await platform.output('ingest', OUTPUTS.trackShipmentsFunction);
  return { id: `${PREFIX}consumer`, service: 'dynamodb', match: 'Statement|PutItem|UpdateItem', caller: `fn-${track}`, action: 'error', status: 400, code: 'ProvisionedThroughputExceededException', when: 'before' };
}

async function heal(context: Context): Promise<void> {
  const admin = edgeAdmin(await context.platform());
  const rules = await admin.faults();
  const healed = rules.filter((each) => each.id.startsWith(PREFIX)).map((each) => each.id.slice(PREFIX.length));
  await admin.setFaults(rules.filter((each) => !each.id.startsWith(PREFIX)));
  if (readDamage(admin.dir) > 0) healed.push('contract');
  writeDamage(admin.dir, 0);
  context.answer({ healed }, () => (healed.length === 0 ? 'Nothing was broken.\n' : `Healed: ${healed.join(', ')}\nWhat waited is worked off now; alarms return to OK by themselves: npx waybill status\n`));
}
