import type { ContractRuntime } from '../../contracts/model.ts';
import type { Logger } from '../_shared/logger.ts';
import type { SkipList } from '../_shared/skip-list.ts';
import type { StoredObject } from './assemble-batch.ts';
import type { LedgerRow } from './ledger-rows.ts';

/** A bucket. Rejects when the object may not be there; resolves also when these very bytes were there before. */
export interface ObjectStore {
  readonly putIfAbsent: (object: StoredObject) => Promise<void>;
}

/** The object ledger. Both calls resolve also when the row was further on before, and then leave it as it is. */
export interface Ledger {
  /** Before the object is written: whatever kills us then, the object has its row. Nobody loads a row that is only announced. */
  readonly announce: (row: LedgerRow) => Promise<void>;
  /** After it: the row is new, and the loader takes it. Makes the row when there is none. */
  readonly confirm: (row: LedgerRow) => Promise<void>;
}

export interface ArchiveEventsPorts {
  readonly contract: ContractRuntime;
  readonly bronze: ObjectStore;
  readonly quarantine: ObjectStore;
  readonly ledger: Ledger;
  readonly skipList: SkipList;
  readonly log: Logger;
  /** CloudWatch namespace of the environment. */
  readonly metricNamespace: string;
  /** Where metric lines go: the function's output. */
  readonly print: (line: string) => void;
  /** Milliseconds since 1970; only metrics and logs use it. */
  readonly now: () => number;
}
