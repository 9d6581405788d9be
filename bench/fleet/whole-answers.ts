/** The fleet function as a caller meets it: the app in a sandbox of its own, its HTTP API, a token, positions that keep flowing. */
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { Worker } from 'node:worker_threads';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { signIn } from '../../cli/platform/api.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { OUTPUTS, streamName } from '../../contracts/platform-names.ts';
import { local } from '../../lib/config/environments/local.ts';
import { kinesisPort, putAll } from '../../producer/index.ts';
import type { StreamRecord } from '../../producer/index.ts';
import { usageOf } from '../stream/process-usage.ts';
import { benchSandbox } from '../stream/sandbox.ts';
import type { BenchSandbox } from '../stream/sandbox.ts';
import { wholeFleet } from './fixes.ts';
import type { Flow } from './flow.ts';
import { boxAt, spot, vehicleId } from './places.ts';

const STREAM = streamName('local', 'vehicle-position');
/** Of the stream in the local environment. */
const SHARDS = 2;
const PAGE_VEHICLES = 100;
const SLICE = 10_000;
/** Between two questions: one is asked after another, their kinds in turn, so that each kind meets every state of the function. */
const PAUSE_MS = 10;
/** Of a hundred answers the slowest would pass for the 99th percentile. */
const ROUNDS = { warm: 5, timed: 300 } as const;

interface Question {
  readonly name: string;
  readonly path: (turn: number) => string;
  /** What must come back. @default 200 */
  readonly status?: number;
  readonly withoutToken?: true;
}

const QUESTIONS: readonly Question[] = [
  { name: 'no token: the gateway alone', path: () => '/v1/vehicles', status: 401, withoutToken: true },
  { name: 'refused parameter: the road alone', path: () => '/v1/vehicles?near=here', status: 400 },
  { name: 'one vehicle with its last hour', path: (turn) => `/v1/vehicles/${vehicleId(turn * 31)}` },
  { name: 'near, 10 km', path: (turn) => `/v1/vehicles?near=${spot(turn).lat.toFixed(4)},${spot(turn).lon.toFixed(4)},10` },
  { name: 'box of 0.5° × 0.5°', path: (turn) => `/v1/vehicles?bbox=${boxAt(turn, 0.5).join(',')}` },
  { name: 'box of 2° × 2°', path: (turn) => `/v1/vehicles?bbox=${boxAt(turn, 2).join(',')}` },
  { name: 'box of 5° × 5°', path: (turn) => `/v1/vehicles?bbox=${boxAt(turn, 5).join(',')}` },
  { name: 'whole fleet by cell, resolution 3', path: () => '/v1/vehicles?group=cell&resolution=3' },
  { name: 'a region by cell', path: () => '/v1/vehicles?region=central-europe&group=cell' },
];

export interface TimedQuestion {
  readonly name: string;
  /** Milliseconds from the first byte sent to the last received. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Of an answer on the wire, mean. */
  readonly bytes: number;
  readonly gzip: boolean;
  /** Answers with another status than is due: in none of these figures. */
  readonly failures: number;
}

export interface WholeAnswers {
  readonly loadSeconds: number;
  /** Positions a second while answers were timed. */
  readonly rate: number;
  readonly questions: readonly TimedQuestion[];
  /** Name, MB resident, seconds of CPU while answers were timed. */
  readonly processes: readonly (readonly [name: string, megabytes: number, cpuSeconds: number])[];
}

/** @param rate - positions a second that flow while answers are timed */
export async function measureWholeAnswers({ vehicles, rate, say }: { readonly vehicles: number; readonly rate: number; readonly say: (line: string) => void }): Promise<WholeAnswers> {
  const sandbox = await benchSandbox({ ...local, live: { ...local.live, fleetVehicles: vehicles, positionPageVehicles: PAGE_VEHICLES } });
  try {
    const begun = Date.now();
    await load(sandbox, vehicles);
    const loadSeconds = (Date.now() - begun) / 1_000;
    const restSeconds = await sandbox.sparkAtRest();
    say(`${vehicles.toLocaleString('en-US')} vehicles loaded in ${loadSeconds.toFixed(0)} s, tables of the lake made ${restSeconds} s after that; answers are timed …`);
    const ask = await asker(sandbox);
    await answersHold(ask, vehicles);
    const flow = startFlow(sandbox, { vehicles, rate });
    try {
      await askInTurn(ask, ROUNDS.warm, 0);
      const before = { at: Date.now(), put: flow.put(), cpu: await usages(sandbox) };
      const answers = await askInTurn(ask, ROUNDS.timed, ROUNDS.warm);
      const seconds = (Date.now() - before.at) / 1_000;
      const after = await usages(sandbox);
      const processes = [...after].map(([name, { cpu, megabytes }]) => [name, megabytes, cpu - (before.cpu.get(name)?.cpu ?? 0)] as const);
      return { loadSeconds, rate: (flow.put() - before.put) / seconds, questions: QUESTIONS.map((question, index) => summary(question, answers[index] ?? [])), processes };
    } finally {
      await flow.stop();
    }
  } finally {
    await sandbox.stop();
  }
}

