-- database: silver
-- description: Every shipment event once; times are UTC
-- column source: varchar | Who sent it; with event_id the identity of the event
-- column event_id: varchar | Id of the event, unique per source
-- column shipment_id: varchar | Shipment it is about
-- column operation: varchar | What the event does: adds, corrects or takes back
-- column event_type: varchar | What happened
-- column event_classifier: varchar | PLANNED, ESTIMATED or ACTUAL
-- column event_time: timestamp | When it happened
-- column published_time: timestamp | When the sender created the event
-- column arrival_time: timestamp | When it reached the platform
-- column carrier_scac: varchar | Carrier, Standard Carrier Alpha Code
-- column mode_of_transport: varchar | Mode of transport
-- column location_un_locode: varchar | Place, UN/LOCODE
-- column location_name: varchar | Name of the place
-- column location_country: varchar | Country of the place, ISO 3166-1 alpha-2
-- column planned_time: timestamp | Planned time the sender states
-- column estimated_time: timestamp | Estimated time the sender states
-- column reason_code: varchar | Reason, normalized
-- column reason_text: varchar | Reason in the sender's words
-- column vehicle_id: varchar | Vehicle
-- column equipment_id: varchar | Container or other equipment
-- column bronze_key: varchar | Object in bronze that holds the event as it was sent
-- column load_run: varchar | Run that wrote the row
SELECT
  source,
  event_id,
  shipment_id,
  operation,
  event_type,
  event_classifier,
  CAST(event_time AS timestamp) AS event_time,
  CAST(published_time AS timestamp) AS published_time,
  CAST(arrival_time AS timestamp) AS arrival_time,
  carrier_scac,
  mode_of_transport,
  location_un_locode,
  location_name,
  location_country,
  CAST(planned_time AS timestamp) AS planned_time,
  CAST(estimated_time AS timestamp) AS estimated_time,
  reason_code,
  reason_text,
  vehicle_id,
  equipment_id,
  bronze_key,
  load_run
FROM {silver}.shipment_events
