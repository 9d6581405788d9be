-- description: Where a row comes from: its object in bronze, its place in the stream, the run that loaded it
-- parameter source: varchar | who sent the event | acme-tms
-- parameter event_id: varchar | the event | EVT-000001
SELECT e.source, e.event_id, e.content_hash, e.event_time, e.arrival_time, e.stream_shard, e.stream_sequence, e.frame_index,
  e.bronze_key, e.contract_version, e.load_run, r.objects AS objects_in_run, r.new_rows AS rows_in_run, r.snapshot_id, r.manifest, r.finished_at
FROM {silver}.shipment_events e
LEFT JOIN {ops}.load_runs r ON r.load_run = e.load_run AND r.contract = 'shipment-event'
WHERE e.source = ? AND e.event_id = ?
