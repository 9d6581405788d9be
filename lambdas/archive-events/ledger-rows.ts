import { createHash } from 'node:crypto';
import { objectPartition, padSequence } from '../../contracts/ledger-keys.ts';
import type { Marker } from '../_shared/decode/marker.ts';
import { N, S } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import type { ObjectName } from '../../contracts/object-keys.ts';
import { objectKey } from '../../contracts/object-keys.ts';

interface LedgerRowBase {
  readonly name: ObjectName;
}
export interface BronzeRow extends LedgerRowBase {
  readonly kind: 'bronze';
  /** Compressed bytes: the loader takes objects up to a sum. */
  readonly bytes: number;
  /** Greatest contract major among the lines: who reads that one reads the older ones too. */
  readonly majorVersion: number;
}
export interface QuarantineRow extends LedgerRowBase {
  readonly kind: 'quarantine';
  readonly bytes: number;
}
/** A marker has a row and no object. */
export interface MarkerRow extends LedgerRowBase {
  readonly kind: 'marker';
  readonly marker: Marker;
}
export type LedgerRow = BronzeRow | QuarantineRow | MarkerRow;

const OPEN_BUCKETS = 8;

/** State of a row whose object may or may not be there yet; without `open`, so the loader's index does not know it. */
export const ANNOUNCED = 'announced';

/** The row before its object is written. */
export function announcedItem(row: LedgerRow): Item {
  const { open: _, ...item } = ledgerItem(row);
  return { ...item, state: S(ANNOUNCED) };
}

/** The row as the table keeps it (docs/bronze.md, ledger). */
export function ledgerItem(row: LedgerRow): Item {
  const { name } = row;
  return {
    pk: S(objectPartition(name.contract, name.shard)),
    sk: S(`${padSequence(name.firstSequence)}#${padSequence(name.lastSequence)}#${name.count}#${name.hash8}`),
    kind: S(row.kind),
    n: N(name.count),
    arrival: N(name.arrivalTime),
    state: S('new'),
    open: S(openBucket(name.contract, name.shard)),
    ...kindAttributes(row),
  };
}

function kindAttributes(row: LedgerRow): Item {
  switch (row.kind) {
    case 'bronze':
      return { key: S(objectKey(row.name)), bytes: N(row.bytes), majorVersion: N(row.majorVersion) };
    case 'quarantine':
      return { key: S(objectKey(row.name)), bytes: N(row.bytes) };
    case 'marker':
      return { markerId: S(row.marker.markerId), day: S(row.marker.day), putAt: S(row.marker.putAt) };
  }
}

/** Value of the sparse index: spreads the new objects of one contract over eight partitions, one shard always in the same. */
export const openBucket = (contract: string, shard: string): string => `${contract}#${createHash('sha256').update(shard).digest().readUInt32BE() % OPEN_BUCKETS}`;
