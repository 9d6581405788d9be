/** Reads quarantined records back: newest first, with every reason and the bytes as they came. */
import { isObject } from '../../contracts/json-object.ts';
import { WorldError } from '../errors.ts';
import type { ObjectStore } from './objects.ts';
import { hourPrefixes, lakeLines } from './objects.ts';

export interface QuarantinedRecord {
  readonly contract: string;
  readonly shard: string;
  readonly sequence: string;
  /** Index inside a frame; 0 for plain records. */
  readonly index: number;
  readonly arrivedAt: number;
  readonly reasons: readonly { readonly path: string; readonly rule: string; readonly message: string }[];
  readonly encoding: 'utf8' | 'base64';
  readonly data: string;
  readonly object: string;
}

export interface QuarantineQuery {
  readonly store: ObjectStore;
  readonly bucket: string;
  readonly contracts: readonly string[];
  /** Arrival, epoch ms. */
  readonly since: number;
  readonly until: number;
}

/** Identities seen in several objects (a batch that was delivered again) come once. */
export async function* quarantined(query: QuarantineQuery): AsyncGenerator<QuarantinedRecord> {
  for (const contract of query.contracts) {
    const seen = new Set<string>();
    for (const prefix of hourPrefixes(contract, query.since, query.until)) {
      const objects = [];
      for await (const object of query.store.list(query.bucket, prefix)) objects.push(object);
      for (const object of objects.sort((a, b) => b.modified - a.modified)) {
        for (const record of [...recordsOf(contract, object.key, await query.store.read(query.bucket, object.key))].reverse()) {
          const identity = `${record.shard} ${record.sequence} ${record.index}`;
          if (seen.has(identity) || record.arrivedAt < query.since || record.arrivedAt > query.until) continue;
          seen.add(identity);
          yield record;
        }
      }
    }
  }
}

function* recordsOf(contract: string, key: string, body: Buffer): Generator<QuarantinedRecord> {
  for (const { shard, sequence, index, arrivedAt, fields } of lakeLines(key, body)) {
    const { encoding, data } = fields;
    if (typeof data !== 'string' || (encoding !== 'utf8' && encoding !== 'base64')) throw new WorldError(`Object ${key} holds a line without the record's bytes ("encoding" and "data").`);
    yield { contract, shard, sequence, index, arrivedAt, reasons: reasonsOf(fields['reasons']), encoding, data, object: key };
  }
}

export function reasonsOf(value: unknown): QuarantinedRecord['reasons'] {
  const reasons: readonly unknown[] = Array.isArray(value) ? value : [];
  return reasons.filter(isObject).map(({ path, rule, message }) => ({ path: textOf(path), rule: textOf(rule), message: textOf(message) }));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The record's bytes as they came. */
export const bytesOf = (record: QuarantinedRecord): Buffer => Buffer.from(record.data, record.encoding);
