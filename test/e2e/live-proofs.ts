/**
 * What the proofs of live operations share: a deployed app, all that was ever put on its streams with the truth of it, a subscriber
 * of the topic of notices, faults at calls of functions, and the API.
 */
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { AlertList, AlertSummary } from '../../contracts/api/answers.ts';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { trackingApi } from '../../cli/platform/api.ts';
import type { Api } from '../../cli/platform/api.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { putSimulated } from '../../cli/world/put-simulated.ts';
import type { FaultRule } from '../../sandbox/edge/faults/rule.ts';
import { createTruth } from '../../simulator/index.ts';
import type { SimulatedRecord, Truth } from '../../simulator/index.ts';
import { deployed } from './deployed.ts';
import type { Deployed } from './deployed.ts';
import { httpSubscriber } from './http-subscriber.ts';
import type { Rule } from './simulated-road.ts';
import { until } from '../until.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** What a loaded machine may take for a step. */
export const PATIENCE = 3 * MINUTE;

export interface Told {
  readonly alertId: string;
  readonly key: string;
  readonly turn: string;
  /** When the platform saw it, RFC 3339. */
  readonly at: string;
  readonly openedAt: string;
  readonly shipmentId: string | null;
}

export interface LoggedRequest {
  readonly service: string;
  readonly operation: string;
  readonly fault?: string;
}

export interface LiveProofs {
  readonly app: Deployed;
  readonly api: Api;
  /** Of all shipment events that were put. */
  readonly truth: Truth;
  /** All that was put, in its order. */
  readonly sent: readonly SimulatedRecord[];
  readonly put: (records: Iterable<SimulatedRecord>) => Promise<void>;
  /** Everything that was put, and all that follows from it, has been worked off. */
  readonly settled: () => Promise<void>;
  /** Notices that the subscriber of the topic has been given so far, of this shipment or of all. */
  readonly told: (shipmentId?: string) => readonly Told[];
  readonly alertsOf: (shipmentId: string) => Promise<readonly AlertSummary[]>;
  readonly setFaults: (...rules: Rule[]) => Promise<void>;
  /** How often each rule has hit since it was set. */
  readonly hits: () => Promise<Readonly<Record<string, number>>>;
  readonly isHit: (id: string) => Promise<void>;
  readonly requestsOf: (caller: string, since: number) => Promise<readonly LoggedRequest[]>;
  /** Invokes a function of the deployed app and answers what it did. @throws Error when it fails */
  readonly invoke: (name: string, event?: object) => Promise<unknown>;
  /** A call of AWS's JSON protocol, `<service prefix>.<operation>`, answers as they came. */
  readonly awsJson: (target: string, body: object) => Promise<Record<string, unknown>>;
  readonly aws: (service: string, path: string, init: { readonly method: string; readonly body?: object }) => Promise<Record<string, unknown>>;
  readonly stop: () => Promise<void>;
}

export async function liveProofs(): Promise<LiveProofs> {
  const app = await deployed();
  const listener = await httpSubscriber();
  await listener.subscribe(app.platform, await app.platform.output('ingest', OUTPUTS.alertTopic));
  const api = await trackingApi(app.platform, {});
  const [kinesis, lambda] = [new KinesisClient(app.platform.client), new LambdaClient(app.platform.client)];
  const truth = createTruth();
  const sent: SimulatedRecord[] = [];
  return {
    app, api, truth, sent,
    put: async (records) => {
      const list = [...records];
      for (const record of list) truth.add(record);
      sent.push(...list);
      await putSimulated(kinesis, 'local', list);
    },
    settled: () => caughtUp(app.platform),
    told: (shipmentId) => (listener.messages as unknown as readonly Told[]).filter((notice) => shipmentId === undefined || notice.shipmentId === shipmentId),
    alertsOf: async (shipmentId) => {
      const { status, body } = await api(`/v1/alerts?state=open&shipment=${shipmentId}`);
      if (status !== 200) throw new Error(`GET /v1/alerts answered ${status}: ${JSON.stringify(body)}`);
      return (body as AlertList).alerts;
    },
    invoke: async (name, event = {}) => {
      const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(event)) }));
      const text = Buffer.from(Payload ?? []).toString('utf8');
      if (FunctionError !== undefined) throw new Error(`${name} failed: ${text}`);
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
    ...faultsOf(app),
    ...rawCalls(app),
    stop: async () => {
      kinesis.destroy();
      lambda.destroy();
      await listener.close();
      await app.stop();
    },
  };
}

function faultsOf({ sandbox }: Deployed): Pick<LiveProofs, 'setFaults' | 'hits' | 'isHit' | 'requestsOf'> {
  const page = `${sandbox.endpoint}/_waybill`;
  const hits = async (): Promise<Record<string, number>> => Object.fromEntries(((await (await fetch(`${page}/faults`)).json()) as (FaultRule & { hits: number })[]).map((rule) => [rule.id, rule.hits]));
  return {
    hits,
    isHit: (id) => until(async () => ((await hits())[id] ?? 0) > 0, `fault rule ${id} hit`, PATIENCE),
    setFaults: async (...rules) => {
      const answer = await fetch(`${page}/faults`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rules) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    requestsOf: async (caller, since) => (await (await fetch(`${page}/requests?caller=${caller}&since=${since}&limit=10000`)).json()) as LoggedRequest[],
  };
}

function rawCalls({ sandbox, platform }: Deployed): Pick<LiveProofs, 'awsJson' | 'aws'> {
  const call = async (service: string, path: string, init: RequestInit): Promise<Record<string, unknown>> => {
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${platform.region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    const answer = await fetch(`${sandbox.endpoint}${path}`, { ...init, headers: { ...(init.headers as Record<string, string>), authorization } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${service} ${path}: ${answer.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  return {
    aws: (service, path, { method, body }) => call(service, path, { method, headers: { 'content-type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }) }),
    awsJson: (target, body) => call('dynamodb', '/', { method: 'POST', headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target }, body: JSON.stringify(body) }),
  };
}

const at = (time: number): string => new Date(time).toISOString();

/** A shipment that left before its plan said and is late at this place by an hour and a half: one alert, of kind LATE. */
export function lateShipment(shipmentId: string, place: string): SimulatedRecord[] {
  const now = Date.now();
  const plan = now - 90 * MINUTE;
  return [
    eventOf(shipmentId, { eventId: 'go', eventType: 'DEPARTED', eventTime: at(plan - HOUR), publishedTime: at(now - MINUTE), location: { unLocode: place } }),
    eventOf(shipmentId, { eventId: 'plan', eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: at(plan), publishedTime: at(now - 2 * MINUTE), location: { unLocode: place } }),
  ];
}

function eventOf(shipmentId: string, fields: Readonly<Record<string, unknown>>): SimulatedRecord {
  const event = { schemaVersion: '1.0', source: 'TEST:proofs', shipmentId, sourceEventCode: 'TEST', eventClassifier: 'ACTUAL', ...fields };
  return { contract: 'shipment-event', partitionKey: shipmentId, at: Date.now(), data: JSON.stringify(event), kind: 'event' } as unknown as SimulatedRecord;
}