async function load({ platform }: BenchSandbox, vehicles: number): Promise<void> {
  const client = new KinesisClient(platform.client);
  const port = kinesisPort(client);
  let slice: StreamRecord[] = [];
  const put = async (): Promise<void> => {
    const { failed } = await putAll(slice, { port, stream: STREAM });
    if (failed.length > 0) throw new Error(`${failed.length} positions were refused.`);
    slice = [];
  };
  for (const record of wholeFleet(vehicles, Math.ceil(vehicles / SHARDS / PAGE_VEHICLES))) {
    slice.push(record);
    if (slice.length === SLICE) await put();
  }
  await put();
  client.destroy();
  await caughtUp(platform);
}

interface Answer {
  readonly status: number;
  readonly milliseconds: number;
  readonly bytes: number;
  readonly gzip: boolean;
  readonly body: Buffer;
}

type Ask = (question: Pick<Question, 'withoutToken'> & { readonly path: string }) => Promise<Answer>;

/** One kept-alive connection, as a browser's. */
async function asker({ platform }: BenchSandbox): Promise<Ask> {
  const url = (await platform.output('serving', OUTPUTS.apiUrl)).replace(/\/$/, '');
  const token = await signIn(platform, {});
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  return ({ path, withoutToken }) =>
    new Promise((resolve, reject) => {
      const begun = performance.now();
      const headers = { 'accept-encoding': 'gzip', ...(withoutToken !== true && { authorization: `Bearer ${token}` }) };
      http.get(`${url}${path}`, { agent, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const body = Buffer.concat(parts);
          resolve({ status: answer.statusCode ?? 0, milliseconds: performance.now() - begun, bytes: body.length, gzip: answer.headers['content-encoding'] === 'gzip', body });
        });
      }).on('error', reject);
    });
}

/** A figure of an answer that is not the whole fleet would be no figure. */
async function answersHold(ask: Ask, vehicles: number): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const { status, body, gzip } = await ask({ path: '/v1/vehicles?group=cell&resolution=1' });
    const text = (gzip ? gunzipSync(body) : body).toString();
    const { count } = JSON.parse(text) as { readonly count?: number };
    if (status === 200 && count === vehicles) return;
    if (turn === 30) throw new Error(`The API knows ${count} of ${vehicles} vehicles: HTTP ${status} ${text.slice(0, 200)}`);
    await wait(1_000);
  }
}

async function askInTurn(ask: Ask, rounds: number, from: number): Promise<Answer[][]> {
  const answers: Answer[][] = QUESTIONS.map(() => []);
  for (let turn = from; turn < from + rounds; turn += 1) {
    for (const [index, question] of QUESTIONS.entries()) {
      const answer = await ask({ ...question, path: question.path(turn) });
      answers[index]?.push({ ...answer, body: Buffer.alloc(0) });
      await wait(PAUSE_MS);
    }
  }
  return answers;
}

function summary({ name, status = 200 }: Question, all: readonly Answer[]): TimedQuestion {
  const answers = all.filter((answer) => answer.status === status);
  const times = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
  return { name, p50: at(0.5), p95: at(0.95), p99: at(0.99), bytes: answers.reduce((sum, { bytes }) => sum + bytes, 0) / answers.length, gzip: answers.some(({ gzip }) => gzip), failures: all.length - answers.length };
}

function startFlow({ platform }: BenchSandbox, { vehicles, rate }: { readonly vehicles: number; readonly rate: number }): { put: () => number; stop: () => Promise<unknown> } {
  const flow: Flow = { client: platform.client, stream: STREAM, vehicles, rate };
  const worker = new Worker(new URL('./flow.ts', import.meta.url), { workerData: flow });
  let put = 0;
  worker.on('message', (sofar: number) => (put = sofar));
  return { put: () => put, stop: () => worker.terminate() };
}

async function usages(sandbox: BenchSandbox): Promise<Map<string, { readonly cpu: number; readonly megabytes: number }>> {
  const found = new Map<string, { cpu: number; megabytes: number }>();
  for (const [name, pid] of await sandbox.processes()) {
    const usage = usageOf(pid);
    if (usage !== undefined) found.set(name, { cpu: usage.cpuSeconds, megabytes: usage.residentMb });
  }
  return found;
}
