/** Puts simulated records of several contracts, each on its own stream, in order within the stream. */
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { streamName } from '../../contracts/platform-names.ts';
import { kinesisPort, putAll } from '../../producer/index.ts';
import type { StreamRecord } from '../../producer/index.ts';
import type { SimulatedRecord } from '../../simulator/index.ts';
import { WorldError } from '../errors.ts';

/** Records held in memory at a time. */
const SLICE = 4000;

/** Answers how many were accepted. @throws WorldError when records stay refused after all tries */
export async function putSimulated(client: KinesisClient, env: string, records: Iterable<SimulatedRecord>): Promise<number> {
  let accepted = 0;
  for (const slice of slices(records)) {
    const reports = await Promise.all([...slice].map(([contract, list]) => putAll(list, { port: kinesisPort(client), stream: streamName(env, contract) })));
    for (const report of reports) {
      accepted += report.accepted;
      const [first] = report.failed;
      if (first !== undefined) throw new WorldError(`${report.failed.length} records were refused: ${first.code} ${first.message}`);
    }
  }
  return accepted;
}

function* slices(records: Iterable<SimulatedRecord>): Generator<Map<string, StreamRecord[]>> {
  let slice = new Map<string, StreamRecord[]>();
  let size = 0;
  for (const { contract, partitionKey, data } of records) {
    const list = slice.get(contract) ?? [];
    slice.set(contract, list);
    list.push({ partitionKey, data: Buffer.from(data) });
    if (++size < SLICE) continue;
    yield slice;
    slice = new Map();
    size = 0;
  }
  if (size > 0) yield slice;
}
