/**
 * npm run bench:live -- --samples 30
 *
 * From a put to what a person sees, through the HTTP API of the app deployed in a sandbox of its own: a vehicle's position, an
 * alert, a regional number. The load is one put a second, so this measures windows, schedules and hops, not throughput.
 */
import { setTimeout as wait } from 'node:timers/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import type { AlertList, Overview, VehicleDetail } from '../../contracts/api/answers.ts';
import { streamName } from '../../contracts/platform-names.ts';
import { trackingApi } from '../../cli/platform/api.ts';
import type { Api } from '../../cli/platform/api.ts';
import { benchSandbox } from '../stream/sandbox.ts';

const MINUTE = 60_000;
/** After this a sample counts as not seen. */
const PATIENCE_MS = 5 * MINUTE;
const POLL_MS = 250;
const PUT_EVERY_MS = 1_000;

interface Road {
  readonly name: string;
  readonly target: string;
  readonly put: (index: number) => Promise<void>;
  readonly isVisible: (index: number) => Promise<boolean>;
}

const { values } = parseArgs({ options: { samples: { type: 'string', default: '30' } } });
const samples = Number(values.samples);
const at = (time: number): string => new Date(time).toISOString();

const sandbox = await benchSandbox();
try {
  const kinesis = new KinesisClient(sandbox.platform.client);
  const api = await trackingApi(sandbox.platform, {});
  const rows = [];
  for (const road of roads(kinesis, api)) rows.push(await measure(road));
  process.stdout.write(`\nFrom put to visible over the API, seconds (${samples} samples each, sandbox, window 2 s):\n\n${rows.join('\n')}\n`);
  kinesis.destroy();
} finally {
  await sandbox.stop();
}

async function measure({ name, target, put, isVisible }: Road): Promise<string> {
  const times: number[] = [];
  let missing = 0;
  const seen: Promise<void>[] = [];
  for (let index = 0; index < samples; index += 1) {
    const begun = Date.now();
    await put(index);
    seen.push(visibleAfter(begun, async () => isVisible(index)).then((time) => void (time === undefined ? (missing += 1) : times.push(time))));
    await wait(PUT_EVERY_MS);
  }
  await Promise.all(seen);
  times.sort((a, b) => a - b);
  const shown = (share: number): string => ((times[Math.floor((times.length - 1) * share)] ?? NaN) / 1000).toFixed(1).padStart(7);
  return `${name.padEnd(18)} p50 ${shown(0.5)}  p99 ${shown(0.99)}  ${target}${missing === 0 ? '' : `  NOT SEEN: ${missing}`}`;
}

async function visibleAfter(begun: number, isVisible: () => Promise<boolean>): Promise<number | undefined> {
  while (Date.now() - begun < PATIENCE_MS) {
    if (await isVisible()) return Date.now() - begun;
    await wait(POLL_MS);
  }
  return undefined;
}

function roads(kinesis: KinesisClient, api: Api): readonly Road[] {
  const put = async (contract: string, key: string, event: object): Promise<void> => {
    await kinesis.send(new PutRecordCommand({ StreamName: streamName('local', contract), PartitionKey: key, Data: Buffer.from(JSON.stringify(event)) }));
  };
  const plan = Date.now() - 2 * 60 * MINUTE;
  const late = async (shipmentId: string): Promise<void> =>
    put('shipment-event', shipmentId, { schemaVersion: '1.0', source: 'DCSA:BENCH', eventId: 'plan', shipmentId, sourceEventCode: 'TRANSPORT/ARRI', eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: at(plan), publishedTime: at(Date.now()), location: { unLocode: 'NLRTM' } });
  let counted = 0;
  return [
    {
      name: 'position',
      target: 'p99 ≤ 30, aim ≤ 12',
      put: async (index) => put('vehicle-position', `BENCH-${index}`, { schemaVersion: '1.0', source: 'GPS:bench', vehicleId: `BENCH-${index}`, eventTime: at(Date.now()), lat: 51, lon: 4 + index / 1_000 }),
      isVisible: async (index) => (await answer<VehicleDetail>(api, `/v1/vehicles/BENCH-${index}`)) !== undefined,
    },
    {
      name: 'alert',
      target: 'p99 ≤ 60, aim ≤ 15',
      put: async (index) => late(`BENCH-A${index}`),
      isVisible: async (index) => ((await answer<AlertList>(api, `/v1/alerts?shipment=BENCH-A${index}`))?.alerts.length ?? 0) > 0,
    },
    {
      name: 'regional number',
      target: 'p99 ≤ 300, aim ≤ 60',
      put: async (index) => {
        if (index === 0) counted = await activeIn(api);
        await put('shipment-event', `BENCH-R${index}`, { schemaVersion: '1.0', source: 'DCSA:BENCH', eventId: 'go', shipmentId: `BENCH-R${index}`, sourceEventCode: 'TRANSPORT/DEPA', eventType: 'DEPARTED', eventClassifier: 'ACTUAL', eventTime: at(Date.now() - MINUTE), location: { unLocode: 'NLRTM' } });
      },
      isVisible: async (index) => (await activeIn(api)) > counted + index,
    },
  ];
}

/** Shipments on their way in the region of the bench. */
async function activeIn(api: Api): Promise<number> {
  return (await answer<Overview>(api, '/v1/overview'))?.regions.find(({ region }) => region === 'benelux')?.active ?? 0;
}

async function answer<Body>(api: Api, path: string): Promise<Body | undefined> {
  const { status, body } = await api(path);
  return status === 200 ? (body as Body) : undefined;
}
