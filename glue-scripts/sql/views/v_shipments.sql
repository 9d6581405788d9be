-- database: silver
-- description: One row a shipment, as all its events tell it; times are UTC
-- column shipment_id: varchar | Key of the shipment
-- column status: varchar | Status derived from all ACTUAL events
-- column status_time: timestamp | Event time of the event that gives the status
-- column carrier: varchar | Standard Carrier Alpha Code
-- column mode: varchar | Mode of transport
-- column service_level: varchar | Service level sold
-- column customer_id: varchar | Customer
-- column priority: integer | 1 is the most urgent
-- column origin: varchar | UN/LOCODE where it starts
-- column destination: varchar | UN/LOCODE where it ends
-- column lane: varchar | Origin and destination, for example NLRTM-USCHI
-- column created_time: timestamp | When it was created
-- column booked_time: timestamp | When it was booked
-- column picked_up_time: timestamp | When it was picked up
-- column delivered_time: timestamp | When it was delivered
-- column planned_pickup_time: timestamp | Planned pick-up
-- column planned_delivery_time: timestamp | Planned delivery
-- column estimated_delivery_time: timestamp | Newest estimate of the delivery
-- column delivery_delay_minutes: double | Delivery after plan, minutes; negative when early
-- column weight_kg: double | Weight, kilograms
-- column event_count: integer | Events of the shipment
-- column conflict_count: integer | Contents of its events that lost a conflict
-- column first_event_time: timestamp | Earliest event time
-- column last_event_time: timestamp | Latest event time
-- column source_version: timestamp | Greatest published time among its events
-- column load_run: varchar | Run that wrote the row
SELECT
  shipment_id,
  status,
  CAST(status_time AS timestamp) AS status_time,
  carrier,
  mode,
  service_level,
  customer_id,
  priority,
  origin,
  destination,
  lane,
  CAST(created_time AS timestamp) AS created_time,
  CAST(booked_time AS timestamp) AS booked_time,
  CAST(picked_up_time AS timestamp) AS picked_up_time,
  CAST(delivered_time AS timestamp) AS delivered_time,
  CAST(planned_pickup_time AS timestamp) AS planned_pickup_time,
  CAST(planned_delivery_time AS timestamp) AS planned_delivery_time,
  CAST(estimated_delivery_time AS timestamp) AS estimated_delivery_time,
  delivery_delay_minutes,
  weight_kg,
  event_count,
  conflict_count,
  CAST(first_event_time AS timestamp) AS first_event_time,
  CAST(last_event_time AS timestamp) AS last_event_time,
  CAST(source_version AS timestamp) AS source_version,
  load_run
FROM {silver}.shipments
