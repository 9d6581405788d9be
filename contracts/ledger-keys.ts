/** Keys of the table lake-ledger that more than one room reads or writes (docs/bronze.md, ledger). */

/** Width that every Kinesis sequence number fits in, so that text order is number order. */
const SEQUENCE_DIGITS = 60;
export const padSequence = (sequence: string): string => sequence.padStart(SEQUENCE_DIGITS, '0');

/** Partition of the rows of a shard's objects; their sort keys begin with the padded first and last sequence. */
export const objectPartition = (contract: string, shard: string): string => `object#${contract}#${shard}`;

/** Row of a record that a person ordered to be passed over, because it crashes a function. */
export const skipKeys = (contract: string, shard: string, sequence: string): { readonly pk: string; readonly sk: string } => ({ pk: `skip#${contract}`, sk: `${shard}#${padSequence(sequence)}` });

/** Row of a quarantined record that was replayed. */
export const replayKeys = (contract: string, { shard, sequence, index }: { readonly shard: string; readonly sequence: string; readonly index: number }): { readonly pk: string; readonly sk: string } => ({ pk: `replay#${contract}`, sk: `${shard}#${padSequence(sequence)}#${index}` });
