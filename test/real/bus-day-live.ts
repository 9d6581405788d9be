/** The day of bus positions on the map: shifted so that its last fix falls at the replay's end, and put at sixty times its pace. */
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { VehicleList } from '../../contracts/api/answers.ts';
import { streamName } from '../../contracts/platform-names.ts';
import { trackingApi } from '../../cli/platform/api.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import type { Deployed } from '../e2e/deployed.ts';

type Check = (what: string, holds: boolean, found: unknown) => void;

const PACE = 60;
const STEP_MS = 1_000;
const MOST_RECORDS = 500;
/** The bound of fleet-api, and what a window and a batch take. */
const SETTLE_MS = 16_000;

interface Fix {
  readonly vehicleId: string;
  /** Ms since 1970. */
  readonly time: number;
  readonly lat: number;
  readonly lon: number;
  readonly speed: number;
}

/** What was put as it is, years old, is in the lake and on no map. */
export async function nothingOnTheMap(app: Deployed, check: Check): Promise<void> {
  const { count } = await vehicles(app);
  check('fixes from years ago are positions of no vehicle', count === 0, count);
}

/** @param hours of the end of the file that are replayed */
export async function busDayLive(app: Deployed, file: string, { check, hours }: { readonly check: Check; readonly hours: number }): Promise<void> {
  const all = fixesIn(file);
  const last = Math.max(...all.map(({ time }) => time));
  const slice = all.filter(({ time }) => time > last - hours * 3_600_000).sort((a, b) => a.time - b.time);
  const first = slice[0]?.time ?? last;
  process.stdout.write(`The last ${hours} h of it at ${PACE}×, ending now: ${slice.length} fixes\n`);
  const end = Math.round(Date.now() + (last - first) / PACE);
  const shifted = slice.map((fix) => ({ ...fix, time: fix.time + end - last }));
  const known = new Set(shifted.map(nameOf));
  const seen = new Map<string, number>();
  const faults: string[] = [];
  const look = async (): Promise<VehicleList> => {
    const answer = await vehicles(app);
    for (const { vehicleId, eventTime, lat, lon } of answer.vehicles) {
      const time = Date.parse(eventTime);
      if (time < (seen.get(vehicleId) ?? 0)) faults.push(`${vehicleId} went back to ${eventTime}`);
      if (!known.has(nameOf({ vehicleId, time, lat, lon }))) faults.push(`${vehicleId} is where no row says: ${lat}, ${lon} at ${eventTime}`);
      seen.set(vehicleId, time);
    }
    return answer;
  };
  const looks = await replay(app, shifted, { first: first + end - last, look });
  await caughtUp(app.platform);
  await wait(SETTLE_MS);
  const map = await look();
  const newest = new Map(shifted.map((fix) => [fix.vehicleId, fix.time]));
  const wrong = [...newest].filter(([id, time]) => Date.parse(map.vehicles.find(({ vehicleId }) => vehicleId === id)?.eventTime ?? '') !== time);
  check(`in ${looks + 1} looks at the map every vehicle is where a row of the file says, and none goes back in time`, faults.length === 0 && looks > 3, faults.slice(0, 5));
  check(`at the end all ${newest.size} vehicles are where their last row says`, wrong.length === 0 && newest.size > 10, wrong.slice(0, 5));
}

/** Puts what is due each second; answers how often it looked at the map meanwhile. */
async function replay(app: Deployed, fixes: readonly Fix[], { first, look }: { first: number; look: () => Promise<unknown> }): Promise<number> {
  const client = new KinesisClient(app.platform.client);
  const begun = Date.now();
  let put = 0;
  let looks = 0;
  for (let step = 1; put < fixes.length; step += 1) {
    await wait(Math.max(0, begun + step * STEP_MS - Date.now()));
    const due = first + (Date.now() - begun) * PACE;
    const until = fixes.findIndex(({ time }, index) => index >= put && time > due);
    const part = fixes.slice(put, until === -1 ? fixes.length : until);
    for (let from = 0; from < part.length; from += MOST_RECORDS) await putAll(client, part.slice(from, from + MOST_RECORDS));
    put += part.length;
    if (step % 5 === 0) {
      await look();
      looks += 1;
    }
  }
  client.destroy();
  return looks;
}

async function putAll(client: KinesisClient, fixes: readonly Fix[]): Promise<void> {
  const Records = fixes.map(({ vehicleId, time, lat, lon, speed }) => ({
    PartitionKey: vehicleId,
    Data: Buffer.from(JSON.stringify({ schemaVersion: '1.0', source: 'GPS:BUS', vehicleId, eventTime: new Date(time).toISOString(), lat, lon, speedKmh: Number((speed * 3.6).toFixed(1)) })),
  }));
  const { FailedRecordCount } = await client.send(new PutRecordsCommand({ StreamName: streamName('local', 'vehicle-position'), Records }));
  if (FailedRecordCount !== 0) throw new Error(`${FailedRecordCount} of ${Records.length} fixes were not taken`);
}

function fixesIn(file: string): Fix[] {
  const [, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split(/\r?\n/);
  return lines.flatMap((line) => {
    const [vehicleId = '', timestamp = '', speed = '', , , lat = '', lon = ''] = line.split(',');
    const fix = { vehicleId, time: Date.parse(timestamp), lat: Number(lat), lon: Number(lon), speed: Number(speed) || 0 };
    return vehicleId === '' || Number.isNaN(fix.time) || !(Math.abs(fix.lat) <= 90 && Math.abs(fix.lon) <= 180) ? [] : [fix];
  });
}

/** Places are kept to 1e-5 degrees. */
const nameOf = ({ vehicleId, time, lat, lon }: Omit<Fix, 'speed'>): string => `${vehicleId} ${Math.round(time)} ${Math.round(lat * 1e5)} ${Math.round(lon * 1e5)}`;

async function vehicles(app: Deployed): Promise<VehicleList> {
  const { status, body } = await (await trackingApi(app.platform, {}))('/v1/vehicles');
  if (status !== 200) throw new Error(`GET /v1/vehicles answered ${status}: ${JSON.stringify(body)}`);
  return body as VehicleList;
}
