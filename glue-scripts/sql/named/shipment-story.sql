-- description: One shipment's story: every event in order, who said it and when it arrived
-- parameter shipment_id: varchar | the shipment | SHP-7Q2M4
SELECT event_time, event_type, event_classifier, operation, source, carrier_scac, location_un_locode, location_name,
  planned_time, estimated_time, reason_code, reason_text, published_time,
  date_diff('minute', event_time, arrival_time) AS minutes_to_arrive, event_id
FROM {silver}.v_shipment_events
WHERE shipment_id = ?
ORDER BY event_time, published_time, source, event_id
