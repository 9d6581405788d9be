/** Columns that every events table in silver has beside its own: who said it, when, and where the row comes from. */

export interface PlatformColumn {
  readonly name: string;
  readonly type: string;
  /** Whether every row has it. */
  readonly required: boolean;
  readonly description: string;
}

export const PLATFORM_COLUMNS: readonly PlatformColumn[] = [
  { name: 'event_id', type: 'string', required: true, description: "The sender's id of the event. Where a contract's identity has no eventId: the first 32 hex digits of SHA-256 over the JSON array of the identity's values." },
  { name: 'source', type: 'string', required: true, description: 'Who sent it; with event_id the identity of the event.' },
  { name: 'content_hash', type: 'string', required: true, description: 'First 16 hex digits of SHA-256 over the JSON array of the content fields: same identity and hash is a duplicate, another hash a conflict.' },
  { name: 'key_hash', type: 'long', required: true, description: 'xxhash64(source, event_id): prunes files in merges.' },
  { name: 'event_time', type: 'timestamp', required: true, description: 'When it happened, UTC. The table is partitioned by its day.' },
  { name: 'published_time', type: 'timestamp', required: false, description: 'When the sender created the event, UTC; empty when the sender does not say.' },
  { name: 'arrival_time', type: 'timestamp', required: true, description: 'When it reached the stream, UTC; set by the platform.' },
  { name: 'contract_version', type: 'string', required: true, description: 'Version of the contract that the event states.' },
  { name: 'stream_shard', type: 'string', required: true, description: 'Lineage: shard of the stream.' },
  { name: 'stream_sequence', type: 'string', required: true, description: 'Lineage: sequence number on the shard.' },
  { name: 'frame_index', type: 'int', required: true, description: 'Lineage: index in the frame; 0 for a plain record.' },
  { name: 'bronze_key', type: 'string', required: true, description: 'Lineage: object in bronze that holds the line.' },
  { name: 'load_run', type: 'string', required: true, description: 'Lineage: run that wrote the row.' },
];
