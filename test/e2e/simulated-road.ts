/**
 * A small simulated world that is put piece by piece on the deployed road, with faults in between, and what must be true
 * after each piece: put = bronze + quarantined by identity, every identity in an object with a ledger row, every shipment
 * as the simulator's own truth has it.
 */
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { compareWithTruth } from '../../bench/judge/compare-with-truth.ts';
import { documents, objectStore } from '../../cli/lake/objects.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { putSimulated } from '../../cli/world/put-simulated.ts';
import { CATCH_UP_PREFIX, ON_FAILURE_PREFIX } from '../../contracts/platform-names.ts';
import { createTruth, createWorld, history } from '../../simulator/index.ts';
import type { SimulatedRecord, Truth } from '../../simulator/index.ts';
import type { FaultRule } from '../../sandbox/edge/faults/rule.ts';
import type { Deployed } from './deployed.ts';
import { until } from '../until.ts';

/** Everything that a stream can be troubled with, more of it than in life. */
const SHARES = { duplicates: 0.1, disorder: 0.2, late: 0.05, conflicts: 0.04, retractions: 0.03, corrections: 0.03, corrupt: 0.02 };

export interface Rule extends Partial<Omit<FaultRule, 'id' | 'action'>> { readonly id: string; readonly action: FaultRule['action'] }

export interface LakeObject {
  readonly key: string;
  /** First and last sequence number, as the name says. */
  readonly cut: string;
  readonly identities: readonly string[];
  readonly hasRow: boolean;
}

export interface StreamedRecord {
  readonly shard: string;
  readonly sequence: string;
  readonly data: Buffer;
}

export interface SimulatedRoad {
  readonly truth: () => Truth;
  /** Records put so far. */
  readonly put: () => number;
  /** Puts the next so many records of the world's history. */
  readonly putNext: (records: number) => Promise<readonly SimulatedRecord[]>;
  /**
   * Only these are on the stream; the rest was lost with the control plane. Truth and count follow. Objects are files, and outlive
   * what the streams and tables forgot (docs/sandbox.md): `lake` leaves out the identities of the rest, and the objects of the
   * lost interval whose ledger rows went with it (the lake's nightly listing finds such objects).
   */
  readonly keepOnly: (onStream: readonly StreamedRecord[]) => Promise<void>;
  readonly setFaults: (...rules: Rule[]) => Promise<void>;
  /** How often the rule has hit since it was set. */
  readonly hits: (id: string) => Promise<number>;
  readonly isHit: (id: string, times: number) => Promise<void>;
  readonly caughtUp: () => Promise<void>;
  readonly lake: () => Promise<{ bronze: LakeObject[]; quarantine: LakeObject[] }>;
  /** Keys below a prefix of the bronze bucket. */
  readonly keys: (prefix: string) => Promise<string[]>;
  /** Shipments that are not as the truth has them; the first three. */
  readonly wrongShipments: () => Promise<unknown[]>;
}

export const PREFIX = { onFailure: ON_FAILURE_PREFIX, notes: CATCH_UP_PREFIX } as const;

export function simulatedRoad(app: Deployed, { seed, shipments }: { seed: number; shipments: number }): SimulatedRoad {
  const records = history(createWorld({ seed, now: Date.now(), days: 20, shipments, shares: SHARES }));
  const forgotten = new Set<string>();
  const orphans = new Set<string>();
  const sent = new Map<string, SimulatedRecord>();
  let truth = createTruth();
  let put = 0;
  return {
    truth: () => truth,
    put: () => put,
    keepOnly: async (onStream) => {
      truth = createTruth();
      put = onStream.length;
      for (const { data } of onStream) {
        const record = sent.get(data.toString('latin1'));
        if (record === undefined) throw new Error(`Nobody put this record: ${data.toString('utf8').slice(0, 200)}`);
        truth.add(record);
      }
      const streamed = new Set(onStream.map(({ shard, sequence }) => `${shard} ${sequence} 0`));
      const { bronze, quarantine } = await lakeOf(app);
      for (const identity of identitiesIn(bronze, quarantine)) if (!streamed.has(identity)) forgotten.add(identity);
      for (const { key, hasRow } of [...bronze, ...quarantine]) if (!hasRow) orphans.add(key);
    },
    putNext: async (count) => {
      const piece: SimulatedRecord[] = [];
      for (let next = records.next(); next.done !== true; next = records.next()) {
        piece.push(next.value);
        if (piece.length === count) break;
      }
      expect(piece).toHaveLength(count);
      for (const record of piece) {
        truth.add(record);
        sent.set(Buffer.from(record.data).toString('latin1'), record);
      }
      const client = new KinesisClient(app.platform.client);
      put += await putSimulated(client, 'local', piece);
      client.destroy();
      return piece;
    },
    ...faultsOf(app),
    caughtUp: () => caughtUp(app.platform),
    lake: async () => {
      const { bronze, quarantine } = await lakeOf(app);
      const known = ({ key }: LakeObject): boolean => !orphans.has(key);
      return { bronze: without(bronze.filter(known), forgotten), quarantine: without(quarantine.filter(known), forgotten) };
    },
    keys: (prefix) => keysOf(app, prefix),
    wrongShipments: async () => {
      const { shipments: compared, wrong } = await compareWithTruth(app.platform, truth);
      expect(compared).toBeGreaterThan(0);
      return wrong.slice(0, 3);
    },
  };
}

function faultsOf({ sandbox }: Deployed): Pick<SimulatedRoad, 'setFaults' | 'hits' | 'isHit'> {
  const address = `${sandbox.endpoint}/_waybill/faults`;
  const hits = async (id: string): Promise<number> => ((await (await fetch(address)).json()) as { id: string; hits: number }[]).find((each) => each.id === id)?.hits ?? 0;
  return {
    hits,
    isHit: (id, times) => until(async () => (await hits(id)) >= times, `fault rule ${id} hit ${times} times`, 90_000),
    setFaults: async (...rules) => {
      const answer = await fetch(address, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rules) });
      if (!answer.ok) throw new Error(await answer.text());
    },
  };
}

async function lakeOf({ platform }: Deployed): Promise<{ bronze: LakeObject[]; quarantine: LakeObject[] }> {
  const rows = await ledgerKeys(platform.client, platform.ledgerTable);
  const store = await objectStore(platform);
  const objectsIn = async (bucket: string): Promise<LakeObject[]> => {
    const found: LakeObject[] = [];
    for await (const { key } of store.list(bucket, 'shipment-event/')) {
      const [, shard = '', first = '', last = ''] = /\/(shardId-\d+)-(\d+)-(\d+)-/.exec(key) ?? [];
      const lines = [...documents(await store.read(bucket, key))] as { k: string; i: number }[];
      found.push({ key, cut: `${shard} ${first} ${last}`, hasRow: rows.has(key), identities: lines.map(({ k, i }) => `${shard} ${k} ${i}`) });
    }
    return found;
  };
  const lake = { bronze: await objectsIn(await platform.bronzeBucket()), quarantine: await objectsIn(await platform.quarantineBucket()) };
  store.close();
  return lake;
}

async function ledgerKeys(settings: Deployed['platform']['client'], table: string): Promise<ReadonlySet<string>> {
  const client = new DynamoDBClient(settings);
  const keys = new Set<string>();
  for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) for (const { key } of page.Items ?? []) if (key?.S !== undefined) keys.add(key.S);
  client.destroy();
  return keys;
}

async function keysOf({ platform }: Deployed, prefix: string): Promise<string[]> {
  const store = await objectStore(platform);
  const keys: string[] = [];
  for await (const { key } of store.list(await platform.bronzeBucket(), prefix)) keys.push(key);
  store.close();
  return keys;
}

const without = (objects: readonly LakeObject[], identities: ReadonlySet<string>): LakeObject[] => objects.map((each) => ({ ...each, identities: each.identities.filter((identity) => !identities.has(identity)) }));

export const identitiesIn = (...objects: readonly (readonly LakeObject[])[]): Set<string> => new Set(objects.flat().flatMap((each) => each.identities));

/** Nothing lost, nothing twice, whatever happened: asked of the road at rest. */
export async function expectWhole(road: SimulatedRoad): Promise<void> {
  const { bronze, quarantine } = await road.lake();
  expect({ bronzeAndQuarantine: identitiesIn(bronze, quarantine).size }).toEqual({ bronzeAndQuarantine: road.put() });
  expect({ quarantine: identitiesIn(quarantine).size }).toEqual({ quarantine: road.truth().mustQuarantine().length });
  // A line may be in two objects only where a batch came again with another cut: equal cuts are one object.
  for (const objects of [bronze, quarantine]) {
    const cuts = objects.map((each) => each.cut);
    expect(cuts.filter((cut, at) => cuts.indexOf(cut) !== at)).toEqual([]);
    for (const { key, identities } of objects) expect({ key, twice: identities.length - new Set(identities).size }).toEqual({ key, twice: 0 });
  }
  // An object is announced before it is written: whatever was killed, each has its row.
  expect([...bronze, ...quarantine].filter((each) => !each.hasRow).map(({ key }) => key)).toEqual([]);
  expect(await road.keys(PREFIX.onFailure)).toEqual([]);
  expect(await road.wrongShipments()).toEqual([]);
}
